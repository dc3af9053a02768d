import { GateError } from '@gate/core'
import { expect } from 'vitest'

/** What a step is refused with, as `code line:column`. */
export function refusalOf(step: () => unknown): string {
  const { code, line, column } = errorOf(step)
  return line === undefined ? code : `${code} ${line}:${column}`
}

export function errorOf(step: () => unknown): GateError {
  try {
    step()
  } catch (error) {
    if (GateError.isInstance(error)) return error
    throw error
  }
  return expect.fail('It was not refused.')
}
