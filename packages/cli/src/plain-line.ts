import type { Arguments, CommandDefinition, Flags, ParsedLine } from './define-command.js'

type Values = Record<string, string | string[] | boolean>

/**
 * Reads the arguments of a command when they are plain: known options in full, each once, and as many words as there are
 * arguments. Everything else, all that is wrong included, is the parser's of the command framework, which takes two thirds
 * of `node -e 0` to load.
 *
 * @returns The same as the parser of the framework; undefined when it has to look at them. Pure.
 */
export function readPlainLine(definition: CommandDefinition, given: readonly string[]): PlainLine | undefined {
  const { flags = {}, args = {}, strict = true, hasJson = true } = definition
  const values: Values = {}
  const argv: string[] = []
  let isJson = false
  const rest = [...given]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--json' && hasJson) {
      isJson = true
    } else if (word.startsWith('-')) {
      if (!readFlag(flags, word, rest, values)) return undefined
    } else {
      // The framework gives words behind an option that may be repeated to that option.
      if (word === '' || hasRepeated(flags, values)) return undefined
      argv.push(word)
    }
  }
  const names = Object.keys(args)
  if (strict && argv.length > names.length) return undefined
  if (names.some((name, index) => args[name]?.required && argv[index] === undefined)) return undefined
  // The framework sorts them by where the same text stands first.
  if (argv.some((word) => given.indexOf(word) !== given.lastIndexOf(word))) return undefined
  return { isJson, parsed: completed(definition, values, argv) }
}

/** A command line that needs no parser. */
export interface PlainLine {
  readonly isJson: boolean
  readonly parsed: ParsedLine
}

/** Flags that were not given have their defaults, and words their names. Pure. */
export function completed(
  { flags = {}, args = {} }: Pick<CommandDefinition, 'flags' | 'args'>,
  values: Readonly<Record<string, unknown>>,
  argv: readonly string[],
): ParsedLine {
  const complete: Record<string, unknown> = {}
  for (const [name, flag] of Object.entries(flags)) {
    const isGiven = Object.hasOwn(values, name)
    complete[name] = isGiven ? values[name] : flag.type === 'boolean' ? (flag.default ?? false) : undefined
  }
  return { flags: complete, args: named(args, argv), argv } as ParsedLine
}

function named(args: Arguments, argv: readonly string[]): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(args).map((name, index) => [name, argv[index]]))
}

/** @returns False when it is not plain. */
function readFlag(flags: Flags, word: string, rest: string[], values: Values): boolean {
  const equals = word.indexOf('=')
  const name = word.slice(2, equals === -1 ? undefined : equals)
  const positive = name.startsWith('no-') ? name.slice('no-'.length) : ''
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
  if (!word.startsWith('--')) return false
  if (flag === undefined) {
    const negated = Object.hasOwn(flags, positive) ? flags[positive] : undefined
    if (equals !== -1 || negated?.type !== 'boolean' || !negated.allowNo || Object.hasOwn(values, positive))
      return false
    values[positive] = false
    return true
  }
  if (flag.type === 'boolean') {
    if (equals !== -1 || flag.exclusive || Object.hasOwn(values, name)) return false
    values[name] = true
    return true
  }
  const value = equals === -1 ? rest.shift() : word.slice(equals + 1)
  if (value === undefined || value.startsWith('-')) return false
  if (flag.multiple) {
    const before = values[name]
    values[name] = [...(Array.isArray(before) ? before : []), value]
    return true
  }
  if (Object.hasOwn(values, name)) return false
  values[name] = value
  return true
}

function hasRepeated(flags: Flags, values: Values): boolean {
  return Object.keys(values).some((name) => {
    const flag = flags[name]
    return flag?.type === 'option' && flag.multiple === true
  })
}
