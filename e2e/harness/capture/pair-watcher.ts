import { Worker } from 'node:worker_threads'

/** What a reader of Claude Code's settings saw, counted. */
export interface SeenPairs {
  readonly reads: number
  readonly both: number
  readonly neither: number
  readonly helperAlone: number
  readonly urlAlone: number
  /** The file was absent or not JSON. */
  readonly unreadable: number
}

/**
 * Reads a settings file over and over, like a session that reloads it at the worst moment, and counts whether the helper
 * and the base URL were there together.
 */
export async function watchPairs(file: string): Promise<{ stop(): Promise<SeenPairs> }> {
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL('./pair-reader.ts', import.meta.url), { workerData: { file, stop } })
  const next = () =>
    new Promise<unknown>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  await next()
  return {
    async stop() {
      const answer = next()
      Atomics.store(stop, 0, 1)
      return (await answer) as SeenPairs
    },
  }
}
