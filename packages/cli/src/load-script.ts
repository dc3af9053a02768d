import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'

/** Milliseconds after which the code is kept anew, because a later run may have used more of it. */
const KEPT_MS = 24 * 60 * 60 * 1000
/** Bytes before the code: what it was made of, and its checksum. */
const HEAD_BYTES = 80

type Exports = Readonly<Record<string, unknown>>

/**
 * Runs a bundle that was built as one function, with the compiled code of an earlier run. Node's own compile cache keeps
 * what is compiled when a file is loaded and none of the functions that are compiled when they are first called (24.21): a
 * status calls eight hundred.
 *
 * @param cache gate's cache directory; undefined to keep nothing. Nothing is kept where there is none, either.
 */
export function loadScript(name: string, cache: string | undefined): Exports {
  const url = new URL(`./${name}.cjs`, import.meta.url)
  const file = fileURLToPath(url)
  const stamp = stampOf(file)
  const kept = cache === undefined ? undefined : join(cache, 'compile', `${name}.bin`)
  const found = kept === undefined ? undefined : read(kept, stamp)
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    ...(found ? { cachedData: found.code } : {}),
  })
  const isGood = found !== undefined && !script.cachedDataRejected && Date.now() - found.keptAt < KEPT_MS
  if (kept !== undefined && cache !== undefined && !isGood) {
    process.once('exit', () => {
      if (existsSync(cache)) keep(kept, stamp, script.createCachedData())
    })
  }
  const exports = {}
  const run = script.runInThisContext() as (...environment: unknown[]) => void
  run(exports, process.getBuiltinModule, url.href, (specifier: string) => import(specifier))
  return exports
}

/** Another one for every file that was put there, whatever it is called: V8 itself looks at the length of the text alone. */
function stampOf(file: string): string {
  const { ino, size, ctimeMs } = statSync(file)
  return `${ino} ${size} ${ctimeMs}`
}

/** V8 refuses what another V8 or other options have made. What is damaged it would run. */
function headOf(stamp: string, code: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES, ' ')
  head.write(`${crc32(code)} ${stamp}`)
  return head
}

function read(kept: string, stamp: string): { readonly code: Buffer; readonly keptAt: number } | undefined {
  try {
    const bytes = readFileSync(kept)
    const code = bytes.subarray(HEAD_BYTES)
    if (!bytes.subarray(0, HEAD_BYTES).equals(headOf(stamp, code))) return undefined
    return { code, keptAt: statSync(kept).mtimeMs }
  } catch {
    return undefined
  }
}

/** Losing it costs the next run some time; so nothing here is an error. */
function keep(kept: string, stamp: string, code: Buffer): void {
  const temporary = `${kept}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(kept), { recursive: true, mode: 0o700 })
    const descriptor = openSync(temporary, 'wx', 0o600)
    try {
      writeSync(descriptor, Buffer.concat([headOf(stamp, code), code]))
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, kept)
  } catch {
    rmSync(temporary, { force: true })
  }
}
