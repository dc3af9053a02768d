import { randomBytes } from 'node:crypto'
import type { Host } from '@gate/core'
import { copyAttributes } from './copy-attributes.js'
import { makeDirectories, missingDirectories, syncDirectory } from './directories.js'
import { errnoOf, ioError, naming } from './io-error.js'

/** Owner and group of a file. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

export interface WriteOptions {
  /** Permission bits of the file. Default 0o600. */
  readonly mode?: number
  /** Called when everything is on the disk, just before the rename; what it throws stops the write. */
  readonly beforeRename?: () => Promise<void>
}

// Another program that has the file open without FILE_SHARE_DELETE makes a rename on Windows fail for a moment.
const SHARING_VIOLATIONS = new Set(['EBUSY', 'EPERM', 'EACCES'])
const RENAME_ATTEMPTS = 10
const RENAME_PAUSE_MS = 50

/**
 * Replaces one file of gate's own, or creates it together with its directories (0700): at any moment, also after a
 * power cut, the file holds the old or the new content. Use it under the lock that guards the file.
 *
 * @throws GateError `disk-full`, `file-read-only`, `io-failed`; the old file is intact and no temporary file is left.
 */
export async function atomicWrite(
  host: Host,
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  await makeDirectories(host, await missingDirectories(host, host.path.dirname(path)))
  const temp = tempPathFor(host, path)
  await writeTemp(host, temp, path, content, { mode: options.mode ?? 0o600 })
  try {
    await options.beforeRename?.()
    await renameOver(host, temp, path)
  } catch (error) {
    await discard(host, temp)
    throw error
  }
}

/** A name beside `target` that nobody else uses: hidden, with this process's id, never repeated. */
export function tempPathFor(host: Host, target: string): string {
  // The longest file name is 255 bytes; the part of the target's name is only there for people.
  const name = Buffer.from(host.path.basename(target)).subarray(0, 150).toString('utf8').replaceAll('\uFFFD', '')
  return host.path.join(
    host.path.dirname(target),
    `${tempPrefix(name)}${host.process.pid}-${randomBytes(8).toString('hex')}.tmp`,
  )
}

function tempPrefix(name: string): string {
  return `.${name}.gate-`
}

/**
 * Writes a temporary file completely: created exclusively, with its final mode and owner, flushed to the disk. When any
 * step fails, the file is removed again.
 *
 * @param target The file it is meant for; errors name it.
 * @param attributes.replaces Whether `target` is there and its access control list and extended attributes stay. Default
 * false.
 */
export async function writeTemp(
  host: Host,
  temp: string,
  target: string,
  content: string | Uint8Array,
  attributes: { readonly mode: number; readonly owner?: Owner; readonly replaces?: boolean },
): Promise<void> {
  const handle = await naming(target, 'write beside', () => host.fs.open(temp, 'wx', 0o600))
  try {
    try {
      // Before there is anything to read, and before the rights are those of the owner and group that it had.
      if (attributes.owner) await setOwner(handle, attributes.owner)
      if (attributes.replaces) {
        await copyAttributes(host, target, temp)
        await handle.truncate()
      }
      await handle.writeFile(content)
      // After chown, which clears set-id bits; and explicitly, because the umask was applied to the mode of open.
      if (host.platform !== 'win32') await handle.chmod(attributes.mode)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    await discard(host, temp)
    throw ioError(error, target, 'write')
  }
}

async function setOwner(handle: Awaited<ReturnType<Host['fs']['open']>>, owner: Owner): Promise<void> {
  const own = await handle.stat()
  if (own.uid !== owner.uid || own.gid !== owner.gid) await handle.chown(owner.uid, owner.gid)
}

/** Puts a finished temporary file in the place of `target` and makes that survive a power cut. */
export async function renameOver(host: Host, temp: string, target: string): Promise<void> {
  await naming(target, 'replace', () => renamePatiently(host, temp, target))
  await syncDirectory(host, host.path.dirname(target))
}

/** Renames; on Windows it tries again for a few seconds while another program has something open. Throws system errors. */
export async function renamePatiently(host: Host, from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await host.fs.rename(from, to)
    } catch (error) {
      const shared = host.platform === 'win32' && SHARING_VIOLATIONS.has(errnoOf(error) ?? '')
      if (!shared || attempt === RENAME_ATTEMPTS) throw error
      await host.clock.sleep(RENAME_PAUSE_MS * attempt)
    }
  }
}

/** Removes a file if it is there. Used while another error is on its way, so it must not hide that one. */
export async function discard(host: Host, file: string): Promise<void> {
  await host.fs.unlink(file).catch(() => {})
}

/** Removes a file; being gone already is fine. */
export async function removeFile(host: Host, file: string): Promise<void> {
  try {
    await host.fs.unlink(file)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    throw ioError(error, file, 'remove')
  }
  await syncDirectory(host, host.path.dirname(file))
}

/** Removes every temporary file in one of gate's own directories, under the lock that guards all files in there. */
export async function removeAllLeftovers(host: Host, directory: string): Promise<void> {
  for (const name of await host.fs.readdir(directory).catch(() => [])) {
    if (/^\..*\.gate-.*\.tmp$/.test(name)) await discard(host, host.path.join(directory, name))
  }
}

/**
 * Removes temporary files that a killed process left beside one of gate's own files. Call it under the lock that guards
 * the file: then no living process has one.
 */
export async function removeLeftovers(host: Host, path: string): Promise<void> {
  const directory = host.path.dirname(path)
  const prefix = tempPrefix(host.path.basename(path))
  const names = await host.fs.readdir(directory).catch(() => [])
  for (const name of names) {
    if (name.startsWith(prefix) && name.endsWith('.tmp')) await discard(host, host.path.join(directory, name))
  }
}
