import { applySplices, type CodecUndo, codecOf, type TextSplice } from '../codec/codec.js'
import type { FileReceipt } from './receipt.js'
import { digest, type Snapshot } from './snapshot.js'

type Outcome = CodecUndo['outcomes'][number]

/** A file without gate's edits. */
export interface UndoneFile {
  /** Undefined = no file. */
  readonly text: string | undefined
  /** One per owned edit, in their order. */
  readonly outcomes: readonly Outcome[]
  /** The splices that led from the present text to `text`; undefined when they are not known. */
  readonly splices: readonly TextSplice[] | undefined
}

/**
 * Takes gate's edits out of a file as it is now. Touches no disk.
 *
 * When the file is byte for byte what gate wrote, the result is byte for byte what it was before. Otherwise each value
 * is looked at by itself, and what the user changed stays, unless `force`.
 *
 * @throws GateError what the codec throws for a file that cannot be parsed any more.
 */
export async function undoFile(snapshot: Snapshot, receipt: FileReceipt, force: boolean): Promise<UndoneFile> {
  const { text, sha } = snapshot
  if (text === undefined || sha === null) {
    return { text: undefined, outcomes: receipt.owned.map(() => 'already-gone'), splices: [] }
  }
  if (receipt.kind === 'file') return undoWholeFile(text, sha, receipt, force)
  return (sha === receipt.written && undoExactly(text, receipt)) || undoByKey(text, receipt, force)
}

function undoWholeFile(text: string, sha: string, receipt: FileReceipt, force: boolean): UndoneFile {
  if (!receipt.created) return { text, outcomes: ['restored'], splices: [] }
  if (sha !== receipt.written && !force) return { text, outcomes: ['kept-user-change'], splices: [] }
  return { text: undefined, outcomes: ['removed'], splices: [{ offset: 0, remove: text, insert: '' }] }
}

function undoExactly(text: string, receipt: FileReceipt): UndoneFile | undefined {
  const outcomes = receipt.owned.map(({ before }): Outcome => (before.present ? 'restored' : 'removed'))
  let restored: string
  try {
    restored = applySplices(text, receipt.inverse)
  } catch {
    return undefined
  }
  if (receipt.base === null) return { text: undefined, outcomes, splices: receipt.inverse }
  return digest(restored) === receipt.base ? { text: restored, outcomes, splices: receipt.inverse } : undefined
}

async function undoByKey(text: string, receipt: FileReceipt, force: boolean): Promise<UndoneFile> {
  const codec = await codecOf(receipt.kind as Exclude<FileReceipt['kind'], 'file'>)
  const undone = codec.undo(text, receipt.owned, { file: receipt.path, force })
  const { outcomes } = undone
  if (receipt.created && (undone.text === undefined || isNothing(undone.text))) {
    return { text: undefined, outcomes, splices: undefined }
  }
  return { text: undone.text ?? '', outcomes, splices: undefined }
}

/** Whether a document that gate made holds nothing of anybody. */
function isNothing(text: string): boolean {
  return /^\uFEFF?\s*(\{\s*\})?\s*$/.test(text)
}
