import { stripVTControlCharacters } from 'node:util'
import { advice, exitCodeOf, type Finding, findingOf } from '@gate/core'

/** An error as the command line ends with it. */
export interface CommandFailure extends Finding {
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
    return { code: 'invalid-argument', severity: 'error', message: usageMessage(error), exitCode, print: !ended }
  }
  const failure = findingOf(error)
  const report = failure.code === 'internal' ? { fix: advice('Run "gate doctor --report" and report this.') } : {}
  return { ...report, ...failure, exitCode: exitCodeOf(failure.code), print: true }
}

function usageMessage(error: unknown): string {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error))
  return text
    .replace(/\s*See more help with --help\s*$/, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')
}
