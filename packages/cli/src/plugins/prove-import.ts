import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { GateError } from '@gate/core'
import type { FoundPlugin } from './find.js'
import { lendingCode } from './lend-core.js'

/** What is remembered about one version of a foreign plugin. */
interface Proof {
  /** Package version, time and size of the module, version of Node. */
  readonly stamp: string
  /** The verb in which it kept gate from going on, e.g. `detect()`. */
  readonly blocked?: string
}

/** Where the proof of a plugin is, and what it has to say to count. */
export interface ProofPlace {
  readonly file: string
  readonly stamp: string
}

/** True for packages released together with this CLI; they pass the suite of `@gate/plugin-testkit` before. */
export function isOwn(packageName: string): boolean {
  return packageName.startsWith('@gate/')
}

/** @param directory Where proofs are kept. */
export async function proofPlace(entry: string, version: string | undefined, directory: string): Promise<ProofPlace> {
  // Loaded on demand: node:crypto costs 8 ms of start-up, and most installations have no foreign plugin.
  const { createHash } = await import('node:crypto')
  const { mtimeMs, size } = statSync(entry)
  return {
    file: join(directory, `${createHash('sha256').update(entry).digest('hex').slice(0, 32)}.json`),
    stamp: `${version ?? ''}|${mtimeMs}|${size}|${process.version}`,
  }
}

/**
 * Imports a foreign plugin in a worker thread first, because an import that loops for ever in the main thread could not
 * be ended by any time limit. The verdict is remembered per package version and file time, so it costs one worker
 * start per installed version.
 *
 * @param directory Where verdicts are kept; created when needed. A directory that cannot be written only costs time.
 * @param limitMs Milliseconds the import may take.
 * @param core Module to lend as `@gate/core`. Default: the plugin has its own.
 * @throws GateError `plugin-failed` when the import throws or does not end, or when the plugin has blocked gate before.
 */
export async function proveImport(
  found: FoundPlugin,
  directory: string,
  limitMs: number,
  core?: string,
): Promise<void> {
  if (found.entry === undefined || isOwn(found.packageName)) return
  const { file, stamp } = await proofPlace(found.entry, found.version, directory)
  const proof = readProof(file)
  if (proof?.stamp === stamp) {
    if (proof.blocked === undefined) return
    throw new GateError({
      code: 'plugin-failed',
      message: `its ${proof.blocked} did not end last time, and gate had to be stopped`,
    })
  }
  await importInWorker(found.entry, limitMs, core)
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, JSON.stringify({ stamp } satisfies Proof), { mode: 0o600 })
  } catch {
    // Only a cache: without it the next command proves the plugin again.
  }
}

function readProof(file: string): Proof | undefined {
  try {
    const { stamp, blocked } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Proof>
    if (typeof stamp !== 'string') return undefined
    return typeof blocked === 'string' ? { stamp, blocked } : { stamp }
  } catch {
    return undefined
  }
}

async function importInWorker(entry: string, limitMs: number, core: string | undefined): Promise<void> {
  const { Worker } = await import('node:worker_threads')
  const url = JSON.stringify(pathToFileURL(entry).href)
  const lending = core === undefined ? '' : lendingCode(core)
  const code = `${lending}import(${url}).then(() => require('node:worker_threads').parentPort.postMessage('imported'))`
  const worker = new Worker(code, { eval: true, stdin: false, stdout: true, stderr: true })
  let timer: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => {
        reject(
          new GateError({ code: 'plugin-failed', message: `its import did not finish within ${limitMs / 1000} s` }),
        )
      }, limitMs)
      worker.once('message', () => resolve())
      worker.once('error', reject)
      // A module that waits for nothing that could ever happen lets the thread end.
      worker.once('exit', (code) => {
        reject(new GateError({ code: 'plugin-failed', message: `its import ended without an end (${code})` }))
      })
    })
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
