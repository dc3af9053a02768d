import type { Host } from '@gate/core'
import type { FileLink } from '../files/file-link.js'
import type { Snapshot } from '../files/snapshot.js'
import type { FileReceipt } from './receipt.js'
import { type UndoneContent, undoContent } from './undo-content.js'

/** A file without gate's edits, and what goes together with it. */
interface UndoneFile extends UndoneContent {
  readonly links: readonly FileLink[]
  readonly notes: readonly string[]
}

/**
 * Takes gate's edits out of a file as it is now, see {@link undoContent}. A file that goes takes the link with it that the
 * user put in its place: neither was there before gate, and a link to nothing is what the next setup refuses. Writes
 * nothing.
 */
export async function undoFile(
  host: Host,
  snapshot: Snapshot,
  receipt: FileReceipt,
  force: boolean,
): Promise<UndoneFile> {
  const undone = await undoContent(snapshot, receipt, force)
  const { real } = snapshot.target
  const goes = undone.text === undefined && !undone.stays && snapshot.bytes !== undefined
  const links = goes ? await linksInPlaceOf(host, receipt, real) : []
  const notes = links.map(
    ({ path }) => `${path} had become a link to ${real}, a file that gate had made. The link goes with the file.`,
  )
  return { ...undone, links, notes }
}

/**
 * Links that now stand where gate once made a file and that lead to where that file is now. The user put them there
 * since: gate makes no file behind a dangling link.
 *
 * @param real Where the file is now.
 */
async function linksInPlaceOf(host: Host, file: FileReceipt, real: string): Promise<FileLink[]> {
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
