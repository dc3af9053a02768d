import { isTable, type JsonStep } from '@gate/core'

/** Sets an own property, `__proto__` included. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Index of the item that a step names: the first object whose `where` is `equals`. */
export function itemIndex(items: readonly unknown[], step: Exclude<JsonStep, string>): number {
  return items.findIndex((item) => isTable(item) && Object.hasOwn(item, step.where) && item[step.where] === step.equals)
}

/** The value one step below, or `undefined` when it is not there. */
function child(value: unknown, step: JsonStep): unknown {
  if (typeof step === 'string') return isTable(value) && Object.hasOwn(value, step) ? value[step] : undefined
  return Array.isArray(value) ? value[itemIndex(value, step)] : undefined
}

/** The value at a path of a parsed document, or `undefined` when there is none. */
export function getIn(value: unknown, path: readonly JsonStep[]): unknown {
  return path.reduce(child, value)
}

function put(value: unknown, step: JsonStep, next: unknown): unknown {
  if (typeof step === 'string') {
    const copy: Record<string, unknown> = {}
    for (const [key, old] of Object.entries(isTable(value) ? value : {})) setOwn(copy, key, old)
    setOwn(copy, step, next)
    return copy
  }
  const items = Array.isArray(value) ? [...value] : []
  const index = itemIndex(items, step)
  items[index === -1 ? items.length : index] = next
  return items
}

/** A copy of `value` with the value at `path` replaced; containers that are missing or null on the way are made. */
export function setIn(value: unknown, path: readonly JsonStep[], next: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return next
  const old = child(value, step)
  // An item that is made is identified first, as people write it.
  const isNewItem = typeof step === 'object' && rest.length > 0 && old === undefined
  const base = isNewItem ? put(undefined, step.where, step.equals) : old
  return put(value, step, setIn(base, rest, next))
}

/** A copy of `value` without the value at `path`. */
export function deleteIn(value: unknown, path: readonly JsonStep[]): unknown {
  const step = path.at(-1)
  const parentPath = path.slice(0, -1)
  const parent = getIn(value, parentPath)
  if (step === undefined || child(parent, step) === undefined) return value
  if (Array.isArray(parent) && typeof step !== 'string') {
    return setIn(value, parentPath, parent.toSpliced(itemIndex(parent, step), 1))
  }
  const copy: Record<string, unknown> = {}
  for (const [key, old] of Object.entries(isTable(parent) ? parent : {})) if (key !== step) setOwn(copy, key, old)
  return setIn(value, parentPath, copy)
}

/**
 * True when a value is such a container as a path needs at `depth` steps from the root, and holds nothing but what
 * leads into it, i.e. the key that identifies an array item. An array where the path needs an object is not ours.
 */
export function isEmptyContainer(value: unknown, path: readonly JsonStep[], depth: number): boolean {
  if (typeof path[depth] === 'object') return Array.isArray(value) && value.length === 0
  if (!isTable(value)) return false
  const step = path[depth - 1]
  const keys = Object.keys(value)
  return keys.length === 0 || (typeof step === 'object' && keys.length === 1 && keys[0] === step.where)
}
