import { expect, it } from 'vitest'
import { isOfType, wrongTypedKey } from '../src/index.js'

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

it('an integer beyond 2^53 is a number, as TOML has them', () => {
  expect(isOfType(2n ** 60n, ['number'])).toBe(true)
  expect(isOfType(2n ** 60n, ['string', 'object'])).toBe(false)
})

it('a date is of none', () => expect(isOfType(new Date(0), ['object', 'string', 'number'])).toBe(false))

it('the first wrong key is found, at any depth', () => {
  const patterns = [
    ['model', ['string']],
    ['agent.*.model', ['string']],
    ['agent.*', ['object']],
  ] as const
  expect(wrongTypedKey({ model: 'm', agent: { a: {}, b: { model: 'm' } }, other: 5 }, patterns)).toBeUndefined()
  expect(wrongTypedKey({ agent: { a: {}, b: { model: 5 } } }, patterns)).toBe('agent.b.model')
  expect(wrongTypedKey({ agent: { a: 5 } }, patterns)).toBe('agent.a')
  expect(wrongTypedKey({ model: null, agent: 5 }, patterns)).toBe('model')
})
