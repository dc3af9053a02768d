import type { Host } from '@gate/core'
import { type FileLink, linksInPlaceOf } from '../files/file-link.js'
import type { Snapshot } from '../files/snapshot.js'
import type { FileReceipt } from './receipt.js'
import { type UndoneFile, undoFile } from './undo-content.js'

/** A file without gate's edits, and what goes together with it. */
interface TakenBack extends UndoneFile {
  readonly links: readonly FileLink[]
  readonly notes: readonly string[]
}

/**
 * Takes gate's edits out of a file as it is now, see {@link undoFile}. A file that goes takes the link with it that the
 * user put in its place: neither was there before gate, and a link to nothing is what the next setup refuses. Writes
 * nothing.
 */
export async function takeBack(
  host: Host,
  snapshot: Snapshot,
  receipt: FileReceipt,
  force: boolean,
): Promise<TakenBack> {
  const undone = await undoFile(snapshot, receipt, force)
  const { real } = snapshot.target
  const goes = undone.text === undefined && !undone.stays && snapshot.bytes !== undefined
  const links = goes ? await linksInPlaceOf(host, receipt, real) : []
  const notes = links.map(
    ({ path }) => `${path} had become a link to ${real}, a file that gate had made. The link goes with the file.`,
  )
  return { ...undone, links, notes }
}
