import { GateError } from '@gate/core'

/** @throws GateError `interrupted` when the signal has been given. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  throw new GateError({ code: 'interrupted', message: 'Interrupted. Nothing was changed.', cause: signal.reason })
}
