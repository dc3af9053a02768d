import type { Host } from '@gate/core'
import { errnoOf, ioError } from '../files/io-error.js'
import { digest } from '../files/snapshot.js'
import type { JournalFile } from './journal-types.js'

/**
 * How far a file of an interrupted transaction is.
 * - `pending`: as it was before, and its new content is ready.
 * - `committed`: as it shall be.
 * - `foreign-pending`: not replaced by gate, and somebody else changed it, or its new content is gone.
 * - `foreign-committed`: replaced by gate, and changed by somebody else after that.
 */
export type JournalFileState = 'pending' | 'committed' | 'foreign-pending' | 'foreign-committed'

export async function journalFileState(host: Host, file: JournalFile): Promise<JournalFileState> {
  const sha = await digestOf(host, file.target)
  if (sha === file.after && file.before !== file.after) return 'committed'
  const ready = file.after === null || (await readyTemp(host, file)) !== undefined
  if (sha === file.before) {
    if (ready) return 'pending'
    // Only the permissions were to change, and the new content has been put in place.
    return file.before === file.after ? 'committed' : 'foreign-pending'
  }
  return ready ? 'foreign-pending' : 'foreign-committed'
}

/** The temporary file that holds the complete new content. */
export async function readyTemp(host: Host, file: JournalFile): Promise<string | undefined> {
  for (const temp of file.temps) if ((await digestOf(host, temp)) === file.after) return temp
  return undefined
}

/** SHA-256 of a file; null = no file; `special` = not a regular file, which nothing that gate wrote is. */
export async function digestOf(host: Host, path: string): Promise<string | null> {
  try {
    return (await host.fs.lstat(path)).isFile() ? digest(await host.fs.readFile(path)) : 'special'
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return null
    throw ioError(error, path, 'read')
  }
}
