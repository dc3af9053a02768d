// The fast path of `gate token`: node:fs only; no zod, no HTTP, no keychain, so that it costs next to nothing on top of
// starting Node.
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs'
import {
  effectiveScopes,
  freshnessOf,
  isRecord,
  MAX_CACHE_BYTES,
  parseCacheEntry,
  sameBinding,
  type TokenBinding,
} from './cache-entry.js'

/** Where to look and what the answer must be bound to. */
export interface CachedTokenQuery {
  /** `<config>/config.json`. */
  readonly configFile: string
  /** The cache directory of gate; tokens are in `tokens/<profile>.json` below it. */
  readonly cacheDirectory: string
  /** Profile name; undefined = the active one of the configuration. */
  readonly profile: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Effective user id; undefined on Windows, where owner and mode are not checked. */
  readonly uid: number | undefined
}

/** A token to print, or undefined: take the long way, which also says what is wrong. */
export type CachedTokenAnswer = { readonly token: string; readonly expiresAt: number } | undefined

/**
 * The access token in the cache file, when it is fresh, ours, private, and bound to the configuration as it is now.
 * Synchronous, reads two small files and loads nothing but `node:fs`. Never throws.
 */
export function readCachedToken(query: CachedTokenQuery): CachedTokenAnswer {
  try {
    const binding = configuredBinding(readFileSync(query.configFile, 'utf8'), query.profile)
    if (!binding) return undefined
    const directory = `${query.cacheDirectory}/tokens`
    const text = readOwnFile(directory, `${directory}/${binding.profile}.json`, query.uid)
    const entry = text === undefined ? undefined : parseCacheEntry(text)
    if (!entry || !sameBinding(entry.binding, binding) || freshnessOf(entry, query.now) !== 'fresh') return undefined
    return { token: entry.token, expiresAt: entry.expiresAt }
  } catch {
    return undefined
  }
}

// Reads the file as it lies on disk. Whatever the full reader would normalise differs here, and is then a miss.
function configuredBinding(text: string, wanted: string | undefined): TokenBinding | undefined {
  const config: unknown = JSON.parse(text)
  if (!isRecord(config) || config.version !== 1 || !isRecord(config.profiles)) return undefined
  const name = wanted ?? config.activeProfile ?? 'default'
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name) || !Object.hasOwn(config.profiles, name)) {
    return undefined
  }
  const profile = config.profiles[name]
  if (!isRecord(profile) || !isRecord(profile.auth) || profile.auth.kind !== 'oidc') return undefined
  const { issuer, clientId, audience = '', scopes = [] } = profile.auth
  const { gatewayUrl } = profile
  if (typeof gatewayUrl !== 'string' || typeof issuer !== 'string' || typeof clientId !== 'string') return undefined
  if (typeof audience !== 'string' || !isStringArray(scopes)) return undefined
  return { profile: name, gateway: gatewayUrl, issuer, clientId, audience, scopes: effectiveScopes(scopes) }
}

function readOwnFile(directory: string, path: string, uid: number | undefined): string | undefined {
  const folder = lstatSync(directory)
  if (!folder.isDirectory() || (uid !== undefined && (folder.uid !== uid || (folder.mode & 0o022) !== 0)))
    return undefined
  // O_NOFOLLOW and O_NONBLOCK: a symlink or FIFO put in the file's place is neither followed nor waited for.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = fstatSync(file)
    if (!stats.isFile() || stats.size > MAX_CACHE_BYTES) return undefined
    if (uid !== undefined && (stats.uid !== uid || (stats.mode & 0o077) !== 0)) return undefined
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
