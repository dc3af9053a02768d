import { type FileExpectation, isTable, typeOfValue } from '@gate/core'

type Types = FileExpectation['types']

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
