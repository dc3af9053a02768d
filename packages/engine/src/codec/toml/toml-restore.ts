import type { AST } from 'toml-eslint-parser'
import type { Draft } from '../draft.js'
import { afterLineBreak, beforeLineBreak, dominantEol, isAtLineStart, lineEnd, lineStart } from '../text-layout.js'
import { cutFragments } from './toml-cut.js'
import { parseTomlDocument, type TomlDocument } from './toml-document.js'
import { type Fragment, fragmentsOf, treeOf } from './toml-fragments.js'
import { appendBlocks } from './toml-insert.js'
import { cutAt, replaceAt, replaceTables, withLineEndsOf } from './toml-replace.js'

/**
 * Puts remembered tables in the place of the value that is there now, as they were spelled. Only within an inline table,
 * which holds no headers, are they spelled anew.
 */
export function restoreTables(draft: Draft<TomlDocument>, path: readonly string[], raw: string): void {
  const { document } = draft
  const fragments = fragmentsOf(document, path)
  const [first] = fragments
  const pairs = fragments.flatMap((fragment) => (fragment.type === 'pair' ? [fragment] : []))
  const place = pairs.length === fragments.length ? placeBehindBlankLine(document, pairs) : undefined
  if (pairs.some(({ inline }) => inline)) {
    const remembered = parseTomlDocument(raw, document)
    replaceAt(draft, path, treeOf(remembered, fragmentsOf(remembered, path), path), 'leave')
  } else if (first?.type === 'pair' && takesInKeys(document, first.pair, fragments)) {
    cutAt(draft, path, 'leave')
    draft.apply(appendBlocks(draft.document, withLineEndsOf(document, raw)))
  } else if (place === undefined) {
    replaceTables(draft, path, raw, 'leave')
  } else {
    const insert = withLineEndsOf(document, raw) + dominantEol(document.text)
    draft.apply([...cutFragments(document, fragments, 'leave'), { offset: place, remove: '', insert }])
  }
}

/** True when keys of others follow a pair in its table: under a header in its place they would be keys of that one. */
function takesInKeys(document: TomlDocument, first: AST.TOMLKeyValue, fragments: readonly Fragment[]): boolean {
  const own = new Set(fragments.map((fragment) => (fragment.type === 'pair' ? fragment.pair : fragment.table)))
  const { parent } = first
  const siblings =
    parent.type === 'TOMLTable' ? parent.body : document.nodes.filter((node) => node.type === 'TOMLKeyValue')
  return siblings.some((pair) => pair.range[0] > first.range[0] && !own.has(pair))
}

/**
 * A key goes behind the last one of its table, in front of the blank line that had stood before the tables it replaced;
 * they go behind that line again.
 */
function placeBehindBlankLine(document: TomlDocument, pairs: readonly { pair: AST.TOMLKeyValue }[]) {
  const { text, start } = document
  const [only, ...others] = pairs
  if (only === undefined || others.length > 0) return undefined
  const own = lineStart(text, only.pair.range[0])
  const isBehindLine = own > start && !isAtLineStart(text, beforeLineBreak(text, own))
  const behind = afterLineBreak(text, lineEnd(text, only.pair.range[1]))
  const place = afterLineBreak(text, behind)
  return isBehindLine && place > behind ? place : undefined
}
