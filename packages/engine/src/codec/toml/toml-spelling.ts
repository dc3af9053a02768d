import type { EditValue } from '@gate/core'

/** A value to be written: spelled already, a table, or an array of tables. */
export type TomlNode = { readonly raw: string } | ReadonlyMap<string, TomlNode> | readonly TomlNode[]

export type TomlTable = ReadonlyMap<string, TomlNode>

export function isTableNode(node: TomlNode): node is TomlTable {
  return node instanceof Map
}

/** A key as TOML 1.0 spells it: bare where possible. */
function spellKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : spellString(key)
}

export function spellPath(path: readonly string[]): string {
  return path.map(spellKey).join('.')
}

function spellString(value: string): string {
  // JSON's escapes are TOML's too, except that TOML also wants DEL escaped.
  return JSON.stringify(value).replaceAll('\u007F', '\\u007F')
}

/** An edit's value as a node. Objects become tables, arrays stay on one line. */
export function nodeOf(value: EditValue): TomlNode {
  if (typeof value === 'string') return { raw: spellString(value) }
  if (typeof value !== 'object' || value === null) return { raw: String(value) }
  if (Array.isArray(value)) return { raw: spellInline(value.map(nodeOf)) }
  return new Map(Object.entries(value).map(([key, item]) => [key, nodeOf(item)]))
}

/** A node as a value on one line. */
export function spellInline(node: TomlNode): string {
  if ('raw' in node) return node.raw
  if (!isTableNode(node)) return `[${node.map(spellInline).join(', ')}]`
  const pairs = [...node].map(([key, item]) => `${spellKey(key)} = ${spellInline(item)}`)
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}

/** A table with its sub-tables under headers, without a line end behind the last line. */
export function spellTables(path: readonly string[], table: TomlTable, eol: string): string {
  const pairs = [...table].filter(([, item]) => !isTableNode(item))
  const blocks: string[] = []
  if (pairs.length > 0 || pairs.length === table.size) {
    const lines = pairs.map(([key, item]) => `${spellKey(key)} = ${spellInline(item)}`)
    blocks.push([`[${spellPath(path)}]`, ...lines].join(eol))
  }
  for (const [key, item] of table) if (isTableNode(item)) blocks.push(spellTables([...path, key], item, eol))
  return blocks.join(eol + eol)
}
