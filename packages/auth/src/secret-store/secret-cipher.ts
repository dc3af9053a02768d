import { createCipheriv, createDecipheriv, createHash, randomBytes, type ScryptOptions, scrypt } from 'node:crypto'
import { isRecord } from '../cache-entry.js'

/** Cost parameters of scrypt (RFC 7914). */
export interface KdfCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** Parameters of the key derivation as the file states them. */
interface Kdf extends KdfCost {
  readonly salt: Buffer
}

/** A file of format version 1, read but not decrypted. */
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
const VERSION = 1
// OWASP Password Storage Cheat Sheet, scrypt row "N=2^15, r=8, p=3": 32 MiB, about a quarter of a second.
export const KDF_COST: KdfCost = { N: 2 ** 15, r: 8, p: 3 }
const MAX_N = 2 ** 20

/** Derives the key; the caller keeps it, because this is slow on purpose. */
export function deriveKey(passphrase: string, kdf: Kdf): Promise<Buffer> {
  const options: ScryptOptions = { N: kdf.N, r: kdf.r, p: kdf.p, maxmem: 256 * kdf.N * kdf.r }
  return new Promise((resolve, reject) =>
    scrypt(passphrase.normalize('NFKC'), kdf.salt, 32, options, (error, key) => (error ? reject(error) : resolve(key))),
  )
}

export function newKdf(cost: KdfCost): Kdf {
  return { ...cost, salt: randomBytes(16) }
}

/** AES-256-GCM with a fresh nonce; the header is authenticated, too. */
export function seal(values: Readonly<Record<string, string>>, key: Buffer, kdf: Kdf): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(associated(kdf))
  const data = Buffer.concat([cipher.update(JSON.stringify(values), 'utf8'), cipher.final()])
  const document = {
    format: FORMAT,
    version: VERSION,
    kdf: { name: 'scrypt', N: kdf.N, r: kdf.r, p: kdf.p, salt: kdf.salt.toString('base64') },
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
  if (value.version !== VERSION) return { state: 'other-version', version: value.version }
  const { kdf } = value
  if (!isRecord(kdf) || kdf.name !== 'scrypt' || value.cipher !== 'aes-256-gcm') return { state: 'damaged' }
  const { N, r, p } = kdf
  // Bounded, so that a changed header cannot make gate eat the machine's memory.
  if (!isWithin(N, 2 ** 14, MAX_N) || !isWithin(r, 1, 16) || !isWithin(p, 1, 16)) return { state: 'damaged' }
  const bytes = [kdf.salt, value.check, value.iv, value.tag, value.data].map(decode)
  const [salt, check, iv, tag, data] = bytes
  if (!salt || !check || iv?.length !== 12 || tag?.length !== 16 || !data) return { state: 'damaged' }
  return { state: 'sealed', sealed: { kdf: { N, r, p, salt }, check, iv, tag, data } }
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
  return Buffer.from(JSON.stringify([FORMAT, VERSION, kdf.N, kdf.r, kdf.p, kdf.salt.toString('base64')]))
}

function isWithin(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high
}

function decode(value: unknown): Buffer | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value) ? Buffer.from(value, 'base64') : undefined
}
