import type { PieceTable } from '../piece-table.js'
import { dominantEol, isAtLineStart } from '../text-layout.js'
import { type Comments, cutFragments } from './toml-cut.js'
import { parseTomlDocument, type TomlDocument, textOf } from './toml-document.js'
import { areTables, fragmentsOf, wholePair } from './toml-fragments.js'
import { insertValue } from './toml-insert.js'
import { isTable, spellInline, spellTables, type TomlNode } from './toml-spelling.js'

/** The document that a table's text has become. */
export function reparsed(table: PieceTable, document: TomlDocument): TomlDocument {
  return table.text === document.text ? document : parseTomlDocument(table.text, { file: document.file })
}

/** Cuts out all that defines a path. Inline fragments go one by one, because each moves the commas of the others. */
export function cutAt(
  table: PieceTable,
  start: TomlDocument,
  path: readonly string[],
  comments: Comments,
): TomlDocument {
  let document = start
  for (let left = fragmentsOf(document, path); left.length > 0; left = fragmentsOf(document, path)) {
    table.apply(cutFragments(document, left, comments))
    document = reparsed(table, document)
  }
  return document
}

/** Puts tables, spelled already, in the place of others: where the first of them was. */
export function replaceTables(
  table: PieceTable,
  document: TomlDocument,
  path: readonly string[],
  spelled: string,
  comments: Comments,
): void {
  const { text } = document
  const [first, ...others] = cutFragments(document, fragmentsOf(document, path), comments)
  if (first === undefined) return
  // Line ends inside multi-line strings are part of their value.
  const lines = /"""|'''/.test(spelled) ? spelled : spelled.replaceAll(/\r?\n/g, dominantEol(text))
  const lead = isAtLineStart(text, first.offset) ? '' : (/^\r?\n/.exec(first.remove)?.[0] ?? '')
  const beforeComment = text[first.offset + first.remove.length] === '#' ? ' ' : ''
  const tail = /\r?\n$/.exec(first.remove)?.[0] ?? beforeComment
  table.apply([{ ...first, insert: lead + lines + tail }, ...others])
}

/** Replaces the value at a path, however it is spelled now. */
export function replaceAt(
  table: PieceTable,
  document: TomlDocument,
  path: readonly string[],
  node: TomlNode,
  comments: Comments,
): void {
  const fragments = fragmentsOf(document, path)
  const whole = wholePair(fragments, path)
  if (whole !== undefined) {
    table.apply([{ offset: whole.value.range[0], remove: textOf(document, whole.value), insert: spellInline(node) }])
  } else if (isTable(node) && areTables(fragments)) {
    replaceTables(table, document, path, spellTables(path, node, '\n'), comments)
  } else {
    const without = cutAt(table, document, path, comments)
    table.apply(insertValue(without, path, node).splices)
  }
}
