import type { FileExpectation } from './contract/edit.js'

/** Whether a parsed value of a client's file is of one of the types; a date of TOML is of none. Pure. */
export function isOfType(value: unknown, types: FileExpectation['types']): boolean {
  if (value instanceof Date) return false
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  return types.some((one) => one === type)
}
