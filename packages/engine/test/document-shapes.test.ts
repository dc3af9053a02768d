import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLedger, isPlan } from '../src/document-shapes.js'
import { planSchema } from '../src/plan/edit-schema.js'
import { ledgerSchema } from '../src/receipts/receipt-schema.js'
import { mutated } from './support/mutations.js'

const edits = [
  {
    kind: 'json',
    dialect: 'jsonc',
    file: '/home/u/.config/a.json',
    path: ['list', { where: 'id', equals: 'x' }, 'name'],
    value: { a: [1, true, null, 'text', { b: {} }] },
    onForeign: 'refuse',
    own: { proofs: ['helper', { begins: 'x' }, { like: { a: 1 } }], beside: { with: ['model'] } },
    names: { array: ['list'], key: 'id' },
  },
  { kind: 'toml', file: '/c.toml', path: ['a'], value: 1, own: { proofs: [], beside: 'alone' } },
  { kind: 'toml', file: '/d.toml', path: ['a', 'b'], value: [], own: { beside: { begins: ['gate/'] } } },
  { kind: 'dotenv', file: '/e.env', name: 'A', value: 'b', onForeign: 'replace' },
  { kind: 'file', file: '/f', content: 'text', mode: 0o755 },
]
const plan = {
  clientId: 'demo',
  edits,
  expectations: [
    { file: '/a', kind: 'json', path: ['a', 'b'], types: ['string', 'null'], values: ['x'], requires: ['y'] },
    { file: '/b', kind: 'toml', path: [], types: ['number'], range: { integer: true, least: 0, above: 1, most: 9 } },
  ],
}
const sha = 'a'.repeat(64)
const file = {
  path: '/a',
  target: '/b',
  kind: 'json',
  created: true,
  createdDirectories: ['/c'],
  base: null,
  written: sha,
  inverse: [{ offset: 0, remove: '', insert: 'x' }],
  owned: [
    { edit: edits[0], before: { present: false, createdParents: 1, replacedNull: true, blankLine: 'before' } },
    { edit: edits[1], before: { present: true, raw: 'x', form: 'tables', named: true } },
  ],
  mode: 0o600,
  anchor: { path: '/', id: '1' },
}
const ledger = {
  version: 1,
  receipts: {
    demo: {
      clientId: 'demo',
      profile: 'default',
      appliedAt: 1,
      files: [file, { ...file, base: sha }],
      origin: { home: '/h', realHome: '/h', state: '/s' },
      rehomed: true,
    },
  },
}

describe.each([
  { name: 'plan', document: plan, shape: isPlan, schema: planSchema },
  { name: 'ledger', document: ledger, shape: isLedger, schema: ledgerSchema },
])('the quick check of a $name', ({ document, shape, schema }) => {
  test('passes what is right', () => {
    expect(schema.safeParse(document).success).toBe(true)
    expect(shape(document)).toBe(true)
  })

  test('passes nothing that the schema refuses, and little less', () => {
    let [passed, refused, missed] = [0, 0, 0]
    fc.assert(
      fc.property(mutated(document), (value) => {
        const isRight = schema.safeParse(value).success
        if (shape(value)) {
          passed++
          expect(isRight).toBe(true)
        } else if (isRight) missed++
        else refused++
      }),
      { numRuns: 3_000 },
    )
    expect(refused).toBeGreaterThan(500)
    expect(passed).toBeGreaterThan(missed)
  })
})
