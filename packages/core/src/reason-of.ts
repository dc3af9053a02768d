import type { Reason } from './contract/findings.js'
import { GateError } from './errors/gate-error.js'

/** An error as the reason of a status. Errors of unknown kind are told by their message alone. */
export function reasonOf(error: unknown): Reason {
  if (GateError.isInstance(error)) {
    const { code, message, file, line, fix } = error
    return {
      code,
      message,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(fix === undefined ? {} : { fix }),
    }
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
}
