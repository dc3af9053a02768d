import { advice, ERROR_CODES, GateError, type GateErrorCode } from '@gate/core'
import { expect, test } from 'vitest'
import { exitCodeOfClients } from '../src/exit-codes.js'
import { commandFailure } from '../src/failure.js'
import { printFailure } from '../src/print/failure.js'

test.each(Object.entries(ERROR_CODES))('an error %s ends with exit code %i', (code, exitCode) => {
  expect(commandFailure(new GateError({ code: code as GateErrorCode, message: 'x' }))).toMatchObject({ code, exitCode })
})

test('an error of another copy of core is known by its mark, not by its class', () => {
  const foreign = Object.assign(new Error('from elsewhere'), {
    code: 'file-unparsable',
    file: '/f',
    line: 3,
    fix: 'mend it',
  })
  Object.defineProperty(foreign, Symbol.for('gate.error'), { value: true })
  expect(commandFailure(foreign)).toEqual({
    ...{ code: 'file-unparsable', severity: 'error', message: 'from elsewhere', place: { file: '/f', line: 3 } },
    fix: advice('mend it'),
    ...{ exitCode: 5, print: true },
  })
})

test('an unknown error keeps its message and loses its stack', () => {
  const failure = commandFailure(new TypeError('cannot read'))
  expect(failure).toMatchObject({ code: 'internal', exitCode: 1, message: 'cannot read' })
  expect(printFailure(failure, false)).not.toContain('failure.test')
  expect(commandFailure('just text')).toMatchObject({ message: 'just text', exitCode: 1 })
})

test('an aborted prompt is an interruption', () => {
  expect(commandFailure(Object.assign(new Error('aborted'), { name: 'AbortError' }))).toMatchObject({ exitCode: 130 })
})

test('with --json it is one object with every field, without it three lines', () => {
  const failure = commandFailure(
    new GateError({
      code: 'file-unparsable',
      message: 'no JSON',
      file: '/f',
      line: 2,
      column: 7,
      fix: advice('mend it'),
    }),
  )
  expect(JSON.parse(printFailure(failure, true))).toEqual({
    schemaVersion: 1,
    error: { code: 'file-unparsable', message: 'no JSON', file: '/f', line: 2, fix: 'mend it' },
  })
  expect(printFailure(failure, false).split('\n').slice(1)).toEqual(['  at /f:2:7', '  mend it', ''])
})

test('exit code of work on several clients', () => {
  const done = { outcome: 'done' } as const
  const passedOver = { outcome: 'passed-over' } as const
  const failed = (code: GateErrorCode) => ({
    outcome: 'failed' as const,
    code,
  })
  expect(exitCodeOfClients([])).toBe(0)
  expect(exitCodeOfClients([done, passedOver])).toBe(0)
  expect(exitCodeOfClients([done, failed('file-unparsable')])).toBe(4)
  expect(exitCodeOfClients([failed('file-unparsable'), failed('disk-full')])).toBe(5)
  expect(exitCodeOfClients([passedOver, failed('disk-full')])).toBe(1)
  expect(exitCodeOfClients([done, failed('interrupted')])).toBe(130)
})
