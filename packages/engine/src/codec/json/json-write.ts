import type { JsonStep } from '@gate/core'
import type { Node } from 'jsonc-parser'
import { indentAt } from '../text-layout.js'
import type { TextSplice } from '../types.js'
import { setIn } from '../value-path.js'
import { endOf, gapTokens, type JsonDocument } from './json-document.js'
import { hasTrailingComma, type JsonStyle, startsLine, styleOf } from './json-style.js'
import type { Slot } from './json-walk.js'

/** The new member of an existing container, so that `rest` leads from there to `value`. */
function memberValue(rest: readonly JsonStep[], value: unknown): unknown {
  const [step] = rest
  const container = setIn(undefined, rest, value)
  return typeof step === 'string' ? (container as Record<string, unknown>)[step] : (container as readonly unknown[])[0]
}

/** Spells a value in the style of the document. `indent` is the indentation of the line that it begins on. */
function spell(value: unknown, style: JsonStyle, indent: string, oneLine = style.oneLine): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = indent + style.indent
  const members = Array.isArray(value)
    ? value.map((item) => spell(item, style, inner, oneLine))
    : Object.entries(value).map(([key, item]) => spellProperty(key, item, style, inner, oneLine))
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (members.length === 0) return open + close
  if (!oneLine) {
    const lines = members.map((member) => style.eol + inner + member)
    return `${open}${lines.join(',')}${style.eol}${indent}${close}`
  }
  const padding = Array.isArray(value) ? '' : style.padding
  return open + padding + members.join(`,${style.comma}`) + padding + close
}

function spellProperty(key: string, value: unknown, style: JsonStyle, indent: string, oneLine: boolean): string {
  return `${JSON.stringify(key)}:${style.colon}${spell(value, style, indent, oneLine)}`
}

/** A new document in place of a blank one. */
export function spellDocument(document: JsonDocument, path: readonly JsonStep[], value: unknown): TextSplice[] {
  const style = styleOf(document)
  const insert = spell(setIn(undefined, path, value), style, '')
  const hasLineEnd = /[\r\n]/.test(document.text)
  return [{ offset: document.start, remove: '', insert: hasLineEnd ? insert : insert + style.eol }]
}

/** Puts another value in a slot; the value looks like its surroundings. */
export function replaceValue(document: JsonDocument, slot: Slot, value: unknown): TextSplice[] {
  const insert = spell(value, styleOf(document), indentAt(document.text, slot.member.offset))
  return replaceRaw(document, slot, insert)
}

/** Puts a value, spelled already, in a slot. */
export function replaceRaw(document: JsonDocument, slot: Slot, insert: string): TextSplice[] {
  const { offset } = slot.value
  return [{ offset, remove: document.text.slice(offset, endOf(slot.value)), insert }]
}

/** Adds a member at the end of a container, behind the comments that are there. */
export function addMember(
  document: JsonDocument,
  container: Node,
  rest: readonly JsonStep[],
  value: unknown,
): TextSplice[] {
  const style = styleOf(document)
  const [step] = rest
  const content = memberValue(rest, value)
  const spellMember = (indent: string, oneLine: boolean) =>
    typeof step === 'string'
      ? spellProperty(step, content, style, indent, oneLine)
      : spell(content, style, indent, oneLine)
  return (container.children ?? []).length === 0
    ? addFirst(document, container, style, spellMember)
    : addLast(document, container, style, spellMember)
}

type SpellMember = (indent: string, oneLine: boolean) => string

function addFirst(document: JsonDocument, container: Node, style: JsonStyle, spellMember: SpellMember): TextSplice[] {
  const { text } = document
  const close = endOf(container) - 1
  const lastComment = gapTokens(text, container.offset + 1, close).at(-1)
  const offset = lastComment?.end ?? container.offset + 1
  const remove = text.slice(offset, close)
  if (style.oneLine && lastComment?.kind !== 'line-comment') {
    const padding = container.type === 'object' ? style.padding : ''
    return [{ offset, remove, insert: padding + spellMember('', true) + padding }]
  }
  const outer = indentAt(text, container.offset)
  const indent = lastComment === undefined ? outer + style.indent : commentIndent(text, lastComment.start, outer, style)
  const insert = style.eol + indent + spellMember(indent, false)
  // A closing brace on a line of its own stays where it is.
  const tail = /[\r\n]/.test(remove) ? '' : style.eol + outer
  return tail === '' ? [{ offset, remove: '', insert }] : [{ offset, remove, insert: insert + tail }]
}

function commentIndent(text: string, comment: number, outer: string, style: JsonStyle): string {
  const indent = indentAt(text, comment)
  return indent.length > outer.length ? indent : outer + style.indent
}

function addLast(document: JsonDocument, container: Node, style: JsonStyle, spellMember: SpellMember): TextSplice[] {
  const { text } = document
  const last = container.children?.at(-1) ?? container
  const gap = gapTokens(text, endOf(last), endOf(container) - 1)
  const trailingComma = hasTrailingComma(text, container)
  const lastToken = gap.at(-1)
  const offset = lastToken?.end ?? endOf(last)
  const ownLine = startsLine(text, last)
  let member: string
  if (ownLine || lastToken?.kind === 'line-comment') {
    const indent = ownLine ? indentAt(text, last.offset) : indentAt(text, container.offset) + style.indent
    member = style.eol + indent + spellMember(indent, style.oneLine)
  } else {
    // Behind a comma that the document has already, a blank it put there is not repeated.
    member = (lastToken === undefined || trailingComma ? style.comma : ' ') + spellMember('', true)
  }
  if (trailingComma) return [{ offset, remove: '', insert: `${member},` }]
  const comma = { offset: endOf(last), remove: '', insert: ',' }
  return offset === comma.offset
    ? [{ ...comma, insert: `,${member}` }]
    : [comma, { offset, remove: '', insert: member }]
}
