import type { AST } from 'toml-eslint-parser'
import type { Draft } from '../draft.js'
import { afterLineBreak, beforeLineBreak, isAtLineStart, lineEnd, lineStart } from '../text-layout.js'
import type { BeforeValue, TextSplice } from '../types.js'
import { getIn, isEmptyContainer } from '../value-path.js'
import { cutFragments } from './toml-cut.js'
import { headerEnd, type TomlDocument, trailingComment } from './toml-document.js'
import { fragmentsOf, wholePair } from './toml-fragments.js'
import { insertValue } from './toml-insert.js'
import { cutAt } from './toml-replace.js'

type Absent = Extract<BeforeValue, { present: false }>

/**
 * Removes the value at a path, when it is there, and the containers made for it, while they are empty.
 * @returns How many containers went.
 */
export function removeAt(draft: Draft<TomlDocument>, path: readonly string[], before: Absent): number {
  const { value } = draft.document
  if (before.blankLine !== undefined) draft.apply(blankLine(draft.document, path, before))
  cutAt(draft, path, 'leave')
  const dropped = dropEmptied(draft, path, before)
  // A table that was there before may have lost the only line that named it, when a client has rewritten the file.
  const parent = path.slice(0, path.length - 1 - dropped)
  const isLost = getIn(value, parent) !== undefined && getIn(draft.document.value, parent) === undefined
  if (isLost) draft.apply(insertValue(draft.document, parent, new Map()).splices)
  return dropped
}

/**
 * Takes the blank line along that was added with a value, when it is still where it was put: also past the lines that
 * others have added beside the value since, because nobody else knows whose it is.
 */
function blankLine(document: TomlDocument, path: readonly string[], before: Absent): TextSplice[] {
  const { text } = document
  const node = lineOwner(document, path, before)
  if (node === undefined) return []
  const above = blankLineAbove(text, lineStart(text, node.range[0]))
  if (before.blankLine === 'before') return above
  const offset = behindLines(document, node)
  // What was below is gone, and has taken the blank line for its own: the one above it is left of the two.
  if (offset === text.length) return above
  return blankLineAt(text, offset, afterLineBreak(text, offset))
}

function blankLineAbove(text: string, offset: number): TextSplice[] {
  return blankLineAt(text, beforeLineBreak(text, offset), offset)
}

function blankLineAt(text: string, offset: number, end: number): TextSplice[] {
  const isBlankLine = isAtLineStart(text, offset) && offset < end
  return isBlankLine ? [{ offset, remove: text.slice(offset, end), insert: '' }] : []
}

/** Offset behind the line of a key of the root and the lines of keys that follow it directly. */
function behindLines(document: TomlDocument, node: AST.TOMLNode): number {
  const { text, nodes } = document
  let offset = afterLineBreak(text, node.range[1])
  for (const pair of nodes) {
    const isNext = pair.type === 'TOMLKeyValue' && pair.range[0] > node.range[0] && isAtLineStart(text, offset)
    if (isNext && lineStart(text, pair.range[0]) === offset) {
      offset = afterLineBreak(text, lineEnd(text, pair.range[1]))
    }
  }
  return offset
}

/** The node that begins the lines which were added with the value: its table, or its key-value. */
function lineOwner(
  document: TomlDocument,
  path: readonly string[],
  { createdParents, blankLine: side }: Absent,
): AST.TOMLTable | AST.TOMLKeyValue | undefined {
  const [first] = fragmentsOf(document, path)
  if (first === undefined || first.type === 'block') return first?.table
  const { parent } = first.pair
  if (parent.type === 'TOMLInlineTable') return undefined
  if (parent.type !== 'TOMLTable') return first.pair
  const isHeaderOurs = side === 'before' && createdParents > 0
  return isHeaderOurs || parent.body.length === 1 ? parent : first.pair
}

/** Drops the containers that were made for a value while they are empty; one with a comment in it stays. */
function dropEmptied(draft: Draft<TomlDocument>, path: readonly string[], before: Absent): number {
  const limit = Math.min(before.createdParents, path.length - 1)
  for (let dropped = 0; dropped < limit; dropped += 1) {
    const { document } = draft
    const parent = path.slice(0, path.length - 1 - dropped)
    const value = getIn(document.value, parent)
    if (value === undefined) continue
    const range = wholePair(fragmentsOf(document, parent), parent)?.range
    const holdsComment = document.comments.some((comment) => range !== undefined && isInside(comment.range, range))
    if (!isEmptyContainer(value, path, parent.length) || holdsComment) {
      if (dropped === 0) dropHeader(draft, parent)
      return dropped
    }
    cutAt(draft, parent, 'leave')
  }
  return limit
}

/** Cuts the header that was written for a table out when nothing is left under it, and others define the table. */
function dropHeader(draft: Draft<TomlDocument>, path: readonly string[]): void {
  const { document } = draft
  const header = fragmentsOf(document, path).filter(
    (fragment) => fragment.type === 'block' && fragment.table.resolvedKey.length === path.length,
  )
  const [own] = header
  if (own?.type !== 'block' || own.table.body.length > 0) return
  if (trailingComment(document, headerEnd(document, own.table)) === undefined) {
    draft.apply(cutFragments(document, header, 'leave'))
  }
}

function isInside(inner: AST.Range, outer: AST.Range): boolean {
  return inner[0] >= outer[0] && inner[1] <= outer[1]
}
