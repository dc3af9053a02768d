import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
  type ScryptOptions,
  scrypt,
} from 'node:crypto'
import { isRecord } from '../cache/cache-entry.js'

/** Cost parameters of scrypt (RFC 7914). */
export interface KdfCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** How the key is derived, as the file states it: from a passphrase, or from a key file. */
export type Kdf =
  | (KdfCost & { readonly name: 'scrypt'; readonly salt: Buffer })
  | { readonly name: 'key-file'; readonly salt: Buffer }

/** A file that was read but not decrypted. */
export interface SealedSecrets {
  readonly kdf: Kdf
  /** Tells a wrong passphrase from a damaged file. */
  readonly check: Buffer
  readonly iv: Buffer
  readonly tag: Buffer
  readonly data: Buffer
}

export type ParsedSecrets =
  | { readonly state: 'sealed'; readonly sealed: SealedSecrets }
  | { readonly state: 'damaged' }
  | { readonly state: 'other-version'; readonly version: unknown }

const FORMAT = 'gate-secrets'
/** An older gate knows only the first. */
const VERSIONS = { scrypt: 1, 'key-file': 2 } as const
// OWASP Password Storage Cheat Sheet, scrypt row "N=2^15, r=8, p=3": 32 MiB, about a quarter of a second.
export const KDF_COST: KdfCost = { N: 2 ** 15, r: 8, p: 3 }
// 128 MiB, and about two seconds: what a changed header may cost at most.
const MOST_MEMORY = 2 ** 20
const MOST_WORK = 2 ** 23
/** Bytes in a key file. */
export const KEY_BYTES = 32

/**
 * Derives the key; the caller keeps it, because from a passphrase this is slow on purpose.
 *
 * @param secret The passphrase, or what is in the key file.
 */
export async function deriveKey(secret: string | Buffer, kdf: Kdf): Promise<Buffer> {
  if (kdf.name === 'key-file') return Buffer.from(hkdfSync('sha256', secret, kdf.salt, FORMAT, 32))
  const options: ScryptOptions = { N: kdf.N, r: kdf.r, p: kdf.p, maxmem: 256 * kdf.N * kdf.r }
  return new Promise((resolve, reject) =>
    scrypt(typeof secret === 'string' ? secret.normalize('NFKC') : secret, kdf.salt, 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  )
}

/** @param cost Of a passphrase; undefined for a key file. */
export function newKdf(cost: KdfCost | undefined): Kdf {
  const salt = randomBytes(16)
  return cost ? { name: 'scrypt', ...cost, salt } : { name: 'key-file', salt }
}

/** AES-256-GCM with a fresh nonce; the header is authenticated, too. */
export function seal(values: Readonly<Record<string, string>>, key: Buffer, kdf: Kdf): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(associated(kdf))
  const data = Buffer.concat([cipher.update(JSON.stringify(values), 'utf8'), cipher.final()])
  const document = {
    format: FORMAT,
    version: VERSIONS[kdf.name],
    kdf: { ...kdf, salt: kdf.salt.toString('base64') },
    cipher: 'aes-256-gcm',
    check: checkOf(key).toString('base64'),
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

export function parseSealed(text: string): ParsedSecrets {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { state: 'damaged' }
  }
  if (!isRecord(value) || value.format !== FORMAT) return { state: 'damaged' }
  const kdf = isRecord(value.kdf) ? value.kdf : {}
  const isKeyFile = kdf.name === 'key-file'
  if (value.version !== VERSIONS[isKeyFile ? 'key-file' : 'scrypt']) {
    return { state: 'other-version', version: value.version }
  }
  if ((!isKeyFile && kdf.name !== 'scrypt') || value.cipher !== 'aes-256-gcm') return { state: 'damaged' }
  const cost = isKeyFile ? undefined : costIn(kdf)
  if (!isKeyFile && !cost) return { state: 'damaged' }
  const bytes = [kdf.salt, value.check, value.iv, value.tag, value.data].map(decode)
  const [salt, check, iv, tag, data] = bytes
  if (!salt || !check || iv?.length !== 12 || tag?.length !== 16 || !data) return { state: 'damaged' }
  const read: Kdf = cost ? { name: 'scrypt', ...cost, salt } : { name: 'key-file', salt }
  return { state: 'sealed', sealed: { kdf: read, check, iv, tag, data } }
}

/** Bounded, so that a changed header costs neither the machine's memory nor minutes. */
function costIn({ N, r, p }: Readonly<Record<string, unknown>>): KdfCost | undefined {
  if (!isWithin(N, 2 ** 14, MOST_MEMORY) || !isWithin(r, 1, 64) || !isWithin(p, 1, 16)) return undefined
  const isPowerOfTwo = Number.isInteger(Math.log2(N))
  return isPowerOfTwo && N * r <= MOST_MEMORY && N * r * p <= MOST_WORK ? { N, r, p } : undefined
}

/** `wrong-key`: the passphrase does not fit. `damaged`: it fits, but the content was changed. */
export function open(sealed: SealedSecrets, key: Buffer): Record<string, string> | 'wrong-key' | 'damaged' {
  if (!checkOf(key).equals(sealed.check)) return 'wrong-key'
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.iv)
    decipher.setAAD(associated(sealed.kdf))
    decipher.setAuthTag(sealed.tag)
    const values: unknown = JSON.parse(Buffer.concat([decipher.update(sealed.data), decipher.final()]).toString('utf8'))
    if (!isRecord(values)) return 'damaged'
    return Object.fromEntries(
      Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch {
    return 'damaged'
  }
}

function checkOf(key: Buffer): Buffer {
  return createHash('sha256').update('gate-secrets passphrase check').update(key).digest().subarray(0, 8)
}

function associated(kdf: Kdf): Buffer {
  const salt = kdf.salt.toString('base64')
  const version = VERSIONS[kdf.name]
  const parts = kdf.name === 'scrypt' ? [FORMAT, version, kdf.N, kdf.r, kdf.p, salt] : [FORMAT, version, kdf.name, salt]
  return Buffer.from(JSON.stringify(parts))
}

function isWithin(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high
}

function decode(value: unknown): Buffer | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value) ? Buffer.from(value, 'base64') : undefined
}
