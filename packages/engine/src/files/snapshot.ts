import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { advice, GateError, type Host } from '@gate/core'
import { errnoOf, ioError } from './io-error.js'
import { resolveTarget, stampOf, type Target } from './resolve-target.js'

/** A file at one moment. */
export interface Snapshot {
  readonly target: Target
  /** Undefined when the file does not exist. */
  readonly bytes: Uint8Array | undefined
  /**
   * Decoded when asked for, with its byte order mark; undefined when the file does not exist.
   *
   * @throws GateError `file-unparsable` with line and column when it is not UTF-8 text.
   */
  readonly text: string | undefined
  /** SHA-256 of the bytes; null when the file does not exist. */
  readonly sha: string | null
  /** Equal for two snapshots exactly when place, bytes, permissions and owner are. */
  readonly fingerprint: string
  /** What the system said about the file just before it was read; undefined when the file does not exist. */
  readonly stamp: string | undefined
}

/** SHA-256 in hex. */
export function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/**
 * Reads a file as it is now, whatever is in it.
 *
 * @throws GateError what {@link resolveTarget} throws, `file-read-only`, `io-failed`.
 */
export async function takeSnapshot(host: Host, path: string): Promise<Snapshot> {
  const target = await resolveTarget(host, path)
  const bytes = target.stat && (await read(host, target))
  if (!target.stat || !bytes) {
    const fingerprint = `absent ${target.real}`
    return { target, bytes: undefined, text: undefined, sha: null, fingerprint, stamp: undefined }
  }
  const { mode, owner, stamp } = target.stat
  let decoded: string | undefined
  let digested: string | undefined
  // When asked for: a status only reads, and node:crypto costs milliseconds to load.
  const sha = () => {
    digested ??= digest(bytes)
    return digested
  }
  return {
    target,
    bytes,
    get text() {
      decoded ??= decode(bytes, path)
      return decoded
    },
    get sha() {
      return sha()
    },
    get fingerprint() {
      return `${sha()} ${mode} ${owner.uid} ${owner.gid} ${target.real}`
    },
    stamp,
  }
}

/** Whether a file holds exactly this text; false when it does not exist. Pure. */
export function holds({ bytes }: Snapshot, text: string): boolean {
  return bytes?.length === Buffer.byteLength(text) && Buffer.from(text).equals(bytes)
}

/** Whether a file is UTF-8 text, as an absent one is. Pure. */
export function isText({ bytes }: Snapshot): boolean {
  return bytes === undefined || (isUtf8(bytes) && !bytes.includes(0))
}

/** A file as reports show it, with U+FFFD for what is no text; undefined when it does not exist. Pure. */
export function shownText({ bytes }: Snapshot): string | undefined {
  return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** Whether the system says about the file what it said before the snapshot was taken: one call, right before a rename. */
export async function isUntouched(host: Host, { target, stamp }: Snapshot): Promise<boolean> {
  try {
    return stampOf(await host.fs.lstat(target.real, { bigint: true })) === stamp
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return stamp === undefined
    throw ioError(error, target.path, 'look at')
  }
}

async function read(host: Host, target: Target): Promise<Buffer | undefined> {
  try {
    return await host.fs.readFile(target.real)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw ioError(error, target.path, 'read')
  }
}

/** @throws GateError `file-unparsable` with the position of the first byte that is not UTF-8 text. */
function decode(bytes: Uint8Array, file: string): string {
  const nul = bytes.indexOf(0)
  let text = ''
  let bad = nul
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    const valid = firstInvalid(bytes)
    bad = nul === -1 ? valid : Math.min(nul, valid)
  }
  if (bad === -1) return text
  const before = Buffer.from(bytes.subarray(0, bad)).toString('utf8')
  throw new GateError({
    code: 'file-unparsable',
    message: `${file} is not UTF-8 text: ${bad === nul ? 'it holds a NUL byte' : 'it holds bytes that mean nothing'}. Nothing was changed.`,
    file,
    line: before.split('\n').length,
    column: before.length - before.lastIndexOf('\n'),
    fix: advice('Save it as UTF-8, or move it away.'),
  })
}

function firstInvalid(bytes: Uint8Array): number {
  // What cannot be decoded becomes U+FFFD, so the first difference after a round trip is the first invalid byte.
  const again = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  let index = 0
  while (index < bytes.length && bytes[index] === again[index]) index++
  return index
}
