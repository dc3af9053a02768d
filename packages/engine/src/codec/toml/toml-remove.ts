import type { AST } from 'toml-eslint-parser'
import type { BeforeValue, TextSplice } from '../codec.js'
import type { Draft } from '../draft.js'
import { afterLineBreak, beforeLineBreak, isAtLineStart, lineStart } from '../text-layout.js'
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
  if (before.blankLine !== undefined) draft.apply(blankLine(draft.document, path, before.blankLine))
  cutAt(draft, path, 'leave')
  const dropped = dropEmptied(draft, path, before)
  // A table that was there before may have lost the only line that named it, when a client has rewritten the file.
  const parent = path.slice(0, path.length - 1 - dropped)
  const isLost = getIn(value, parent) !== undefined && getIn(draft.document.value, parent) === undefined
  if (isLost) draft.apply(insertValue(draft.document, parent, new Map()).splices)
  return dropped
}

/** Takes the blank line along that was added with a value, when it is still where it was put. */
function blankLine(document: TomlDocument, path: readonly string[], side: 'before' | 'after'): TextSplice[] {
  const { text } = document
  const node = lineOwner(document, path)
  if (node === undefined) return []
  const own = lineStart(text, node.range[0])
  const offset = side === 'before' ? beforeLineBreak(text, own) : afterLineBreak(text, node.range[1])
  const end = side === 'before' ? own : afterLineBreak(text, offset)
  const isBlankLine = isAtLineStart(text, offset) && offset < end
  return isBlankLine ? [{ offset, remove: text.slice(offset, end), insert: '' }] : []
}

/** The node that begins the lines which will go with the value: its table, or its key-value. */
function lineOwner(document: TomlDocument, path: readonly string[]): AST.TOMLTable | AST.TOMLKeyValue | undefined {
  const [first] = fragmentsOf(document, path)
  if (first === undefined || first.type === 'block') return first?.table
  const { parent } = first.pair
  if (parent.type === 'TOMLInlineTable') return undefined
  return parent.type === 'TOMLTable' && parent.body.length === 1 ? parent : first.pair
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
