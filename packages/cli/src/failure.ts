import { stripVTControlCharacters } from 'node:util'
import { exitCodeOf, GateError } from '@gate/core'

/** An error as the command line tells it: stable code, place, the one command that helps. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly fix?: string
  readonly exitCode: number
  /** False when everything was said already. */
  readonly print: boolean
}

/** Maps anything thrown to a failure; unknown errors keep their message and lose their stack. */
export function failureOf(error: unknown): Failure {
  if (GateError.isInstance(error)) return fromGateError(error)
  const oclif = (error as { oclif?: { exit?: number } } | undefined)?.oclif
  if (oclif !== undefined) {
    const exitCode = oclif.exit ?? 2
    const ended = (error as { code?: unknown }).code === 'EEXIT'
    return { code: 'invalid-argument', message: usageMessage(error), exitCode, print: !ended }
  }
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'ExitPromptError')) {
    return { code: 'interrupted', message: 'interrupted', exitCode: exitCodeOf('interrupted'), print: true }
  }
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    fix: 'Run "gate doctor --report" and report this.',
    exitCode: exitCodeOf('internal'),
    print: true,
  }
}

function fromGateError(error: GateError): Failure {
  return {
    code: error.code,
    message: error.message,
    ...(error.file === undefined ? {} : { file: error.file }),
    ...(error.line === undefined ? {} : { line: error.line }),
    ...(error.column === undefined ? {} : { column: error.column }),
    ...(error.fix === undefined ? {} : { fix: error.fix }),
    // Another copy of core may have classes without the getter of this one.
    exitCode: exitCodeOf(error.code),
    print: true,
  }
}

function usageMessage(error: unknown): string {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error))
  return text
    .replace(/\s*See more help with --help\s*$/, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')
}
