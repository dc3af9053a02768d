import { type EditValue, GateError, type JsonEdit } from '@gate/core'
import { createCodec } from '../create-codec.js'
import type { DocumentFormat } from '../document-format.js'
import type { Draft } from '../draft.js'
import { dominantEol, isBlank, withLineEnds } from '../text-layout.js'
import type { BeforeValue } from '../types.js'
import { itemIndex, setIn } from '../value-path.js'
import { type Dialect, endOf, type JsonDocument, MAX_DEPTH, parseJsonDocument, valueOfNode } from './json-document.js'
import { removeMember } from './json-remove.js'
import { blockedError, holdsOnlyBlanks, holdsOnlyLineEnds, type Slot, walk } from './json-walk.js'
import { addMember, replaceRaw, replaceValue, spellDocument } from './json-write.js'
import { plainJsonValue } from './plain-json.js'

type Absent = Extract<BeforeValue, { present: false }>

function dialectOf(edits: readonly JsonEdit[], fallback: Dialect): Dialect {
  if (edits.length === 0) return fallback
  return edits.some((edit) => edit.dialect === 'strict') ? 'strict' : 'jsonc'
}

function isSpellable(value: EditValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(isSpellable)
}

function slotAt(document: JsonDocument, edit: JsonEdit): Slot | undefined {
  const found = walk(document, edit.path, 'strict')
  return found.state === 'found' ? found.slot : undefined
}

/** Whether a value is a text that names an item of the array that the edit's `names` is about. */
function namesItem(document: JsonDocument, { names }: JsonEdit, value: unknown): boolean {
  if (names === undefined || typeof value !== 'string') return false
  return walk(document, [...names.array, { where: names.key, equals: value }], 'lenient').state === 'found'
}

/** Removes the innermost `limit` containers of a path, from the inside, as far as nothing is left in them. */
function dropEmptied(draft: Draft<JsonDocument>, edit: JsonEdit, before: Absent, limit: number): number {
  for (let dropped = 0; dropped < limit; dropped += 1) {
    const { document } = draft
    const path = edit.path.slice(0, edit.path.length - 1 - dropped)
    const found = walk(document, path, 'strict')
    if (found.state !== 'found' || !isUnused(document, found.slot, edit, path.length)) return dropped
    const isTopmost = dropped === before.createdParents - 1
    draft.apply(
      before.replacedNull && isTopmost
        ? replaceRaw(document, found.slot, 'null')
        : removeMember(document, found.slot, isTopmost && before.blankLine !== undefined),
    )
  }
  return limit
}

/** True for a container that holds nothing, or an array item that holds nothing but what identifies it. */
function isUnused(document: JsonDocument, slot: Slot, edit: JsonEdit, depth: number): boolean {
  // What the user put in the place of ours, an array for an object, is no container of ours.
  if (slot.value.type !== (typeof edit.path[depth] === 'object' ? 'array' : 'object')) return false
  if (holdsOnlyBlanks(document, slot.value)) return true
  const step = edit.path[depth - 1]
  if (typeof step !== 'object') return false
  const [property, ...others] = slot.value.children ?? []
  const text = document.text.slice(slot.value.offset, endOf(slot.value))
  const inner = property === undefined ? '' : document.text.slice(property.offset, endOf(property))
  return others.length === 0 && /^\{\s*,?\s*\}$/.test(text.replace(inner, () => ''))
}

