import type { Host } from '@gate/core'
import type { FileReceipt } from '../receipts/receipt.js'
import { removeFile } from './atomic-write.js'
import { syncDirectory } from './directories.js'
import { errnoOf, ioError } from './io-error.js'

/** A symbolic link that goes together with the file that it leads to. */
export interface FileLink {
  readonly path: string
  /** As the link says it. */
  readonly to: string
}

/**
 * Links that now stand where gate once made a file and that lead to where that file is now. The user put them there
 * since: gate makes no file behind a dangling link.
 *
 * @param real Where the file is now.
 */
export async function linksInPlaceOf(host: Host, file: FileReceipt, real: string): Promise<FileLink[]> {
  if (!file.created) return []
  const links = new Map<string, FileLink>()
  for (const path of [file.path, file.target]) {
    const to = await host.fs.readlink(path).catch(() => undefined)
    if (to === undefined || (await host.fs.realpath(path).catch(() => undefined)) !== real) continue
    // Both paths can be names of one link, when a directory on the way is a link, too.
    const directory = await host.fs.realpath(host.path.dirname(path))
    const place = host.path.join(directory, host.path.basename(path))
    if (!links.has(place)) links.set(place, { path, to })
  }
  return [...links.values()]
}

/** Removes a link that still leads where it did; being gone already is fine. */
export async function removeLink(host: Host, { path, to }: FileLink): Promise<void> {
  if ((await host.fs.readlink(path).catch(() => undefined)) === to) await removeFile(host, path)
}

/** Makes a link again, unless something is in its place. */
export async function restoreLink(host: Host, { path, to }: FileLink): Promise<void> {
  try {
    await host.fs.symlink(to, path)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return
    throw ioError(error, path, 'link')
  }
  await syncDirectory(host, host.path.dirname(path))
}
