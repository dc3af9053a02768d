import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { GateError } from '@gate/core'
import type { FoundPlugin } from './find.js'
import { lendingCode } from './lend-core.js'

/** Packages released together with this CLI; they pass the suite of `@gate/plugin-testkit` before every release. */
export const OWN_SCOPE = '@gate/'

/**
 * Imports a foreign plugin in a worker thread first, because an import that loops for ever in the main thread could not
 * be ended by any time limit. The verdict is remembered per package version and file time, so it costs one worker
 * start per installed version.
 *
 * @param directory Where verdicts are kept; created when needed. A directory that cannot be written only costs time.
 * @param limitMs Milliseconds the import may take.
 * @param core Module to lend as `@gate/core`. Default: the plugin has its own.
 * @throws GateError `plugin-failed` when the import throws or does not end.
 */
export async function proveImport(
  found: FoundPlugin,
  directory: string,
  limitMs: number,
  core?: string,
): Promise<void> {
  if (found.entry === undefined || found.packageName.startsWith(OWN_SCOPE)) return
  // Loaded on demand: node:crypto costs 8 ms of start-up, and most installations have no foreign plugin.
  const { createHash } = await import('node:crypto')
  const file = join(directory, `${createHash('sha256').update(found.entry).digest('hex').slice(0, 32)}.json`)
  const stamp = stampOf(found.entry, found.version)
  if (readStamp(file) === stamp) return
  await importInWorker(found.entry, limitMs, core)
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, JSON.stringify({ stamp }), { mode: 0o600 })
  } catch {
    // Only a cache: without it the next command proves the plugin again.
  }
}

function stampOf(entry: string, version: string | undefined): string {
  const { mtimeMs, size } = statSync(entry)
  return `${version ?? ''}|${mtimeMs}|${size}|${process.version}`
}

function readStamp(file: string): unknown {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { stamp?: unknown }).stamp
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
