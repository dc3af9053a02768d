import type { AST } from 'toml-eslint-parser'
import { afterLineBreak, dominantEol, indentAt, isBlank, lineEnd, lineStart } from '../text-layout.js'
import type { BeforeValue, TextSplice } from '../types.js'
import { getIn } from '../value-path.js'
import { headerEnd, keyParts, type TomlDocument } from './toml-document.js'
import { type Fragment, fragmentsOf, wholePair } from './toml-fragments.js'
import { isTableNode, spellInline, spellPath, spellTables, type TomlNode } from './toml-spelling.js'

/** New text, and what undo must know about it. */
export interface Insertion {
  readonly splices: TextSplice[]
  readonly before: Extract<BeforeValue, { present: false }>
}

/** Adds a value at a path where there is none; every container on the way is a table or missing. */
export function insertValue(document: TomlDocument, path: readonly string[], node: TomlNode): Insertion {
  const depth = path.findIndex((_, index) => getIn(document.value, path.slice(0, index + 1)) === undefined)
  const parent = path.slice(0, depth)
  const rest = path.slice(depth)
  const createdParents = rest.length - 1
  const eol = dominantEol(document.text)

  const inline = enclosingInlineTable(document, path, depth)
  if (inline !== undefined) {
    return { splices: [inInlineTable(document, inline, node)], before: { present: false, createdParents } }
  }
  if (isTableNode(node)) return appended(document, spellTables(path, node, eol), createdParents)
  if (rest.length === 1) {
    const splice = besideSiblings(document, parent, path, node)
    if (splice !== undefined) return { splices: [splice], before: { present: false, createdParents } }
    if (parent.length === 0) return rootKey(document, path, node)
  }
  const header = `[${spellPath(path.slice(0, -1))}]`
  // A table that is there already, but only by its sub-tables, counts as made: its header is ours.
  return appended(document, `${header}${eol}${pairText(path.slice(-1), node)}`, Math.max(createdParents, 1))
}

function pairText(path: readonly string[], node: TomlNode): string {
  return `${spellPath(path)} = ${spellInline(node)}`
}

interface InlinePlace {
  readonly table: AST.TOMLInlineTable
  /** The path from there. */
  readonly rest: readonly string[]
}

/** The innermost inline table on the way, if any: it can only be extended between its braces. */
function enclosingInlineTable(document: TomlDocument, path: readonly string[], depth: number): InlinePlace | undefined {
  for (let length = depth; length > 0; length -= 1) {
    const prefix = path.slice(0, length)
    const table = wholePair(fragmentsOf(document, prefix), prefix)?.value
    if (table?.type === 'TOMLInlineTable') return { table, rest: path.slice(length) }
  }
  return undefined
}

function inInlineTable(document: TomlDocument, { table, rest }: InlinePlace, node: TomlNode): TextSplice {
  const { text } = document
  const pair = pairText(rest, node)
  const last = table.body.at(-1)
  if (last === undefined) {
    const offset = table.range[0] + 1
    const remove = /^[ \t]*/.exec(text.slice(offset, table.range[1] - 1))?.[0] ?? ''
    return { offset, remove, insert: ` ${pair} ` }
  }
  const separator = document.tokens.find(
    (token) => token.value === ',' && token.range[0] >= last.range[1] && token.range[1] < table.range[1],
  )
  // Behind a trailing comma (TOML 1.1) another one keeps the style.
  if (separator !== undefined) return { offset: separator.range[1], remove: '', insert: ` ${pair},` }
  return { offset: last.range[1], remove: '', insert: `, ${pair}` }
}

/** A line behind the last sibling: in the table under its header, or among dotted keys. */
function besideSiblings(
  document: TomlDocument,
  parent: readonly string[],
  path: readonly string[],
  node: TomlNode,
): TextSplice | undefined {
  if (parent.length === 0) {
    const pairs = document.nodes.filter((node) => node.type === 'TOMLKeyValue')
    const last = pairs.at(-1)
    return last === undefined ? undefined : lineBehind(document, last.range, pairText(path, node))
  }
  const fragments = fragmentsOf(document, parent)
  const isHeader = (fragment: Fragment) =>
    fragment.type === 'block' && fragment.table.resolvedKey.length === parent.length
  const block = fragments.find(isHeader)
  if (block?.type === 'block') {
    const { table } = block
    const range = table.body.at(-1)?.range ?? ([table.range[0], headerEnd(document, table)] as const)
    return lineBehind(document, range, pairText(path.slice(-1), node))
  }
  const dotted = fragments.findLast((fragment) => fragment.type === 'pair')
  if (dotted?.type !== 'pair') return undefined
  const outer = dotted.path.length - keyParts(dotted.pair.key).length
  return lineBehind(document, dotted.pair.range, pairText(path.slice(outer), node))
}

function lineBehind(document: TomlDocument, range: readonly [number, number], line: string): TextSplice {
  const { text } = document
  const eol = dominantEol(text)
  const indented = indentAt(text, range[0]) + line
  const end = lineEnd(text, range[1])
  const behind = afterLineBreak(text, end)
  // The new line brings its own end, so that the one of the line before is still there when it goes.
  return behind > end
    ? { offset: behind, remove: '', insert: indented + eol }
    : { offset: end, remove: '', insert: eol + indented }
}

/** The first key of the root: in front of the first table and the comments that belong to it. */
function rootKey(document: TomlDocument, path: readonly string[], node: TomlNode): Insertion {
  const { text, nodes, comments } = document
  const eol = dominantEol(text)
  const line = pairText(path, node)
  const [first] = nodes
  if (first === undefined) return appended(document, line, 0, false)
  let offset = lineStart(text, first.range[0])
  for (const comment of comments.toReversed()) {
    const start = lineStart(text, comment.range[0])
    const isAbove = comment.range[1] < offset && /^\r?\n$/.test(text.slice(comment.range[1], offset))
    if (isAbove && /^[ \t]*$/.test(text.slice(start, comment.range[0]))) offset = start
  }
  return {
    splices: [{ offset, remove: '', insert: line + eol + eol }],
    before: { present: false, createdParents: 0, blankLine: 'after' },
  }
}

/** Adds tables, spelled already, at the end of the document. */
export function appendBlocks(document: TomlDocument, spelled: string): TextSplice[] {
  return appended(document, spelled, 0).splices
}

/** New text at the end, behind a blank line; a text without final line end stays one. */
function appended(document: TomlDocument, insert: string, createdParents: number, wantsBlankLine = true): Insertion {
  const { text, start } = document
  const eol = dominantEol(text)
  if (isBlank(text)) {
    const tail = /[\r\n]/.test(text) ? '' : eol
    return {
      splices: [{ offset: start, remove: '', insert: insert + tail }],
      before: { present: false, createdParents },
    }
  }
  const endsLine = text.endsWith('\n')
  const lines = text.replace(/\r?\n$/, '')
  const lastLine = lines.slice(lineStart(lines, lines.length))
  const addsBlank = wantsBlankLine && lastLine.trim() !== ''
  const lead = (endsLine ? '' : eol) + (addsBlank ? eol : '')
  const splice = { offset: text.length, remove: '', insert: lead + insert + (endsLine ? eol : '') }
  const before = { present: false as const, createdParents }
  return { splices: [splice], before: addsBlank ? { ...before, blankLine: 'before' as const } : before }
}
