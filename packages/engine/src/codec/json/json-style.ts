import type { Node } from 'jsonc-parser'
import { dominantEol, indentAt, isAtLineStart, lineStart } from '../text-layout.js'
import { endOf, gapTokens, type JsonDocument } from './json-document.js'

/** How a document is laid out, so that what gate adds looks like what is there. */
export interface JsonStyle {
  readonly eol: '\n' | '\r\n'
  /** One level of indentation. */
  readonly indent: string
  /** Everything on one line. */
  readonly oneLine: boolean
  /** White space behind a colon. */
  readonly colon: string
  /** White space behind a comma, on one line. */
  readonly comma: string
  /** White space inside the braces of an object that stands on one line. */
  readonly padding: string
}

/** Reads the style off the document; what it does not show is two blanks of indentation and `JSON.stringify`'s rest. */
export function styleOf(document: JsonDocument): JsonStyle {
  const { text, root } = document
  const containers = root === undefined ? [] : [...containersOf(root)]
  const rootText = root === undefined ? '' : text.slice(root.offset, endOf(root))
  const oneLine = (root?.children ?? []).length > 0 && !/[\r\n]/.test(rootText)
  const colon = first(containers, (node) => colonOf(text, node)) ?? (oneLine ? '' : ' ')
  return {
    eol: dominantEol(text),
    indent: first(containers, (node) => indentOf(text, node)) ?? '  ',
    oneLine,
    colon,
    comma: first(containers, (node) => commaOf(text, node)) ?? (colon === '' ? '' : ' '),
    padding: first(containers, (node) => paddingOf(text, node)) ?? '',
  }
}

function* containersOf(node: Node): Generator<Node> {
  if (node.type === 'object' || node.type === 'array') yield node
  for (const child of node.children ?? []) yield* containersOf(child)
}

function first<T>(nodes: readonly Node[], read: (node: Node) => T | undefined): T | undefined {
  for (const node of nodes) {
    const value = read(node)
    if (value !== undefined) return value
  }
  return undefined
}

function indentOf(text: string, container: Node): string | undefined {
  const [member] = container.children ?? []
  if (member === undefined || !startsLine(text, member)) return undefined
  const outer = indentAt(text, container.offset)
  const inner = indentAt(text, member.offset)
  return inner.length > outer.length && inner.startsWith(outer) ? inner.slice(outer.length) : undefined
}

function colonOf(text: string, container: Node): string | undefined {
  const [property] = container.type === 'object' ? (container.children ?? []) : []
  const [key, value] = property?.children ?? []
  if (key === undefined || value === undefined) return undefined
  return /^\s*:([ \t]*)$/.exec(text.slice(endOf(key), value.offset))?.[1]
}

function commaOf(text: string, container: Node): string | undefined {
  const [one, two] = container.children ?? []
  if (one === undefined || two === undefined) return undefined
  return /^,([ \t]*)$/.exec(text.slice(endOf(one), two.offset))?.[1]
}

function paddingOf(text: string, container: Node): string | undefined {
  const [member] = container.type === 'object' ? (container.children ?? []) : []
  if (member === undefined) return undefined
  return /^[ \t]*$/.exec(text.slice(container.offset + 1, member.offset))?.[0]
}

/** True when nothing but indentation stands before a member on its line. */
export function startsLine(text: string, member: Node): boolean {
  const start = lineStart(text, member.offset)
  return isAtLineStart(text, start) && /^[ \t]*$/.test(text.slice(start, member.offset))
}

/** True when the last member of a container is followed by a comma. */
export function hasTrailingComma(text: string, container: Node): boolean {
  const last = container.children?.at(-1)
  if (last === undefined) return false
  return gapTokens(text, endOf(last), endOf(container) - 1).some((token) => token.kind === 'comma')
}
