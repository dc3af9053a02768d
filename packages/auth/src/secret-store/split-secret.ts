import { createHash, randomBytes } from 'node:crypto'
import { storeError } from './store-errors.js'

/** What stands in the place of a secret that was too long for one entry. */
export interface PartHead {
  /** Tells the parts of one secret from those of the one that it replaces. */
  readonly generation: string
  readonly count: number
  readonly sha256: string
}

export interface SplitSecret {
  /** Text of the main entry: the secret itself, or the head. */
  readonly text: string
  readonly head: PartHead
  /** Empty when the secret fits into one entry. */
  readonly parts: readonly string[]
}

const MARK = 'gate-split:1:'

/**
 * Cuts a secret into entries of at most `partBytes` bytes each.
 *
 * @param partBytes Infinity: never cut.
 */
export function splitSecret(value: string, partBytes: number): SplitSecret {
  const generation = randomBytes(6).toString('hex')
  const bytes = Buffer.from(value)
  // A value that looks like a head must not be taken for one.
  if (bytes.length <= partBytes && !value.startsWith(MARK)) {
    return { text: value, head: { generation, count: 0, sha256: '' }, parts: [] }
  }
  // Base64, so that a cut never goes through a character.
  const encoded = bytes.toString('base64')
  const size = Math.min(partBytes, encoded.length)
  const parts: string[] = []
  for (let start = 0; start < encoded.length; start += size) parts.push(encoded.slice(start, start + size))
  const head = { generation, count: parts.length, sha256: digest(value) }
  return { text: `${MARK}${generation}:${head.count}:${head.sha256}`, head, parts }
}

export function parseHead(text: string): PartHead | undefined {
  const match = /^gate-split:1:([0-9a-f]{12}):(\d{1,4}):([0-9a-f]{64})$/.exec(text)
  return match ? { generation: match[1] ?? '', count: Number(match[2]), sha256: match[3] ?? '' } : undefined
}

export function partAccount(account: string, head: PartHead, index: number): string {
  return `${account}#${head.generation}.${index}`
}

/** @throws GateError `secret-store-corrupt` when a part is missing or changed. */
export function joinParts(head: PartHead, parts: readonly string[]): string {
  const value = Buffer.from(parts.join(''), 'base64').toString('utf8')
  if (digest(value) === head.sha256) return value
  throw storeError('secret-store-corrupt', 'A long secret in the OS keychain is incomplete.', {
    fix: { action: 'login' },
  })
}

function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}
