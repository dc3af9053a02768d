import { Worker } from 'node:worker_threads'
import type { ProofPlace } from './prove-import.js'

/*
 * A verb that loops for ever, without waiting for anything, also stops every timer of this thread. Another thread can
 * still see that, say which plugin it was, remember it, and end the process, which cannot go on. The next command leaves
 * that plugin alone. Files are safe: gate may be killed at any moment.
 */

/** Milliseconds beyond a call's own limit, after which the thread that should have kept it is taken for blocked. */
const GRACE_MS = 2_000

/** One call that must not block. */
export interface WatchedCall {
  readonly packageName: string
  /** E.g. `detect()`. */
  readonly verb: string
  readonly limitMs: number
  readonly proof: ProofPlace
}

/** A thread that watches this one. */
export interface Watchdog {
  /** Runs a call; the part before its first `await` is known to be that plugin's. */
  watch<T>(call: WatchedCall, run: () => Promise<T>): Promise<T>
}

/** Starts the thread; it does not keep the process alive. */
export function createWatchdog(): Watchdog {
  const running = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(WATCHING, { eval: true, workerData: running })
  worker.unref()
  let last = 0
  return {
    async watch({ packageName, verb, limitMs, proof }, run) {
      const id = ++last
      worker.postMessage({ id, packageName, verb, proof, afterMs: limitMs + GRACE_MS })
      try {
        Atomics.store(running, 0, id)
        const work = run()
        Atomics.store(running, 0, 0)
        return await work
      } finally {
        Atomics.compareExchange(running, 0, id, 0)
        worker.postMessage({ id })
      }
    },
  }
}

// Text, because a thread of its own file would be one more file to publish and to find.
const WATCHING = `
const { parentPort, workerData: running } = require('node:worker_threads')
const { mkdirSync, writeFileSync, writeSync } = require('node:fs')
const { dirname } = require('node:path')
const calls = new Map()
parentPort.on('message', ({ id, afterMs, ...call }) => {
  clearTimeout(calls.get(id)?.timer)
  calls.delete(id)
  if (afterMs !== undefined) calls.set(id, { ...call, timer: setTimeout(end, afterMs) })
})
function end() {
  const blocking = calls.get(Atomics.load(running, 0))
  const names = blocking ? [blocking] : [...calls.values()]
  if (blocking) {
    try {
      mkdirSync(dirname(blocking.proof.file), { recursive: true, mode: 0o700 })
      writeFileSync(blocking.proof.file, JSON.stringify({ stamp: blocking.proof.stamp, blocked: blocking.verb }), { mode: 0o600 })
    } catch {}
  }
  const said = names.map(({ packageName, verb }) => packageName + ': ' + verb).join(' or ')
  const fix = blocking ? '  It is left alone from now on. Remove it: gate plugins remove ' + blocking.packageName + '\\n' : ''
  writeSync(2, 'Error: ' + said + ' blocks gate and never ends, so gate is stopped\\n' + fix)
  process.kill(process.pid, 'SIGKILL')
}
`
