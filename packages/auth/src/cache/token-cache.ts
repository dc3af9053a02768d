import { gatePaths, type Host } from '@gate/core'
import { atomicWrite, errnoOf, type HeldLock, ioError, removeLeftovers } from '@gate/engine'
import { faultText, readPrivateFile } from '../private-file.js'
import { type CacheEntry, formatCacheEntry, MAX_CACHE_BYTES, sameBinding, type TokenBinding } from './cache-entry.js'
import { parseCacheEntry } from './parse-cache-entry.js'
import { shellCopyOf } from './shell-copy.js'

/** The short-lived access token of one profile, kept in `<cache>/tokens/<profile>.json`, 0600. */
export interface TokenCache {
  readonly path: string
  /** The entry when it is whole and belongs to exactly the binding; tells `warn` about a file that is not trusted. */
  read(): Promise<CacheEntry | undefined>
  /**
   * Under the lock of the grant: writes the entry in one piece, together with what lets the shim answer from it (`shellCopyOf`).
   *
   * @param lock Of the grant, where an entry that is older than what another process did must not be written.
   * @throws GateError `lock-lost`, `disk-full`, `file-read-only`, `io-failed`.
   */
  write(entry: CacheEntry, lock?: HeldLock): Promise<void>
  /** Whether {@link TokenCache.write} would write what is in the file already. */
  isCurrent(entry: CacheEntry): Promise<boolean>
  /** See {@link removeCachedToken}. */
  remove(): Promise<boolean>
}

/** Where the cached access token of a profile is, whatever connection it belongs to. */
function cachePath(host: Host, profile: string): string {
  return host.path.join(gatePaths(host).tokens, `${profile}.json`)
}

/**
 * Deletes the cached access token of a profile, and what a killed process had not yet put in its place; under the lock of
 * the grant.
 *
 * @returns True when there was one.
 */
export async function removeCachedToken(host: Host, profile: string): Promise<boolean> {
  const path = cachePath(host, profile)
  await removeLeftovers(host, path)
  try {
    await host.fs.unlink(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw ioError(error, path, 'remove')
  }
}

export function createTokenCache(host: Host, binding: TokenBinding, warn: (message: string) => void): TokenCache {
  const directory = gatePaths(host).tokens
  const path = cachePath(host, binding.profile)
  let warned = false
  const refuse = (why: string) => {
    if (!warned) warn(`${path} ${why}, so it is ignored and written anew.`)
    warned = true
    return undefined
  }

  // Read when it is written, not when the command began: the copy must be of the text that names this very connection.
  const textOf = async (entry: CacheEntry) => {
    if (host.platform === 'win32') return formatCacheEntry(entry)
    const config = await host.fs.readFile(gatePaths(host).config, 'utf8').catch(() => undefined)
    return formatCacheEntry(entry, shellCopyOf(config, entry))
  }

  return {
    path,
    async read() {
      const file = await readPrivateFile(host, path, MAX_CACHE_BYTES)
      if (file.state === 'absent') return undefined
      if (file.state === 'refused') return refuse(faultText(file.fault))
      if (await isOpenDirectory(host, directory)) return refuse('lies in a directory that is not closed to others')
      const entry = parseCacheEntry(file.text, binding.profile)
      if (!entry) return refuse('is damaged')
      // Not worth a word: somebody changed the gateway or the issuer, and that is what the binding is for.
      return sameBinding(entry.binding, binding) ? entry : undefined
    },
    async write(entry, lock) {
      await closeDirectory(host, directory)
      // Of a process that was killed: they hold a token as well. Not without the lock, or they may be of a living one.
      await lock?.assertHeld()
      await removeLeftovers(host, path)
      // Replaces whatever stands there by rename: a link is not followed, a foreign file not written into.
      await atomicWrite(host, path, await textOf(entry), {
        mode: 0o600,
        ...(lock ? { beforeRename: lock.assertHeld } : {}),
      })
    },
    async isCurrent(entry) {
      const file = await readPrivateFile(host, path, MAX_CACHE_BYTES)
      return file.state === 'read' && file.text === (await textOf(entry))
    },
    remove: () => removeCachedToken(host, binding.profile),
  }
}

/** Whether the shim, too, takes no token from this directory: a link, somebody else's, or writable by others. */
async function isOpenDirectory(host: Host, directory: string): Promise<boolean> {
  if (host.process.uid === undefined) return false
  const stats = await host.fs.lstat(directory).catch(() => undefined)
  if (stats === undefined) return false
  return !stats.isDirectory() || stats.uid !== host.process.uid || (stats.mode & 0o022) !== 0
}

/** Makes an existing directory 0700 again, whatever a careless copy or `chmod -R` did to it. */
async function closeDirectory(host: Host, directory: string): Promise<void> {
  if (host.platform === 'win32') return
  try {
    const stats = await host.fs.lstat(directory)
    if (stats.isDirectory() && (stats.mode & 0o077) !== 0) await host.fs.chmod(directory, 0o700)
  } catch {
    // Absent: it is created 0700. Foreign: the write that follows fails with the right error.
  }
}
