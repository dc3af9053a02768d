import type { FileExpectation } from './contract/edit.js'
import { isTable } from './table.js'
import { typeOfValue } from './value-type.js'

/** A place of a document that breaks an expectation. */
export interface Violation {
  /** Keys, and indexes of items, from the root. */
  readonly path: readonly string[]
  /** A sentence without its full stop that says what the value must be; it holds no text of the document. */
  readonly message: string
}

/** What a value must be; a part of {@link FileExpectation} that does not say in which file. */
export type Expected = Omit<FileExpectation, 'file' | 'kind'>

/** The first expectation that a parsed document breaks. A value that is absent breaks none. Pure. */
export function firstViolation(document: unknown, expectations: readonly Expected[]): Violation | undefined {
  for (const expected of expectations) {
    const found = violationAt(document, expected.path, [], expected)
    if (found) return found
  }
  return undefined
}

function violationAt(
  value: unknown,
  [step, ...rest]: readonly string[],
  path: readonly string[],
  expected: Expected,
): Violation | undefined {
  if (value === undefined) return undefined
  if (step === undefined) {
    const message = complaint(value, expected)
    return message === undefined ? undefined : { path, message: `\`${path.join('.')}\` ${message}` }
  }
  for (const [key, below] of childrenAt(value, step)) {
    const found = violationAt(below, rest, [...path, key], expected)
    if (found) return found
  }
  return undefined
}

/** Every child where the step is `*`, also items of an array, else the one property. */
function childrenAt(value: unknown, step: string): readonly (readonly [string, unknown])[] {
  if (step === '*') return Array.isArray(value) || isTable(value) ? Object.entries(value) : []
  return isTable(value) && Object.hasOwn(value, step) ? [[step, value[step]]] : []
}

function complaint(value: unknown, { types, values, requires = [], range }: Expected): string | undefined {
  const type = typeOfValue(value)
  if (type === undefined || !types.includes(type)) {
    return `must be ${types.length > 0 ? types.join(' or ') : 'absent'}, but is ${type ?? 'a date'}`
  }
  if (typeof value === 'string' && values && !values.includes(value)) return `must be one of ${values.join(', ')}`
  if (typeof value === 'number' && range) {
    const { integer = false, least = -Infinity, above = -Infinity, most = Infinity } = range
    if (integer && !Number.isInteger(value)) return 'must be a whole number'
    if (value < least) return `must be at least ${least}`
    if (value <= above) return `must be more than ${above}`
    if (value > most) return `must be at most ${most}`
  }
  const missing = isTable(value) ? requires.find((key) => value[key] === undefined) : undefined
  return missing === undefined ? undefined : `must have \`${missing}\``
}
