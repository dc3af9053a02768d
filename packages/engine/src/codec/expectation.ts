import { type FileExpectation, typeOfValue } from '@gate/core'
import { dottedPath } from './edit-path.js'
import { getIn } from './value-path.js'

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
