import { type Finding, findingOf, GateError } from '@gate/core'

/** Returns an error caught at the border of one client, so that the others go on; after an abort it is `interrupted`. */
export function clientFailure(error: unknown, signal: AbortSignal): Finding {
  return signal.aborted ? findingOf(interrupted()) : findingOf(error)
}

/** Returns the error of work that the caller's signal ended. */
export function interrupted(): GateError {
  return new GateError({ code: 'interrupted', message: 'interrupted' })
}
