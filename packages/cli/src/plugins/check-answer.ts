import { type ClientStatus, type ConfigureResult, type Detection, GateError, type RevertResult } from '@gate/core'

const STATES: readonly unknown[] = ['not-installed', 'detected', 'connected', 'drifted', 'overridden', 'unknown']

/*
 * A plugin may implement the verbs itself, in plain JavaScript and against another copy of the contract, so what it
 * answers is looked at before it is used. Each function throws GateError `plugin-invalid` naming what is wrong.
 */

export function checkDetection(answer: Detection): Detection {
  const { installed, evidence } = shape(answer, 'detect')
  if (typeof installed !== 'boolean') throw wrong('detect', 'installed')
  return { ...answer, installed, evidence: list(evidence, 'detect', 'evidence') }
}

export function checkStatus(answer: ClientStatus): ClientStatus {
  const { state, files, reasons, overrides, notes } = shape(answer, 'status')
  if (!STATES.includes(state)) throw wrong('status', 'state')
  list(files, 'status', 'files')
  list(reasons, 'status', 'reasons')
  list(overrides, 'status', 'overrides')
  list(notes, 'status', 'notes')
  return answer
}

export function checkConfigured(answer: ConfigureResult): ConfigureResult {
  const { result } = shape(answer, 'configure')
  if (result !== 'configured' && result !== 'unchanged') throw wrong('configure', 'result')
  checkLists(answer, 'configure')
  if (answer.overrides !== undefined) list(answer.overrides, 'configure', 'overrides')
  return answer
}

export function checkReverted(answer: RevertResult): RevertResult {
  const { result } = shape(answer, 'revert')
  if (result !== 'reverted' && result !== 'nothing-to-do') throw wrong('revert', 'result')
  checkLists(answer, 'revert')
  return answer
}

function checkLists(answer: ConfigureResult | RevertResult, verb: string): void {
  for (const field of ['edits', 'changes', 'notes', 'clientNotes'] as const) list(answer[field], verb, field)
}

function shape(answer: unknown, verb: string): Record<string, unknown> {
  if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>
  throw new GateError({ code: 'plugin-invalid', message: `${verb}() answered ${String(answer)}, not an object` })
}

function list<T>(value: unknown, verb: string, field: string): readonly T[] {
  if (Array.isArray(value)) return value as readonly T[]
  throw wrong(verb, field)
}

function wrong(verb: string, field: string): GateError {
  return new GateError({ code: 'plugin-invalid', message: `${verb}() answered without a usable "${field}"` })
}
