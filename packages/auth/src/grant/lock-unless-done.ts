import type { Host } from '@gate/core'
import type { HeldLock } from '@gate/engine'
import { withSecretLock } from '../secret-store/secret-lock.js'

export interface LockUnlessDoneOptions {
  /** Milliseconds to wait for the lock. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

const POLL_MS = 50
const LONGEST_POLL_MS = 400

/**
 * Runs `work` under a lock, unless the holder of the lock leaves what this process came for: then that is returned
 * at once. A hundred helpers that wait for one refresh do not queue for a lock that ninety-nine of them do not need.
 *
 * @param done Looks whether somebody else has done the work; asked while waiting, never while holding the lock.
 * @throws GateError `lock-timeout`, and whatever `work` throws.
 */
export async function lockUnlessDone<T>(
  host: Host,
  name: string,
  work: (lock: HeldLock) => Promise<T>,
  done: () => Promise<T | undefined>,
  options: LockUnlessDoneOptions,
): Promise<T> {
  const over = new AbortController()
  const signal = options.signal ? AbortSignal.any([over.signal, options.signal]) : over.signal
  let holding = false
  let found: T | undefined
  const watch = async () => {
    for (let pause = POLL_MS; !holding && !signal.aborted; pause = Math.min(pause * 1.3, LONGEST_POLL_MS)) {
      // Spread, so that many processes that started together do not ask together; and less and less often, because the
      // one that works needs the processor more than a hundred that wait.
      await host.clock.sleep(pause * (1 + Math.random()), signal)
      const value = await done()
      if (holding || value === undefined) continue
      found = value
      over.abort()
    }
  }
  // It ends with the signal, and what it failed to see the lock will show.
  watch().catch(() => {})
  try {
    return await withSecretLock(
      host,
      name,
      async (lock) => {
        holding = true
        return await work(lock)
      },
      { timeoutMs: options.timeoutMs, signal },
    )
  } catch (error) {
    if (found !== undefined && !holding) return found
    throw error
  } finally {
    holding = true
    over.abort()
  }
}
