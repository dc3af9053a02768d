/**
 * Starts tasks in order, only so many at a time.
 *
 * @returns One promise per task, in the same order. A failed task makes room like any other.
 */
export function inLanes<T>(count: number, tasks: readonly (() => Promise<T>)[]): Promise<T>[] {
  const running = new Set<Promise<unknown>>()
  let before: Promise<unknown> = Promise.resolve()
  return tasks.map((task) => {
    const started = before.then(async () => {
      while (running.size >= count) await Promise.race(running)
      const result = task()
      const settled: Promise<unknown> = result.catch(() => {}).then(() => running.delete(settled))
      running.add(settled)
      // In an object, because a promise would be waited for.
      return { result }
    })
    before = started
    const result = started.then((each) => each.result)
    // Whoever waits for it is told; until somebody does, a failure must not end the process.
    result.catch(() => {})
    return result
  })
}
