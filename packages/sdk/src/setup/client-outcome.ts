import { GateError } from '@gate/core'
import { type Failure, failureOf } from '../failure.js'

/** Returns an error caught at the border of one client, so that the others go on; after an abort it is `interrupted`. */
export function clientFailure(error: unknown, signal: AbortSignal): Failure {
  return signal.aborted ? failureOf(interrupted()) : failureOf(error)
}

/** Returns the error of work that the caller's signal ended. */
export function interrupted(): GateError {
  return new GateError({ code: 'interrupted', message: 'interrupted' })
}
