// Shared with the lean token command: this file imports nothing.

/** Everything that a token belongs to. A token is only ever used for exactly this. */
export interface TokenBinding {
  readonly profile: string
  readonly gateway: string
  readonly issuer: string
  readonly clientId: string
  /** Empty when none is asked for. */
  readonly audience: string
  readonly scopes: readonly string[]
}

/** A cached access token with its times, in milliseconds since the epoch. */
export interface CacheEntry {
  readonly binding: TokenBinding
  readonly token: string
  readonly issuedAt: number
  /** From here on a new token is fetched ahead of time. */
  readonly refreshAt: number
  readonly expiresAt: number
}

const VERSION = 1
// A clock that was set back further than this makes every time in the file meaningless.
const CLOCK_STEP_MS = 60_000
export const MAX_CACHE_BYTES = 256 * 1024

/** The scopes as they are asked for: without repetition, `offline_access` added once. The input is not changed. */
export function effectiveScopes(scopes: readonly string[]): readonly string[] {
  const asked = scopes.length > 0 ? scopes : ['openid']
  return [...new Set([...asked, 'offline_access'])]
}

export function sameBinding(a: TokenBinding, b: TokenBinding): boolean {
  return (
    a.profile === b.profile &&
    a.gateway === b.gateway &&
    a.issuer === b.issuer &&
    a.clientId === b.clientId &&
    a.audience === b.audience &&
    a.scopes.length === b.scopes.length &&
    a.scopes.every((scope, index) => scope === b.scopes[index])
  )
}

/** `fresh`: hand out. `due`: valid, but a new one is due. `dead`: expired, or from another time of the clock. */
export function freshnessOf(entry: CacheEntry, now: number): 'fresh' | 'due' | 'dead' {
  if (now >= entry.expiresAt || now < entry.issuedAt - CLOCK_STEP_MS) return 'dead'
  return now < entry.refreshAt ? 'fresh' : 'due'
}

/** A bearer token as clients accept it: visible ASCII without spaces (Claude Code 2.1.227 rejects anything else). */
export function isTokenText(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token)
}

/**
 * The text of a cache file: JSON, in the lines that the shim reads (`shim-text.ts`). With a copy of `config.json`, which
 * is JSON itself and stands there byte for byte, the shim may answer from it.
 *
 * @param config From `shellCopyOf`; ends with a line break.
 */
export function formatCacheEntry(entry: CacheEntry, config?: string): string {
  const { issuedAt, refreshAt, expiresAt, token, binding } = entry
  const times = JSON.stringify({ version: VERSION, issuedAt, refreshAt, expiresAt }).slice(0, -1)
  const head = `${times},\n"token":${JSON.stringify(token)},\n"binding":${JSON.stringify(binding)}`
  return config === undefined ? `${head}\n}\n` : `${head},\n"config":\n${config}}\n`
}

/** The entry in the text of a cache file; undefined when it is anything else than a whole, well-formed entry. */
export function parseCacheEntry(text: string): CacheEntry | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(value) || value.version !== VERSION) return undefined
  const { token, issuedAt, refreshAt, expiresAt } = value
  const binding = parseBinding(value.binding)
  if (!binding || typeof token !== 'string' || !isTokenText(token)) return undefined
  if (!isTime(issuedAt) || !isTime(refreshAt) || !isTime(expiresAt)) return undefined
  return { binding, token, issuedAt, refreshAt, expiresAt }
}

function parseBinding(value: unknown): TokenBinding | undefined {
  if (!isRecord(value)) return undefined
  const { profile, gateway, issuer, clientId, audience, scopes } = value
  if (![profile, gateway, issuer, clientId, audience].every((text) => typeof text === 'string')) return undefined
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string')) return undefined
  return { profile, gateway, issuer, clientId, audience, scopes } as TokenBinding
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
