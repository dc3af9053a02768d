import { ERROR_CODES, GateError, type GateErrorCode } from '@gate/core'
import { actionOf } from './finding-schema.js'

/*
 * What a foreign plugin throws decides about its own client alone: neither that the user pressed Ctrl-C, nor that gate
 * itself has a fault, nor what is installed.
 */

const NOT_FOR_PLUGINS: readonly string[] = ['interrupted', 'internal', 'unknown-client', 'not-configured']
const MAX_TEXT = 2_000

/**
 * The error that a call of a plugin ends with.
 *
 * @param thrown As it came over the wire, so it may be anything.
 * @param interrupted Whether the user did interrupt.
 * @returns A GateError when it was one that a plugin may throw; else a plain error with its message.
 */
export function thrownError(thrown: unknown, interrupted = false): Error {
  if (thrown instanceof Error) return thrown
  const fields = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Record<string, unknown>
  const message = textOf(fields.message) ?? 'it did not say why'
  const code = codeOf(fields.code, interrupted)
  if (code === undefined) return new Error(message)
  const file = textOf(fields.file)
  const fix = actionOf(fields.fix)
  const [line, column] = [positionOf(fields.line), positionOf(fields.column)]
  return new GateError({
    code,
    message,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(fix === undefined ? {} : { fix }),
  })
}

function codeOf(value: unknown, interrupted: boolean): GateErrorCode | undefined {
  if (value === 'interrupted') return interrupted ? value : undefined
  if (typeof value !== 'string' || !Object.hasOwn(ERROR_CODES, value) || NOT_FOR_PLUGINS.includes(value))
    return undefined
  return value as GateErrorCode
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : undefined
}

function positionOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined
}
