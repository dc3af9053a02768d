import './zod-without-eval.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GateError } from '@gate/core'
import { packageDirectory } from '@gate/sdk'
import { endProcess } from '@gate/sdk/token-command'
import type { Interfaces } from '@oclif/core'
import { settings } from '@oclif/core/settings'
import { startDirectly } from './direct-start.js'
import { commandFailure } from './failure.js'
import { printFailure } from './print/failure.js'
import { flushed, writeError } from './print/streams.js'
import { endOnUncaught } from './uncaught.js'

export { COMMANDS } from './commands/index.js'

// oclif would look for a TypeScript source tree when a caller's NODE_ENV says "test" or "development".
settings.enableAutoTranspile = false

/**
 * Runs one command line and ends the process with the exit code of `docs/users.md`.
 *
 * @param argv Arguments after the program's name.
 * @param refusal Why gate's directories must not be used. Only help does without them.
 */
export async function main(argv: readonly string[], refusal?: GateError): Promise<never> {
  const json = wantsJson(argv)
  endOnUncaught(json)
  let code: number
  try {
    if (refusal && !asksForHelp(argv)) throw refusal
    if (!(await startDirectly(argv))) await runOclif(argv)
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

async function runOclif(argv: readonly string[]): Promise<void> {
  const root = packageDirectory()
  const pjson: Interfaces.PJSON = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // On demand: help, and what is no command, is all that oclif's own start is for.
  const { run } = await import('@oclif/core/run')
  // gate has plugins of its own kind; those of oclif would be code from directories that gate does not know.
  await run([...argv], { root, pjson, userPlugins: false, devPlugins: false })
}

function asksForHelp(argv: readonly string[]): boolean {
  return argv.length === 0 || hasFlag(argv, '--help') || hasFlag(argv, '-h')
}

function wantsJson(argv: readonly string[]): boolean {
  return hasFlag(argv, '--json')
}

/** A flag counts only before `--`, as the parser sees it. */
function hasFlag(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes(flag)
}
