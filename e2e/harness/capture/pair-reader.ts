/** The reading thread of `watchPairs`: reads as fast as it can until told to stop, then says what it saw. */
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { SeenPairs } from './pair-watcher.ts'

const { file, stop } = workerData as { file: string; stop: Int32Array }
const seen: { -readonly [K in keyof SeenPairs]: number } = {
  reads: 0,
  both: 0,
  neither: 0,
  helperAlone: 0,
  urlAlone: 0,
  unreadable: 0,
}

parentPort?.postMessage('reading')
while (Atomics.load(stop, 0) === 0) {
  seen.reads += 1
  try {
    const settings = JSON.parse(readFileSync(file, 'utf8')) as { apiKeyHelper?: unknown; env?: Record<string, unknown> }
    const helper = settings.apiKeyHelper !== undefined
    const url = settings.env?.ANTHROPIC_BASE_URL !== undefined
    seen[helper && url ? 'both' : helper ? 'helperAlone' : url ? 'urlAlone' : 'neither'] += 1
  } catch {
    seen.unreadable += 1
  }
}
parentPort?.postMessage(seen)
