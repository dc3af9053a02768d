import { type Clock, GateError } from '@gate/core'

// Closing the listener, noting the failure, releasing the lock.
const CLEAN_UP_MS = 2_000
// How late it is noticed that the limit passed while the machine slept.
const LOOK_MS = 500

/** The error of a call that its caller ended. */
export function interrupted(): GateError {
  return new GateError({ code: 'interrupted', message: 'Interrupted.' })
}

/**
 * Runs `action` with a signal that aborts when the caller's does (`interrupted`) or after `ms` milliseconds (`onLimit`),
 * counted also by the wall clock, because others judge by it and timers stand still while a laptop's lid is closed.
 * Gives `action` a moment to clean up after that; rejects even when it does not listen.
 */
export async function withTimeLimit<T>(
  clock: Clock,
  ms: number,
  onLimit: () => GateError,
  signal: AbortSignal | undefined,
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw interrupted()
  const controller = new AbortController()
  const stopTimer = new AbortController()
  const onAbort = () => controller.abort(interrupted())
  signal?.addEventListener('abort', onAbort, { once: true })
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true })
  })
  const endsAt = clock.now() + ms
  for (const over of [clock.sleep(ms, stopTimer.signal), wallClockReaches(endsAt, clock, stopTimer.signal)]) {
    over.then(
      () => controller.abort(onLimit()),
      () => {},
    )
  }
  const running = action(controller.signal)
  const settled = running.then(
    () => {},
    () => {},
  )
  // Whichever loses the race must not become an unhandled rejection.
  ended.catch(() => {})
  try {
    return await Promise.race([running, ended])
  } finally {
    if (controller.signal.aborted) {
      const enough = new AbortController()
      const patience = clock.sleep(CLEAN_UP_MS, enough.signal).catch(() => {})
      await Promise.race([settled, patience])
      enough.abort()
    }
    stopTimer.abort()
    signal?.removeEventListener('abort', onAbort)
  }
}

async function wallClockReaches(time: number, clock: Clock, signal: AbortSignal): Promise<void> {
  while (clock.now() < time) await clock.sleep(LOOK_MS, signal)
}
