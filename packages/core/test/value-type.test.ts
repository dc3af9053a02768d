import { expect, it } from 'vitest'
import { isOfType } from '../src/index.js'

it.each([
  ['x', 'string'],
  [5, 'number'],
  [false, 'boolean'],
  [{}, 'object'],
  [[], 'array'],
  [null, 'null'],
] as const)('%j is of the type %s and of no other', (value, type) => {
  const types = ['string', 'number', 'boolean', 'object', 'array', 'null'] as const
  expect(types.filter((one) => isOfType(value, [one]))).toEqual([type])
  expect(isOfType(value, types)).toBe(true)
})

it('a date is of none', () => expect(isOfType(new Date(0), ['object', 'string', 'number'])).toBe(false))
