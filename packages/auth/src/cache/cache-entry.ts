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

/** Format of the cache file. */
export const CACHE_VERSION = 1
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
 * is JSON itself and stands there byte for byte, the shim may answer from it; what the token belongs to stands in that
 * copy, and of it only the gateway is said twice, because a shell reads a byte at a time and no JSON. The token stands there
 * twice, so that a damaged file is known as such.
 *
 * @param config From `shellCopyOf`; ends with a line break.
 */
export function formatCacheEntry(entry: CacheEntry, config?: string): string {
  const { issuedAt, refreshAt, expiresAt, token, binding } = entry
  const times = JSON.stringify({ version: CACHE_VERSION, issuedAt, refreshAt, expiresAt }).slice(0, -1)
  const text = JSON.stringify(token)
  const head = `${times},\n"token":${text},"again":${text},\n`
  return config === undefined
    ? `${head}"binding":${JSON.stringify(binding)}\n}\n`
    : `${head}${configLabel(binding.gateway)}\n${config}}\n`
}

/** The line before the copy of `config.json`: the shim of a gateway hands out what is for that gateway. */
export function configLabel(gateway: string): string {
  return `"gateway":${JSON.stringify(gateway)},"config":`
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
