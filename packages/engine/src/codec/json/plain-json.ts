import { isTable } from '@gate/core'

/**
 * The value of a text that is exactly what `JSON.stringify` writes, whatever the indentation: without comments, and without
 * two keys of one name.
 *
 * @param maxDepth No text with deeper nesting counts.
 * @returns Undefined for every other text. Pure.
 */
export function plainJsonValue(text: string, maxDepth: number): Record<string, unknown> | undefined {
  const indent = /^\{\n([ \t]{1,10})"/.exec(text)?.[1]
  if (indent === undefined || text.includes(`\n${indent.repeat(maxDepth)}`)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isTable(value) && JSON.stringify(value, null, indent) === text.replace(/\n$/, '') ? value : undefined
  } catch {
    return undefined
  }
}
