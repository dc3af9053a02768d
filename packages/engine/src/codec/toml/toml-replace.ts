import type { Draft } from '../draft.js'
import { dominantEol, isAtLineStart, withLineEnds } from '../text-layout.js'
import { type Comments, cutFragments } from './toml-cut.js'
import { type TomlDocument, textOf } from './toml-document.js'
import { areTables, fragmentsOf, wholePair } from './toml-fragments.js'
import { insertValue } from './toml-insert.js'
import { isTableNode, spellInline, spellTables, type TomlNode } from './toml-spelling.js'

/** Cuts out all that defines a path. Inline fragments go one by one, because each moves the commas of the others. */
export function cutAt(draft: Draft<TomlDocument>, path: readonly string[], comments: Comments): void {
  for (let left = fragmentsOf(draft.document, path); left.length > 0; left = fragmentsOf(draft.document, path)) {
    draft.apply(cutFragments(draft.document, left, comments))
  }
}

/** Puts tables, spelled already, in the place of others: where the first of them was. */
export function replaceTables(
  draft: Draft<TomlDocument>,
  path: readonly string[],
  spelled: string,
  comments: Comments,
): void {
  const { document } = draft
  const { text } = document
  const [first, ...others] = cutFragments(document, fragmentsOf(document, path), comments)
  if (first === undefined) return
  const lines = withLineEndsOf(document, spelled)
  const lead = isAtLineStart(text, first.offset) ? '' : (/^\r?\n/.exec(first.remove)?.[0] ?? '')
  const beforeComment = text[first.offset + first.remove.length] === '#' ? ' ' : ''
  const tail = /\r?\n$/.exec(first.remove)?.[0] ?? beforeComment
  draft.apply([{ ...first, insert: lead + lines + tail }, ...others])
}

/** Spelled tables with the line ends of a document; those inside multi-line strings are part of their value. */
export function withLineEndsOf({ text }: TomlDocument, spelled: string): string {
  return /"""|'''/.test(spelled) ? spelled : withLineEnds(spelled, dominantEol(text))
}

/** Replaces the value at a path, however it is spelled now. */
export function replaceAt(
  draft: Draft<TomlDocument>,
  path: readonly string[],
  node: TomlNode,
  comments: Comments,
): void {
  const { document } = draft
  const fragments = fragmentsOf(document, path)
  const whole = wholePair(fragments, path)
  if (whole !== undefined) {
    draft.apply([{ offset: whole.value.range[0], remove: textOf(document, whole.value), insert: spellInline(node) }])
  } else if (isTableNode(node) && areTables(fragments)) {
    replaceTables(draft, path, spellTables(path, node, '\n'), comments)
  } else {
    cutAt(draft, path, comments)
    draft.apply(insertValue(draft.document, path, node).splices)
  }
}
