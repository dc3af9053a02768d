import type { FileChange, Host } from '@gate/core'
import { invertSplices } from '../codec/splice.js'
import type { TextSplice } from '../codec/types.js'
import type { FileLink } from '../files/file-link.js'
import { assertWritable } from '../files/resolve-target.js'
import { holds, isText, type Snapshot, shownText, takeSnapshot } from '../files/snapshot.js'
import type { JournalFile } from './journal-types.js'

/** A file as it shall be. */
export interface FileResult {
  /** Undefined = no file, unless it `stays`. */
  readonly text: string | undefined
  /** The content stays, whatever it is: it need not be text. */
  readonly stays?: true
  /** Permission bits; default: those of the file, 0o600 for a new one. */
  readonly mode?: number
  /** From the present text to `text`; undefined when they are not known. */
  readonly splices: readonly TextSplice[] | undefined
  /** Links that go together with a file that goes. */
  readonly links?: readonly FileLink[]
}

/** One file of a transaction: what it shall be depends only on what it is. */
export interface FileTask<R extends FileResult = FileResult> {
  /** Where to look; links are followed. */
  readonly path: string
  compute(snapshot: Snapshot): Promise<R>
}

/** A file task that was computed for the file as it is now. */
export interface Step<R extends FileResult = FileResult> {
  readonly task: FileTask<R>
  readonly snapshot: Snapshot
  readonly result: R
}

/** Reads a file and computes what it shall be. Writes nothing. */
export async function prepareStep<R extends FileResult>(host: Host, task: FileTask<R>): Promise<Step<R>> {
  const snapshot = await takeSnapshot(host, task.path)
  const result = await task.compute(snapshot)
  const step = { task, snapshot, result }
  if (changes(step)) await assertWritable(host, snapshot.target)
  return step
}

/** Whether a step has anything to write. */
export function changes(step: Step): boolean {
  if (rewrites(step)) return true
  const { result, snapshot } = step
  const { stat } = snapshot.target
  return stat !== undefined && result.mode !== undefined && result.mode !== stat.mode
}

function rewrites({ snapshot, result }: Step): boolean {
  if (result.stays) return false
  return result.text === undefined ? snapshot.bytes !== undefined : !holds(snapshot, result.text)
}

/** The differences for reports, with files named as they were asked for. Pure. */
export function changesOf(steps: readonly Step[]): FileChange[] {
  return steps
    .filter(rewrites)
    .map(({ task, snapshot, result }) => ({ path: task.path, before: shownText(snapshot), after: result.text }))
}

/** Notes on files with several names: replacing by rename, which is what makes a change atomic, leaves the others behind. */
export function hardLinkNotes(steps: readonly Step[]): string[] {
  return steps.flatMap(({ task, snapshot }) => {
    const links = snapshot.target.stat?.links ?? 1
    if (links < 2) return []
    return [
      `${task.path} had ${links} names (hard links). It is a file of its own now; the other names keep the old content.`,
    ]
  })
}

/** What a file shall hold; undefined = no file. Pure. */
export function contentOf({ snapshot, result }: Step): string | Uint8Array | undefined {
  return result.stays ? snapshot.bytes : result.text
}

/** What leads from the new content to the present one. Pure. */
export function wayBack({ snapshot, result }: Step): Pick<JournalFile, 'inverse' | 'original'> {
  if (result.stays) return { inverse: [] }
  if (!isText(snapshot)) return { inverse: [], original: Buffer.from(snapshot.bytes ?? []).toString('base64') }
  return { inverse: textDifference(result.text ?? '', snapshot.text ?? '', result.splices) }
}

/**
 * The splices that lead from one text back to another. Pure.
 *
 * @param forth The splices from `to` to `from`, where they are known; otherwise one splice covers everything between the
 * first and the last difference.
 */
function textDifference(from: string, to: string, forth: readonly TextSplice[] | undefined): TextSplice[] {
  if (forth) return invertSplices(forth)
  if (from === to) return []
  let start = 0
  while (start < from.length && start < to.length && from[start] === to[start]) start++
  let end = 0
  const most = Math.min(from.length, to.length) - start
  while (end < most && from[from.length - 1 - end] === to[to.length - 1 - end]) end++
  return [{ offset: start, remove: from.slice(start, from.length - end), insert: to.slice(start, to.length - end) }]
}
