import { GateError, gatePaths, type Host } from '@gate/core'
import { type HeldLock, isLocked, type LockOptions, withLock } from '@gate/engine'

/**
 * As `withLock` of the engine, for what guards secrets. Its locks lie in the configuration directory, which is part of
 * every grant's name: two processes that agree on that have one lock, whatever each of them takes for the state directory.
 * Where nothing can be written there, with the state.
 */
export async function withSecretLock<T>(
  host: Host,
  name: string,
  fn: (lock: HeldLock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  let held = false
  const work = (lock: HeldLock) => {
    held = true
    return fn(lock)
  }
  try {
    return await withLock(host, name, work, { ...options, directory: gatePaths(host).secretLocks })
  } catch (error) {
    // Windows answers so, too, while another program has the lock open, and a second lock would be none.
    const readOnly = GateError.isInstance(error) && error.code === 'file-read-only' && host.platform !== 'win32'
    if (held || !readOnly) throw error
    return await withLock(host, name, fn, options)
  }
}

/** Whether a living process holds such a lock right now, in the one place or the other. */
export async function isSecretLocked(host: Host, name: string): Promise<boolean> {
  return (await isLocked(host, name, gatePaths(host).secretLocks)) || (await isLocked(host, name))
}
