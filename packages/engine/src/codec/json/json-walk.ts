import { advice, GateError, type JsonStep } from '@gate/core'
import type { Node } from 'jsonc-parser'
import { dottedPath } from '../edit-path.js'
import { positionAt } from '../text-layout.js'
import { itemIndex } from '../value-path.js'
import { endOf, type JsonDocument, valueOfNode } from './json-document.js'

/** A property of an object or an item of an array. */
export interface Slot {
  /** The object or array that it is in. */
  readonly container: Node
  /** The whole property (key, colon, value) or the item. */
  readonly member: Node
  readonly value: Node
}

/** How far a path leads into a document. */
export type Walk =
  | { readonly state: 'found'; readonly slot: Slot }
  /** `container` exists and lacks the first of `rest`. */
  | { readonly state: 'missing'; readonly container: Node; readonly rest: readonly JsonStep[] }
  /** `slot` holds null where a container for `rest` is needed. */
  | { readonly state: 'null'; readonly slot: Slot; readonly rest: readonly JsonStep[] }
  /** The value in the way cannot hold the step. */
  | { readonly state: 'blocked'; readonly node: Node; readonly depth: number }
  | { readonly state: 'blank' }

/** `strict` refuses ambiguous paths, `lenient` takes the last of duplicate keys as every client does. */
export type WalkMode = 'strict' | 'lenient'

/** Follows a path from the root. */
export function walk(document: JsonDocument, path: readonly JsonStep[], mode: WalkMode): Walk {
  let container = document.root
  if (container === undefined) return { state: 'blank' }
  for (const [depth, step] of path.entries()) {
    if (container.type !== (typeof step === 'string' ? 'object' : 'array')) {
      return { state: 'blocked', node: container, depth }
    }
    const slot = slotOf(document, container, path.slice(0, depth + 1), mode)
    if (slot === undefined) return { state: 'missing', container, rest: path.slice(depth) }
    if (depth === path.length - 1) return { state: 'found', slot }
    if (slot.value.type === 'null') return { state: 'null', slot, rest: path.slice(depth + 1) }
    container = slot.value
  }
  return { state: 'blocked', node: container, depth: path.length }
}

function slotOf(document: JsonDocument, container: Node, path: readonly JsonStep[], mode: WalkMode): Slot | undefined {
  const step = path.at(-1)
  const members = container.children ?? []
  const slots: Slot[] =
    typeof step === 'object'
      ? members
          .filter((item) => itemIndex([valueOfNode(item)], step) === 0)
          .map((item) => ({ container, member: item, value: item }))
      : members.flatMap((member) => {
          const [key, value] = member.children ?? []
          return key?.value === step && value !== undefined ? [{ container, member, value }] : []
        })
  if (mode === 'strict' && slots[1] !== undefined) {
    throw new GateError({
      code: 'file-duplicate-key',
      message: `\`${dottedPath(path)}\` is there more than once.`,
      file: document.file,
      ...positionAt(document.text, slots[1].member.offset),
      fix: advice('Keep one of them, then run the command again.'),
    })
  }
  // Of duplicate keys the last one counts; of array items the first, as clients that search by id do.
  return typeof step === 'object' ? slots[0] : slots.at(-1)
}

/** The error for a value that stands where a container is needed. */
export function blockedError(
  document: JsonDocument,
  path: readonly JsonStep[],
  { node, depth }: Extract<Walk, { state: 'blocked' }>,
): GateError {
  const wanted = typeof path[depth] === 'string' ? 'an object' : 'an array'
  return new GateError({
    code: 'file-wrong-shape',
    message: `\`${dottedPath(path.slice(0, depth))}\` must be ${wanted}, but is ${article(node.type)}.`,
    file: document.file,
    ...positionAt(document.text, node.offset),
    fix: advice('Correct or remove it, then run the command again.'),
  })
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}

/** True for an object or array with nothing in it, not even a comment. */
export function holdsOnlyBlanks(document: JsonDocument, node: Node): boolean {
  return /^[[{]\s*[\]}]$/.test(document.text.slice(node.offset, endOf(node)))
}

/** True for an empty object or array whose closing bracket is on another line. */
export function holdsOnlyLineEnds(document: JsonDocument, node: Node): boolean {
  return holdsOnlyBlanks(document, node) && /[\r\n]/.test(document.text.slice(node.offset, endOf(node)))
}
