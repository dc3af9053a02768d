import { GateError } from '@gate/core'
import { type Failure, failureOf } from '../failure.js'

/** The exit code when the work on some clients failed while others were done. */
const PARTIAL = 4
const INTERRUPTED = 130

/**
 * Exit code for work on several clients: 0 when none failed, 4 when some did, else that of the first error.
 *
 * @param outcomes `done` also covers "nothing to do"; a client that was passed over counts neither way.
 */
export function exitCodeOfClients(
  outcomes: readonly {
    readonly outcome: 'done' | 'failed' | 'passed-over'
    readonly error?: Pick<Failure, 'exitCode'>
  }[],
): number {
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed')
  if (failed.length === 0) return 0
  if (failed.some(({ error }) => error?.exitCode === INTERRUPTED)) return INTERRUPTED
  if (outcomes.some(({ outcome }) => outcome === 'done')) return PARTIAL
  return failed[0]?.error?.exitCode ?? 1
}

/** An error caught at the border of one client, so that the others go on; after Ctrl-C it is always `interrupted`. */
export function clientFailure(error: unknown, signal: AbortSignal): Failure {
  return signal.aborted ? failureOf(interrupted()) : failureOf(error)
}

export function interrupted(): GateError {
  return new GateError({ code: 'interrupted', message: 'interrupted' })
}
