/*
 * Quick checks of documents, as functions. A document that passes is one that its schema takes as it is; only one that does
 * not is shown to the schema, which says what is wrong with it: loading and building schemas takes a process a third of
 * the time that Node takes to start, and nearly every document of every day is right.
 */

/** Tells whether a value surely has a shape. False means that the schema has to look at it. Pure. */
export type Shape = (value: unknown) => boolean

type Fields = Readonly<Record<string, Shape>>

export const isText: Shape = (value) => typeof value === 'string'
/** A text that is not empty. */
export const filledText: Shape = (value) => typeof value === 'string' && value !== ''
export const isFlag: Shape = (value) => typeof value === 'boolean'
export const isNumber: Shape = Number.isFinite
/** A whole number that is not negative. */
export const isPosition: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0

export function textLike(pattern: RegExp): Shape {
  return (value) => typeof value === 'string' && pattern.test(value)
}

export function oneOf(...values: readonly (string | number | boolean | null)[]): Shape {
  return (value) => (values as readonly unknown[]).includes(value)
}

export function listOf(item: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return false
    // Not `every`, which passes over the holes of a list.
    for (const each of value) if (!item(each)) return false
    return true
  }
}

/** A list with at least one item. */
export function filledListOf(item: Shape): Shape {
  const isList = listOf(item)
  return (value) => isList(value) && (value as readonly unknown[]).length > 0
}

export function anyOf(...shapes: readonly Shape[]): Shape {
  return (value) => shapes.some((shape) => shape(value))
}

/** An object with these fields, those of `optional` if they are there, and no other. */
export function fields(required: Fields, optional: Fields = {}): Shape {
  const names = Object.keys(required)
  return (value) => {
    if (!isPlain(value) || !names.every((name) => Object.hasOwn(value, name))) return false
    return Object.keys(value).every((name) => {
      const shape = Object.hasOwn(required, name) ? required[name] : ownField(optional, name)
      return shape?.(value[name]) === true
    })
  }
}

/** An object with any names that fit. `__proto__` is the schema's to judge. */
export function recordOf(name: Shape, item: Shape): Shape {
  return (value) =>
    isPlain(value) && Object.keys(value).every((key) => key !== '__proto__' && name(key) && item(value[key]))
}

/** One of several objects, told apart by the text in one field. */
export function byField(field: string, shapes: Readonly<Record<string, Shape>>): Shape {
  return (value) => {
    const kind = isPlain(value) && Object.hasOwn(value, field) ? value[field] : undefined
    return typeof kind === 'string' && ownField(shapes, kind)?.(value) === true
  }
}

function ownField(shapes: Fields, name: string): Shape | undefined {
  return Object.hasOwn(shapes, name) ? shapes[name] : undefined
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
