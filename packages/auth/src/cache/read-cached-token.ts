// The fast path of `gate token` in Node: node:fs only; no zod, no HTTP, no keychain, so that it costs next to nothing on top of
// starting Node.
import { accessSync, closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs'

import { formatCacheEntry, freshnessOf, MAX_CACHE_BYTES, sameBinding } from './cache-entry.js'
import { configuredBinding } from './config-binding.js'
import { parseCacheEntry } from './parse-cache-entry.js'
import { shellCopyOf } from './shell-copy.js'

/** Where to look and what the answer must be bound to. */
export interface CachedTokenQuery {
  /** `<config>/config.json`. */
  readonly configFile: string
  /** The cache directory of gate; tokens are in `tokens/<profile>.json` below it. */
  readonly cacheDirectory: string
  /** Profile name; undefined = the active one of the configuration. */
  readonly profile: string | undefined
  /** The gateway that the caller sends the token to; undefined = that of the profile. */
  readonly gateway?: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Effective user id; undefined on Windows, where owner and mode are not checked. */
  readonly uid: number | undefined
}

/** A token to print, or undefined: take the long way, which also says what is wrong. */
export type CachedTokenAnswer =
  | {
      readonly token: string
      readonly expiresAt: number
      /** Profile that it is of. */
      readonly profile: string
      /** The file is not as it would be written now, e.g. the shim cannot answer from it since `config.json` changed. */
      readonly outdated: boolean
    }
  | undefined

/**
 * The access token in the cache file, when it is fresh, ours, private, and bound to the configuration as it is now.
 * Synchronous, reads two small files and loads nothing but `node:fs`. Never throws.
 */
export function readCachedToken(query: CachedTokenQuery): CachedTokenAnswer {
  const found = lookUp(query)
  if (found === undefined || freshnessOf(found.entry, query.now) !== 'fresh') return undefined
  const { entry, text, config, directory } = found
  const outdated =
    query.uid !== undefined && text !== formatCacheEntry(entry, shellCopyOf(config, entry)) && isWritable(directory)
  return { token: entry.token, expiresAt: entry.expiresAt, profile: entry.binding.profile, outdated }
}

/** The profile of a token that {@link readCachedToken} would hand out if it were fresh. Never throws. */
export function renewableProfile(
  query: CachedTokenQuery,
): { readonly profile: string; readonly isValid: boolean } | undefined {
  const entry = lookUp(query)?.entry
  return entry && { profile: entry.binding.profile, isValid: freshnessOf(entry, query.now) !== 'dead' }
}

function lookUp(query: CachedTokenQuery) {
  try {
    // May be a link, and anybody's: it holds no secret.
    const config = readRegularFile(query.configFile, 0, () => true)
    if (config === undefined) return undefined
    const configured = configuredBinding(config, query.profile)
    if (!configured) return undefined
    const { binding } = configured
    if (query.gateway !== undefined && query.gateway !== binding.gateway) return undefined
    const directory = `${query.cacheDirectory}/tokens`
    const text = readOwnFile(directory, `${directory}/${binding.profile}.json`, query.uid)
    const entry = text === undefined ? undefined : parseCacheEntry(text, binding.profile)
    return entry && sameBinding(entry.binding, binding) ? { entry, text, config, directory } : undefined
  } catch {
    return undefined
  }
}

// Where nothing can be written, nobody needs to try at every call.
function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function readOwnFile(directory: string, path: string, uid: number | undefined): string | undefined {
  const folder = lstatSync(directory)
  if (!folder.isDirectory() || (uid !== undefined && (folder.uid !== uid || (folder.mode & 0o022) !== 0)))
    return undefined
  // O_NOFOLLOW: a symlink put in the file's place is not followed.
  return readRegularFile(path, constants.O_NOFOLLOW ?? 0, ({ size, uid: owner, mode }) => {
    return size <= MAX_CACHE_BYTES && (uid === undefined || (owner === uid && (mode & 0o077) === 0))
  })
}

function readRegularFile(path: string, flags: number, accepts: (stats: Stats) => boolean): string | undefined {
  // O_NONBLOCK: a FIFO in the file's place is not waited for.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | flags)
  try {
    const stats = fstatSync(file)
    return stats.isFile() && accepts(stats) ? readFileSync(file, 'utf8') : undefined
  } finally {
    closeSync(file)
  }
}