const format: DocumentFormat<JsonEdit, JsonDocument> = {
  kind: 'json',

  parse: (text, context, edits) => parseJsonDocument(text, dialectOf(edits, context.dialect ?? 'jsonc'), context),

  plainValueOf: (text) => plainJsonValue(text, MAX_DEPTH),

  valueOf: ({ root }) => (root === undefined ? {} : (valueOfNode(root) as Record<string, unknown>)),

  offsetOf(document, path) {
    let node = document.root
    let member = node
    for (const step of path) {
      if (node?.type === 'array') {
        node = node.children?.[Number(step)]
        member = node
      } else {
        const found = walk({ ...document, root: node }, [step], 'lenient')
        if (found.state !== 'found') return undefined
        node = found.slot.value
        member = found.slot.member
      }
    }
    return member?.offset
  },

  check(edit) {
    const invalid = (message: string) => new GateError({ code: 'edit-invalid', message, file: edit.file })
    if (!isSpellable(edit.value)) throw invalid('JSON has no spelling for an infinite number or NaN.')
    for (const [index, step] of edit.path.entries()) {
      if (typeof step === 'string') continue
      const next = edit.path[index + 1]
      const isWholeItem = index === edit.path.length - 1
      if (index === 0) throw invalid('The root of the document is no array.')
      if (typeof next === 'object') throw invalid('An array item that is found by a key is no array itself.')
      if (next === step.where) throw invalid('The key that an array item is found by is no value of its own.')
      if (isWholeItem && itemIndex([edit.value], step) !== 0) {
        throw invalid(`An array item found by \`${step.where}\` must hold that key.`)
      }
    }
  },

  find(document, edit, purpose) {
    const found = walk(document, edit.path, purpose === 'read' ? 'lenient' : 'strict')
    if (found.state === 'blocked' && purpose === 'write') throw blockedError(document, edit.path, found)
    return found.state === 'found'
      ? { value: valueOfNode(found.slot.value), offset: found.slot.member.offset }
      : undefined
  },

  spelling(document, edit) {
    const slot = slotAt(document, edit)
    if (slot === undefined) return { present: true, raw: 'null' }
    const raw = document.text.slice(slot.value.offset, endOf(slot.value))
    return { present: true, raw, ...(namesItem(document, edit, valueOfNode(slot.value)) ? { named: true } : {}) }
  },

  write(draft, edit) {
    const { document } = draft
    const found = walk(document, edit.path, 'strict')
    switch (found.state) {
      case 'found': {
        const before = format.spelling(document, edit)
        draft.apply(replaceValue(document, found.slot, edit.value))
        return before
      }
      case 'missing':
        draft.apply(addMember(document, found.container, found.rest, edit.value))
        return {
          present: false,
          createdParents: found.rest.length - 1,
          ...(holdsOnlyLineEnds(document, found.container) ? { blankLine: 'after' as const } : {}),
        }
      case 'null':
        draft.apply(replaceValue(document, found.slot, setIn(undefined, found.rest, edit.value)))
        return { present: false, createdParents: found.rest.length, replacedNull: true }
      case 'blank':
        draft.apply(spellDocument(document, edit.path, edit.value))
        return { present: false, createdParents: edit.path.length - 1 }
      case 'blocked':
        throw blockedError(document, edit.path, found)
    }
  },

  parseSpelling({ raw }, edit) {
    // Wrapped, because only objects are documents.
    const { root } = parseJsonDocument(`{"value":${raw}\n}`, 'jsonc', { file: edit.file })
    return root === undefined ? null : (valueOfNode(root) as { value: unknown }).value
  },

  namesItem,

  restore(draft, edit, { raw }) {
    const { document } = draft
    const slot = slotAt(document, edit)
    if (slot === undefined) return
    // JSON strings hold no line ends, so those of the spelling can follow the document's.
    draft.apply(replaceRaw(document, slot, withLineEnds(raw, dominantEol(document.text))))
  },

  remove(draft, edit, before) {
    const { document } = draft
    const slot = slotAt(document, edit)
    const leavesBracket = before.createdParents === 0 && before.blankLine !== undefined
    if (slot !== undefined) draft.apply(removeMember(document, slot, leavesBracket))
    return { dropped: dropEmptied(draft, edit, before, Math.min(before.createdParents, edit.path.length - 1)) }
  },

  blankRest(document, eol) {
    const { root, text } = document
    if (root === undefined) return text
    const around = text.slice(0, root.offset) + text.slice(endOf(root))
    if (!holdsOnlyBlanks(document, root) || !isBlank(around)) return undefined
    // A client that has written the file anew may have left the line end out.
    return /[\r\n]/.test(around) ? around : around + eol
  },
}

/** JSON and JSON with comments: positions from jsonc-parser, edits as our own splices. */
export const jsonCodec = createCodec(format)
