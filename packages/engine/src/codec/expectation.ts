import type { FileExpectation } from '@gate/core'
import { dottedPath } from './edit-path.js'
import { isRecord } from './same-value.js'
import { getIn } from './value-path.js'

type JsonType = FileExpectation['types'][number]

/** The JSON type of a parsed value; `undefined` for what JSON has no type for (TOML dates). */
export function typeOfValue(value: unknown): JsonType | undefined {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (isRecord(value)) return 'object'
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'boolean'
    case 'number':
    case 'bigint':
      return 'number'
    default:
      return undefined
  }
}

/** A value of the wrong type, and the sentence that says so. */
export interface Violation {
  readonly path: readonly string[]
  readonly message: string
}

/** The first expectation that a document breaks. A value that is absent breaks none. */
export function firstViolation(
  value: Record<string, unknown>,
  expectations: readonly FileExpectation[],
): Violation | undefined {
  for (const { path, types } of expectations) {
    const found = getIn(value, path)
    if (found === undefined) continue
    const type = typeOfValue(found)
    if (type !== undefined && types.includes(type)) continue
    const wanted = types.length > 0 ? types.join(' or ') : 'absent'
    return { path, message: `\`${dottedPath(path)}\` must be ${wanted}, but is ${type ?? 'a date'}` }
  }
  return undefined
}
