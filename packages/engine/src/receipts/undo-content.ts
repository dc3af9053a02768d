import { codecOf } from '../codec/codec-of.js'
import { sameValue } from '../codec/same-value.js'
import { applySplices } from '../codec/splice.js'
import type { Codec, CodecUndo, TextSplice } from '../codec/types.js'
import { digest, type Snapshot } from '../files/snapshot.js'
import type { FileReceipt } from './receipt.js'

type Outcome = CodecUndo['outcomes'][number]

/** A file without gate's edits. */
export interface UndoneContent {
  /** Undefined = no file, unless it `stays`. */
  readonly text: string | undefined
  /** The content stays, whatever it is. */
  readonly stays?: true
  /** Permission bits to put back. */
  readonly mode?: number
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
export async function undoContent(snapshot: Snapshot, receipt: FileReceipt, force: boolean): Promise<UndoneContent> {
  const { sha } = snapshot
  if (sha === null) return { text: undefined, outcomes: receipt.owned.map(() => 'already-gone'), splices: [] }
  if (receipt.kind === 'file') return undoWholeFile(snapshot, receipt, force)
  const text = snapshot.text ?? ''
  return (sha === receipt.written && undoExactly(text, receipt)) || undoByKey(text, receipt, force)
}

/** By its hash alone, because what the user has put there need not be text. */
function undoWholeFile(snapshot: Snapshot, receipt: FileReceipt, force: boolean): UndoneContent {
  const stays = { text: undefined, stays: true, splices: [] } as const
  if (!receipt.created) return { ...stays, outcomes: ['restored'], ...modeBefore(snapshot, receipt, force) }
  if (snapshot.sha !== receipt.written && !force) return { ...stays, outcomes: ['kept-user-change'] }
  return { text: undefined, outcomes: ['removed'], splices: undefined }
}

/** The permission bits that a whole file had before gate, when those that it has now are gate's. */
export function modeBefore(snapshot: Snapshot, receipt: FileReceipt, force: boolean): { readonly mode?: number } {
  const [owned] = receipt.owned
  if (receipt.mode === undefined || owned?.edit.kind !== 'file') return {}
  return force || snapshot.target.stat?.mode === owned.edit.mode ? { mode: receipt.mode } : {}
}

function undoExactly(text: string, receipt: FileReceipt): UndoneContent | undefined {
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

async function undoByKey(text: string, receipt: FileReceipt, force: boolean): Promise<UndoneContent> {
  const codec = await codecOf(receipt.kind as Exclude<FileReceipt['kind'], 'file'>)
  const undone = codec.undo(text, receipt.owned, { file: receipt.path, force })
  const { outcomes } = undone
  const exact = outcomes.every((outcome) => outcome === 'removed' || outcome === 'restored')
    ? undoByText(text, receipt)
    : undefined
  if (exact !== undefined && undone.text !== undefined && saysTheSame(codec, exact, undone.text, receipt)) {
    return { text: exact, outcomes, splices: undefined }
  }
  if (receipt.created && (undone.text === undefined || isNothing(undone.text))) {
    return { text: undefined, outcomes, splices: undefined }
  }
  return { text: undone.text ?? '', outcomes, splices: undefined }
}

/**
 * Puts back the text around gate's own as it was, blanks and commas included, where all that gate wrote still stands to
 * the letter: each piece is found by itself, wherever others have moved it by what they wrote. Undefined where it does not.
 */
function undoByText(text: string, { inverse }: FileReceipt): string | undefined {
  const found: TextSplice[] = []
  for (const { remove, insert } of inverse) {
    const offset = text.indexOf(remove)
    if (remove.trim().length < 2 || offset === -1 || text.indexOf(remove, offset + 1) !== -1) return undefined
    if (joinsComment(text, { offset, remove, insert })) return undefined
    found.push({ offset, remove, insert })
  }
  try {
    return applySplices(text, found)
  } catch {
    return undefined
  }
}

/** True when text of others behind a piece, a comma for one, would come to stand in the comment in front of it. */
function joinsComment(text: string, { offset, remove, insert }: TextSplice): boolean {
  const line = (text.slice(0, offset) + insert).split(/[\r\n]/).at(-1) ?? ''
  const rest = text.slice(offset + remove.length).split(/[\r\n]/, 1)[0] ?? ''
  return /[\r\n]/.test(remove) && /#|\/\//.test(line) && rest.trim() !== ''
}

function saysTheSame(codec: Codec, one: string, other: string, { path, owned }: FileReceipt): boolean {
  const isStrict = owned.some(({ edit }) => edit.kind === 'json' && edit.dialect === 'strict')
  const context = { file: path, dialect: isStrict ? ('strict' as const) : ('jsonc' as const) }
  try {
    return sameValue(codec.read(one, context).value, codec.read(other, context).value)
  } catch {
    return false
  }
}

/** Whether a document that gate made holds nothing of anybody. */
function isNothing(text: string): boolean {
  return /^\uFEFF?\s*(\{\s*\})?\s*$/.test(text)
}
