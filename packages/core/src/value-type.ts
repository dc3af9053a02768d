import type { FileExpectation } from './contract/edit.js'
import { isTable } from './table.js'

type Types = FileExpectation['types']

/** The type of a parsed value of a client's file; `undefined` for a date of TOML, which is of none. Pure. */
export function typeOfValue(value: unknown): Types[number] | undefined {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (isTable(value)) return 'object'
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value as 'string' | 'boolean' | 'number'
    case 'bigint':
      return 'number'
    default:
      return undefined
  }
}

/** Whether a parsed value of a client's file is of one of the types. Pure. */
export function isOfType(value: unknown, types: Types): boolean {
  const type = typeOfValue(value)
  return type !== undefined && types.includes(type)
}

/**
 * The first key of a parsed document that is none of its types. Pure.
 *
 * @param patterns Keys, joined by dots; `*` stands for any key.
 */
export function wrongTypedKey(document: unknown, patterns: Iterable<readonly [string, Types]>): string | undefined {
  for (const [pattern, types] of patterns) {
    const found = wrongAt(document, pattern.split('.'), types)
    if (found) return found.join('.')
  }
  return undefined
}

function wrongAt(value: unknown, [step, ...rest]: readonly string[], types: Types): readonly string[] | undefined {
  if (step === undefined) return value === undefined || isOfType(value, types) ? undefined : []
  if (!isTable(value)) return undefined
  for (const key of step === '*' ? Object.keys(value) : [step]) {
    const found = wrongAt(value[key], rest, types)
    if (found) return [key, ...found]
  }
  return undefined
}
