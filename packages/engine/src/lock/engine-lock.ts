import { GateError, type Host } from '@gate/core'
import { type HeldLock, isLocked, withLock } from './lock.js'

/** The one lock that everything holds that writes files of clients, the ledger or the journal. */
const ENGINE_LOCK = 'engine'

/**
 * Runs `fn` while holding the engine's lock.
 *
 * @throws GateError `interrupted` when the signal is given while waiting; what `withLock` throws.
 */
export async function underEngineLock<T>(
  host: Host,
  fn: (lock: HeldLock) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await withLock(host, ENGINE_LOCK, fn, signal ? { signal } : {})
  } catch (error) {
    if (signal?.aborted && error === signal.reason) throwIfInterrupted(signal)
    throw error
  }
}

/** Whether a living process holds the engine's lock right now. */
export function isEngineLocked(host: Host): Promise<boolean> {
  return isLocked(host, ENGINE_LOCK)
}

/** @throws GateError `interrupted` when the signal has been given. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  throw new GateError({ code: 'interrupted', message: 'Interrupted. Nothing was changed.', cause: signal.reason })
}
