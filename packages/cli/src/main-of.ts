import { type GateError, ownValue } from '@gate/core'
import { endProcess } from '@gate/sdk/token-command'
import type { CommandDefinition } from './define-command.js'
import { commandFailure } from './failure.js'
import { readPlainLine } from './plain-line.js'
import { printFailure } from './print/failure.js'
import { flushed, writeError } from './print/streams.js'
import { runCommand } from './run-command.js'
import { endOnUncaught } from './uncaught.js'

/** Commands by their ids. */
export type Commands = Readonly<Record<string, () => Promise<{ readonly default: CommandDefinition }>>>

/**
 * Runs one command line and ends the process with the exit code of `docs/users.md`.
 *
 * @param argv Arguments after the program's name.
 * @param refusal Why gate's directories must not be used. Only help does without them.
 */
export type Main = (argv: readonly string[], refusal?: GateError) => Promise<never>

/** Returns the {@link Main} that runs these commands by itself, when their line is plain, and leaves the rest to oclif. */
export function mainOf(commands: Commands): Main {
  return async (argv, refusal) => {
    const json = hasFlag(argv, '--json')
    endOnUncaught(json)
    let code: number
    try {
      if (refusal && !asksForHelp(argv)) throw refusal
      if (!(await runPlain(commands, argv))) {
        // On demand: it takes longer to load than Node itself.
        const { runFramework } = await import('./framework/index.js')
        await runFramework(argv)
      }
      code = Number(process.exitCode ?? 0)
    } catch (error) {
      const failure = commandFailure(error)
      code = failure.exitCode
      if (failure.print) writeError(printFailure(failure, json))
    }
    await flushed()
    // Not left to the event loop: a plugin that hangs would keep the process alive.
    endProcess(code)
  }
}

/** @returns False when the line is not plain. */
async function runPlain(commands: Commands, argv: readonly string[]): Promise<boolean> {
  const [first = '', second = ''] = argv
  const isTwo = !Object.hasOwn(commands, first)
  const load = isTwo ? ownValue(commands, `${first}:${second}`) : commands[first]
  if (load === undefined) return false
  const { default: definition } = await load()
  const line = readPlainLine(definition, argv.slice(isTwo ? 2 : 1))
  if (line === undefined) return false
  await runCommand(definition, line.parsed, line.isJson)
  return true
}

function asksForHelp(argv: readonly string[]): boolean {
  return argv.length === 0 || hasFlag(argv, '--help') || hasFlag(argv, '-h')
}

/** A flag counts only before `--`, as the parser sees it. */
function hasFlag(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes(flag)
}
