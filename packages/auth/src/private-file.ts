import { constants } from 'node:fs'
import type { Host } from '@gate/core'
import { errnoOf } from '@gate/engine'

/** Why a file is not used although it is there. */
export type PrivateFileFault = 'not-regular' | 'foreign-owner' | 'open-to-others' | 'too-large' | 'unreadable'

export type PrivateFileRead =
  | { readonly state: 'absent' }
  | { readonly state: 'read'; readonly text: string }
  | { readonly state: 'refused'; readonly fault: PrivateFileFault }

/**
 * Reads a file of gate's own that nobody else may have written or read: regular, not a link, owned by us, mode 0600 or
 * stricter. Owner and mode are looked at on the opened file, so that it cannot be exchanged in between. Never throws.
 */
export async function readPrivateFile(host: Host, path: string, maxBytes = 1024 * 1024): Promise<PrivateFileRead> {
  let handle: Awaited<ReturnType<Host['fs']['open']>>
  try {
    if (host.platform === 'win32' && !(await host.fs.lstat(path)).isFile()) {
      return { state: 'refused', fault: 'not-regular' }
    }
    // O_NONBLOCK: opening a FIFO in the file's place must not wait for a writer.
    handle = await host.fs.open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT') return { state: 'absent' }
    return { state: 'refused', fault: errno === 'ELOOP' || errno === 'ENXIO' ? 'not-regular' : 'unreadable' }
  }
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) return { state: 'refused', fault: 'not-regular' }
    if (host.process.uid !== undefined && stats.uid !== host.process.uid) {
      return { state: 'refused', fault: 'foreign-owner' }
    }
    if (host.process.uid !== undefined && (stats.mode & 0o077) !== 0)
      return { state: 'refused', fault: 'open-to-others' }
    if (stats.size > maxBytes) return { state: 'refused', fault: 'too-large' }
    return { state: 'read', text: await handle.readFile('utf8') }
  } catch {
    return { state: 'refused', fault: 'unreadable' }
  } finally {
    await handle.close().catch(() => {})
  }
}

/** The fault as it follows a file name in a sentence. */
export function faultText(fault: PrivateFileFault): string {
  switch (fault) {
    case 'not-regular':
      return 'is not a regular file'
    case 'foreign-owner':
      return 'belongs to another user'
    case 'open-to-others':
      return 'can be read or written by other users'
    case 'too-large':
      return 'is larger than gate writes it'
    case 'unreadable':
      return 'cannot be read'
  }
}
