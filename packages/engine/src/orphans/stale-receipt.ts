import type { Host } from '@gate/core'
import { takeSnapshot } from '../files/snapshot.js'
import { locate } from '../receipts/locate.js'
import type { FileReceipt, Receipt } from '../receipts/receipt.js'
import { someProof } from './orphans.js'

/**
 * Whether a record that came from another home is about files that did not come along: those that stand here hold nothing
 * that gate wrote. What it remembers would take the place of what stands in them.
 */
export async function isStale(host: Host, { rehomed, files }: Receipt): Promise<boolean> {
  if (!rehomed) return false
  const there: FileReceipt[] = []
  for (const file of files) {
    const place = await locate(host, file)
    if (!place) continue
    there.push(file)
    if ((await takeSnapshot(host, place.path)).sha === file.written) return false
  }
  const searches = there.map(({ path, kind, owned }) => ({
    path,
    kind,
    edits: owned.map(({ edit }) => ({ ...edit, file: path })),
    traces: [],
    ownDirectory: host.directories.state,
  }))
  return there.length > 0 && !(await someProof(host, searches))
}
