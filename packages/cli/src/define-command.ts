import type { CommandLine } from './command-line.js'

/** An option of the command line with a value. */
export interface OptionFlag {
  readonly type: 'option'
  readonly description: string
  readonly helpValue?: string
  readonly multiple?: boolean
  readonly hidden?: boolean
}

/** An option of the command line that is there or not. */
export interface BooleanFlag {
  readonly type: 'boolean'
  readonly description: string
  readonly char?: 'y'
  /** `--no-…` means false. Default false. */
  readonly allowNo?: boolean
  /** Default false. */
  readonly default?: boolean
  /** Names of flags that cannot be given together with it. */
  readonly exclusive?: readonly string[]
  readonly hidden?: boolean
}

/** A word of the command line that is no option. */
export interface Argument {
  readonly description: string
  readonly required?: boolean
}

export type Flags = Readonly<Record<string, OptionFlag | BooleanFlag>>
export type Arguments = Readonly<Record<string, Argument>>

type ValueOfFlag<Flag> = Flag extends { readonly type: 'boolean' }
  ? boolean
  : (Flag extends { readonly multiple: true } ? readonly string[] : string) | undefined

/** A command line as its command gets it. */
export interface ParsedLine<Named extends Flags = Flags, Words extends Arguments = Arguments> {
  readonly flags: { readonly [Name in keyof Named]: ValueOfFlag<Named[Name]> }
  readonly args: {
    readonly [Name in keyof Words]: Words[Name] extends { readonly required: true } ? string : string | undefined
  }
  /** Every word that is no option. */
  readonly argv: readonly string[]
}

/** A command as data, which nothing of the command framework has to be loaded for. */
export interface CommandDefinition<Named extends Flags = Flags, Words extends Arguments = Arguments> {
  readonly summary: string
  readonly description?: string
  readonly examples: readonly string[]
  /** A line with more words than arguments is refused. Default true. */
  readonly strict?: boolean
  /** The command has `--json`. Default true. */
  readonly hasJson?: boolean
  readonly args?: Words
  readonly flags?: Named
  /** @returns What `--json` prints; undefined when there is nothing. */
  run(parsed: ParsedLine<Named, Words>, line: CommandLine): Promise<object | undefined>
}

/** Checks a definition and forgets the types of its flags, which differ from command to command. */
export function defineCommand<
  const Named extends Flags = Readonly<Record<never, never>>,
  const Words extends Arguments = Readonly<Record<never, never>>,
>(definition: CommandDefinition<Named, Words>): CommandDefinition {
  return definition as unknown as CommandDefinition
}

export function option<const Details extends Omit<OptionFlag, 'type'>>(details: Details) {
  return { type: 'option', ...details } as const
}

export function flag<const Details extends Omit<BooleanFlag, 'type'>>(details: Details) {
  return { type: 'boolean', ...details } as const
}
