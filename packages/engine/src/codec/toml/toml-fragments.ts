import type { AST } from 'toml-eslint-parser'
import { lineEnd, lineStart } from '../text-layout.js'
import { keyParts, type TomlDocument, textOf } from './toml-document.js'
import type { TomlNode } from './toml-spelling.js'

type KeyPath = readonly (string | number)[]

/** A piece of the document that defines (a part of) the value at a path. */
export type Fragment =
  /** A key-value; `path` is its absolute path, which begins with the asked one. */
  | { readonly type: 'pair'; readonly pair: AST.TOMLKeyValue; readonly path: KeyPath; readonly inline: boolean }
  /** A `[table]` or `[[array of tables]]` with its own key-values. */
  | { readonly type: 'block'; readonly table: AST.TOMLTable }

function startsWith(path: KeyPath, start: KeyPath): boolean {
  return start.length <= path.length && start.every((part, index) => part === path[index])
}

/** All pieces that define the value at `path`, in the order of the document. A value may be spread over several. */
export function fragmentsOf(document: TomlDocument, path: readonly string[]): Fragment[] {
  return document.nodes.flatMap((node): Fragment[] => {
    if (node.type === 'TOMLKeyValue') return inPair(node, [], path, false)
    if (startsWith(node.resolvedKey, path)) return [{ type: 'block', table: node }]
    if (!startsWith(path, node.resolvedKey)) return []
    return node.body.flatMap((pair) => inPair(pair, node.resolvedKey, path, false))
  })
}

function inPair(pair: AST.TOMLKeyValue, base: KeyPath, wanted: readonly string[], inline: boolean): Fragment[] {
  const path = [...base, ...keyParts(pair.key)]
  if (startsWith(path, wanted)) return [{ type: 'pair', pair, path, inline }]
  if (pair.value.type !== 'TOMLInlineTable' || !startsWith(wanted, path)) return []
  return pair.value.body.flatMap((inner) => inPair(inner, path, wanted, true))
}

/** The one key-value that is the whole value at `path`, if it is spelled so. */
export function wholePair(fragments: readonly Fragment[], path: readonly string[]): AST.TOMLKeyValue | undefined {
  const [only, ...others] = fragments
  return only?.type === 'pair' && others.length === 0 && only.path.length === path.length ? only.pair : undefined
}

/** Offset of the first thing that says something about a path. */
export function offsetOfPath(document: TomlDocument, path: readonly string[]): number | undefined {
  const [fragment] = fragmentsOf(document, path)
  if (fragment === undefined) return undefined
  return fragment.type === 'pair' ? fragment.pair.range[0] : fragment.table.range[0]
}

type MutableTable = Map<string, TomlNode>

/** The value that fragments define, with every scalar in its own spelling. */
export function treeOf(document: TomlDocument, fragments: readonly Fragment[], path: readonly string[]): TomlNode {
  const root: MutableTable = new Map()
  const [first] = path
  if (first === undefined) return root
  const at = (keys: KeyPath): MutableTable =>
    keys.reduce<MutableTable>((table, _, index) => into(table, keys, index), root)
  const put = (base: KeyPath, pair: AST.TOMLKeyValue) => {
    const keys = [...base, ...keyParts(pair.key)]
    const name = keys.at(-1)
    if (typeof name === 'string') at(keys.slice(0, -1)).set(name, { raw: textOf(document, pair.value) })
  }
  for (const fragment of fragments) {
    if (fragment.type === 'pair') put(fragment.path.slice(0, -keyParts(fragment.pair.key).length), fragment.pair)
    else {
      at(fragment.table.resolvedKey)
      for (const pair of fragment.table.body) put(fragment.table.resolvedKey, pair)
    }
  }
  return path.reduce<TomlNode>((node, key) => (node instanceof Map ? (node.get(key) ?? new Map()) : node), root)
}

/** One step of descending into a table under construction; numbers are handled together with the key before them. */
function into(table: MutableTable, keys: KeyPath, index: number): MutableTable {
  const key = keys[index]
  if (typeof key !== 'string') return table
  const item = keys[index + 1]
  const present = table.get(key)
  if (typeof item !== 'number') {
    const next: MutableTable = present instanceof Map ? present : new Map()
    table.set(key, next)
    return next
  }
  const items = Array.isArray(present) ? [...present] : []
  const next: MutableTable = items[item] instanceof Map ? items[item] : new Map()
  items[item] = next
  table.set(key, items)
  return next
}

/**
 * The lines of blocks, comments in them included, without the line end behind the last one. White space between two of
 * them is kept; anything else there is not theirs, and a blank line stands for it.
 */
export function blocksText(document: TomlDocument, fragments: readonly Fragment[]): string {
  const { text } = document
  let spelled = ''
  let end: number | undefined
  for (const fragment of fragments) {
    if (fragment.type !== 'block') continue
    const [from, to] = fragment.table.range
    const start = lineStart(text, from)
    const between = end === undefined ? '' : text.slice(end, start)
    end = lineEnd(text, to)
    spelled += (between.trim() === '' ? between : '\n\n') + text.slice(start, end)
  }
  return spelled
}

/** True when a value is defined by `[headers]` alone. */
export function areTables(fragments: readonly Fragment[]): boolean {
  return fragments.length > 0 && fragments.every((fragment) => fragment.type === 'block')
}
