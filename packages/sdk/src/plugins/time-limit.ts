import { GateError } from '@gate/core'

/**
 * Waits for a promise for a bounded time. The work itself cannot be stopped, it is only no longer waited for.
 *
 * @param ms Milliseconds.
 * @param onOver Called when the time is over, to stop the work after all.
 * @throws GateError `plugin-failed` when the time is over.
 */
export async function withTimeLimit<T>(
  work: Promise<T>,
  ms: number,
  what: string,
  onOver: () => void = () => {},
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new GateError({ code: 'plugin-failed', message: `${what} did not finish within ${ms / 1000} s` }))
      onOver()
    }, ms)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
