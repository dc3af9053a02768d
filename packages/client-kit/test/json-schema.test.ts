import { describe, expect, it } from 'vitest'
import { type JsonSchemas, schemaViolation } from '../src/document/json-schema.js'

const SCHEMAS: JsonSchemas = {
  Root: {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1 },
      list: { type: 'array', items: { $ref: 'Item' }, maxItems: 2 },
      pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'object' }], minItems: 2, maxItems: 2 },
      either: { anyOf: [{ type: 'boolean' }, { const: 'auto' }, { $ref: 'Item' }] },
      count: { type: 'integer', minimum: 1, maximum: 3 },
      size: { type: 'number', exclusiveMinimum: 0 },
      color: { type: 'string', pattern: '^#[0-9a-f]{6}$' },
    },
    additionalProperties: { type: 'null' },
  },
  Item: { type: 'object', properties: { id: { type: 'string' }, in: { $ref: 'Root' } }, required: ['id'] },
}

const told = (document: unknown) => {
  const found = schemaViolation(document, SCHEMAS, 'Root')
  return found && `${found.path.join('.')}: ${found.wanted ?? 'missing'}`
}

describe('a value that a schema does not allow', () => {
  it.each([
    [{}, undefined],
    [[], ': object'],
    [{ name: '' }, 'name: string not empty'],
    [{ name: null }, 'name: string not empty'],
    [{ list: [{ id: 'a' }, {}] }, 'list.1.id: missing'],
    [{ list: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] }, 'list: array with at most 2 items'],
    [{ pair: ['a', {}] }, undefined],
    [{ pair: ['a', 5] }, 'pair.1: object'],
    [{ pair: ['a'] }, 'pair: array with at least 2 items with at most 2 items'],
    [{ either: true }, undefined],
    [{ either: 'auto' }, undefined],
    [{ either: 'x' }, 'either: boolean | "auto" | object'],
    [{ either: { id: 'a', in: { count: 1.5 } } }, 'either.in.count: integer at least 1 at most 3'],
    [{ count: 4 }, 'count: integer at least 1 at most 3'],
    [{ size: 0 }, 'size: number above 0'],
    [{ size: Number.POSITIVE_INFINITY }, 'size: number above 0'],
    [{ color: '#00ff00' }, undefined],
    [{ color: 'red' }, 'color: string like ^#[0-9a-f]{6}$'],
    [{ other: null }, undefined],
    [{ other: 5 }, 'other: null'],
    [JSON.parse('{"__proto__": 5}'), '__proto__: null'],
    [{ constructor: null }, undefined],
  ])('%j', (document, wanted) => {
    expect(told(document)).toBe(wanted)
  })
})
