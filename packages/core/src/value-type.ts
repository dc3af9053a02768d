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
