import type { FileExpectation } from '@gate/core'
import { expect, it } from 'vitest'
import { codecFor } from './laws.js'
import { FILE, json, toml } from './plans.js'
import { errorOf, refusalOf } from './refused.js'

function expectations(kind: 'json' | 'toml', types: Record<string, FileExpectation['types']>): FileExpectation[] {
  return Object.entries(types).map(([path, types]) => ({ file: FILE, kind, path: path.split('.'), types }))
}

const SETTINGS = expectations('json', {
  permissions: ['object'],
  model: ['string'],
  env: ['object', 'null'],
  cleanupPeriodDays: ['number'],
  'hooks.PreToolUse': ['array'],
})

it.each([
  ['{\n  "permissions": "x"\n}', 'file-wrong-shape 2:3'],
  ['{"model": 5}', 'file-wrong-shape 1:2'],
  ['{"env": []}', 'file-wrong-shape 1:2'],
  ['{"a": 1,\n"cleanupPeriodDays": "many"}', 'file-wrong-shape 2:1'],
  ['{"hooks": {"PreToolUse": "x"}}', 'file-wrong-shape 1:12'],
  ['{"permissions": null}', 'file-wrong-shape 1:2'],
])('a wrong type makes Claude Code drop the whole file, so it is refused: %j', (text, expected) => {
  const context = { file: FILE, expectations: SETTINGS }
  expect(refusalOf(() => codecFor('json').apply(text, [json(['apiKeyHelper'], 'x')], context))).toBe(expected)
  expect(refusalOf(() => codecFor('json').inspect(text, [json(['apiKeyHelper'], 'x')], context))).toBe(expected)
})

it.each(['{}', '{"env":null,"hooks":{"PreToolUse":[]},"model":"m"}', '{"hooks":"x","unknown":[]}', ''])(
  'what is absent or right passes: %j',
  (text) => {
    const context = { file: FILE, expectations: SETTINGS }
    expect(codecFor('json').apply(text, [json(['apiKeyHelper'], 'x')], context).splices).toHaveLength(1)
  },
)

it('the sentence names the key and both types, not the value', () => {
  const context = { file: FILE, expectations: expectations('json', { env: ['object', 'null'] }) }
  const { message } = errorOf(() => codecFor('json').apply('{"env":"s3cr3t"}', [json(['a'], 1)], context))
  expect(message).toContain('`env` must be object or null, but is string')
  expect(message).not.toContain('s3cr3t')
})

it('TOML types count, and a date is none of JSON', () => {
  const context = { file: FILE, expectations: expectations('toml', { profile: ['string'], 'a.b': ['number'], t: [] }) }
  const apply = (text: string) => codecFor('toml').apply(text, [toml(['x'], 1)], context)
  expect(refusalOf(() => apply('y = 1\nprofile = 1979-05-27\n'))).toBe('file-wrong-shape 2:1')
  expect(refusalOf(() => apply('[a]\n  b = "x"\n'))).toBe('file-wrong-shape 2:3')
  expect(refusalOf(() => apply('[t]\n'))).toBe('file-wrong-shape 1:1')
  expect(apply('profile = "p"\n[a]\nb = 9223372036854775807\n').text).toContain('x = 1')
})
