import { expect, it } from 'vitest'
import { GateError } from '../../src/errors/gate-error.js'

it('errors of another copy of core are recognised', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('gate.error')]: true })
  expect(GateError.isInstance(foreign)).toBe(true)
  expect(GateError.isInstance(new Error('x'))).toBe(false)
})
