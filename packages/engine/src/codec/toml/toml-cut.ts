import type { AST } from 'toml-eslint-parser'
import {
  afterLineBreak,
  beforeLineBreak,
  contentStart,
  lineEnd,
  lineStart,
  skipBlanks,
  skipBlanksBack,
} from '../text-layout.js'
import type { TextSplice } from '../types.js'
import { headerEnd, type TomlDocument, trailingComment } from './toml-document.js'
import type { Fragment } from './toml-fragments.js'

interface Cut {
  from: number
  to: number
}

/** `leave`: comments near what is cut stay. `take`: those inside a table go with it, because they were remembered. */
export type Comments = 'leave' | 'take'

/**
 * Cuts a value's fragments out: whole lines, and of inline tables the pair with its comma. Lines between two of our
 * tables that are not ours stay, so that what a client inserted there (Codex puts `[projects]` right behind our table)
 * is never taken.
 */
export function cutFragments(document: TomlDocument, fragments: readonly Fragment[], comments: Comments): TextSplice[] {
  const cuts: Cut[] = []
  const nodes = new Set(fragments.map((fragment) => (fragment.type === 'pair' ? fragment.pair : fragment.table)))
  for (const [index, node] of document.nodes.entries()) {
    if (!nodes.has(node)) {
      if (node.type === 'TOMLTable') for (const pair of node.body) if (nodes.has(pair)) cuts.push(line(document, pair))
    } else if (node.type === 'TOMLKeyValue') {
      cuts.push(line(document, node))
    } else {
      const block = comments === 'take' ? [wholeBlock(document, node)] : blockLines(document, node)
      const previous = document.nodes[index - 1]
      const last = cuts.at(-1)
      const [first] = block
      const isRun = previous?.type === 'TOMLTable' && nodes.has(previous)
      // The blank line between two tables of one value belongs to the value.
      if (isRun && last !== undefined && first !== undefined && isBlankBetween(document, last.to, first.from)) {
        first.from = last.to
      }
      cuts.push(...block)
    }
  }
  const inline = fragments.find((fragment) => fragment.type === 'pair' && fragment.inline)
  if (inline?.type === 'pair') cuts.push(...inlineCuts(document, inline.pair))
  return merged(document, cuts).map(({ from, to }) => ({
    offset: from,
    remove: document.text.slice(from, to),
    insert: '',
  }))
}

function isBlankBetween(document: TomlDocument, from: number, to: number): boolean {
  return /^\s*$/.test(document.text.slice(from, to))
}

/** The lines from `from` to `to`, or what is before a comment on the last of them. */
function lines(document: TomlDocument, from: number, to: number): Cut {
  const { text } = document
  const comment = trailingComment(document, to)
  if (comment !== undefined) return { from, to: comment.range[0] }
  return { from: lineStart(text, from), to: afterLineBreak(text, lineEnd(text, to)) }
}

function line(document: TomlDocument, pair: AST.TOMLKeyValue): Cut {
  return lines(document, pair.range[0], pair.range[1])
}

function wholeBlock(document: TomlDocument, table: AST.TOMLTable): Cut {
  const { text } = document
  return { from: lineStart(text, table.range[0]), to: afterLineBreak(text, lineEnd(text, table.range[1])) }
}

function blockLines(document: TomlDocument, table: AST.TOMLTable): Cut[] {
  const cuts = [lines(document, table.range[0], headerEnd(document, table))]
  for (const pair of table.body) {
    const cut = line(document, pair)
    const last = cuts.at(-1)
    if (last !== undefined && isBlankBetween(document, last.to, cut.from)) last.to = cut.to
    else cuts.push(cut)
  }
  return cuts
}

/** A pair of an inline table with the comma that separates it. */
function inlineCuts(document: TomlDocument, pair: AST.TOMLKeyValue): Cut[] {
  const { text, tokens } = document
  const table = pair.parent
  if (table.type !== 'TOMLInlineTable') return []
  const index = table.body.indexOf(pair)
  const [previous, next] = [table.body[index - 1], table.body[index + 1]]
  const [from, to] = pair.range
  const commaBetween = (start: number, end: number) =>
    tokens.find((token) => token.value === ',' && token.range[0] >= start && token.range[1] <= end)?.range
  const behind = commaBetween(to, next?.range[0] ?? table.range[1])
  if (behind !== undefined && isBlankBetween(document, to, behind[0])) {
    if (next !== undefined) return [{ from, to: skipBlanks(text, behind[1]) }]
    return [{ from: skipBlanksBack(text, from), to: behind[1] }]
  }
  const before = previous === undefined ? undefined : commaBetween(previous.range[1], from)
  if (behind === undefined && before !== undefined) {
    return isBlankBetween(document, before[1], from) ? [{ from: before[0], to }] : [pairOf(before), { from, to }]
  }
  const cuts = behind === undefined ? [{ from, to }] : [{ from, to }, pairOf(behind)]
  const isOnly = previous === undefined && next === undefined
  const inner = { from: table.range[0] + 1, to: table.range[1] - 1 }
  return isOnly && isBlankBetween(document, inner.from, from) && isBlankBetween(document, to, inner.to) ? [inner] : cuts
}

function pairOf([from, to]: AST.Range): Cut {
  return { from, to }
}

/** Joins cuts that touch; a cut of the last line of a text without final line end takes the line end before it. */
function merged(document: TomlDocument, cuts: readonly Cut[]): Cut[] {
  const { text } = document
  const result: Cut[] = []
  for (const cut of cuts.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last !== undefined && cut.from <= last.to) last.to = Math.max(last.to, cut.to)
    else result.push({ ...cut })
  }
  const last = result.at(-1)
  const endsWithoutBreak = !/[\r\n]$/.test(text)
  if (last !== undefined && last.to === text.length && endsWithoutBreak && lineStart(text, last.from) === last.from) {
    last.from = Math.max(beforeLineBreak(text, last.from), contentStart(text))
  }
  return result
}
