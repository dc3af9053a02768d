import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerForSchema } from '../src/gateway/schema-answer.js'

const answer = (schema: unknown) => JSON.parse(answerForSchema(schema, 'text'))

test.each([
  [{ type: 'string' }, 'text'],
  [{ type: ['string', 'null'] }, 'text'],
  [{ enum: ['b', 'a'] }, 'b'],
  [{ const: 7 }, 7],
  [{ type: 'integer', minimum: 3 }, 3],
  [{ type: 'number' }, 0],
  [{ type: 'boolean' }, true],
  [{ type: 'null' }, null],
  [{ type: 'array', items: { type: 'string' } }, []],
  [{ type: 'array', items: { type: 'string' }, minItems: 2 }, ['text', 'text']],
  [{ anyOf: [{ type: 'boolean' }, { type: 'null' }] }, true],
  [{ $defs: { name: { type: 'string' } }, type: 'object', properties: { a: { $ref: '#/$defs/name' } } }, { a: 'text' }],
])('%j', (schema, expected) => {
  expect(answer(schema)).toEqual(expected)
})

test('a schema that refers to itself comes to an end', () => {
  const schema = { type: 'object', properties: { next: { $ref: '#' } } }
  expect(JSON.stringify(answer(schema))).toContain('null')
})

test('whatever is given as schema, the answer is JSON', () => {
  fc.assert(fc.property(fc.jsonValue(), (schema) => void answer(schema)))
})
