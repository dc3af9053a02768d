import { GateError } from '@gate/core'

/** An error as data: stable code, what happened, where, and what helps. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly fix?: string
}

/** Returns anything thrown as a failure; unknown errors keep their message and lose their stack. */
export function failureOf(error: unknown): Failure {
  if (GateError.isInstance(error)) {
    const { code, message, file, line, column, fix } = error
    return {
      code,
      message,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(fix === undefined ? {} : { fix }),
    }
  }
  if (error instanceof Error && error.name === 'AbortError') return { code: 'interrupted', message: 'interrupted' }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
}
