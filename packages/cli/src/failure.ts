import { stripVTControlCharacters } from 'node:util'
import { exitCodeOf } from '@gate/core'
import { type Failure, failureOf } from '@gate/sdk'

/** An error as the command line ends with it. */
export interface CommandFailure extends Failure {
  readonly exitCode: number
  /** False when everything was said already. */
  readonly print: boolean
}

/** Returns anything that a command threw as a failure, those of the parser of arguments, too. */
export function commandFailure(error: unknown): CommandFailure {
  const oclif = (error as { oclif?: { exit?: number } } | undefined)?.oclif
  if (oclif !== undefined) {
    const exitCode = oclif.exit ?? 2
    const ended = (error as { code?: unknown }).code === 'EEXIT'
    return { code: 'invalid-argument', message: usageMessage(error), exitCode, print: !ended }
  }
  const failure = failureOf(error)
  const report = failure.code === 'internal' ? { fix: 'Run "gate doctor --report" and report this.' } : {}
  return { ...report, ...failure, exitCode: exitCodeOf(failure.code), print: true }
}

function usageMessage(error: unknown): string {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error))
  return text
    .replace(/\s*See more help with --help\s*$/, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')
}
