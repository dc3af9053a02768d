import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJsonDocument, valueOfNode } from '../../src/codec/json/json-document.js'
import { plainJsonValue } from '../../src/codec/json/plain-json.js'
import { plainTomlValue } from '../../src/codec/toml/plain-toml.js'
import { parseTomlDocument } from '../../src/codec/toml/toml-document.js'

const file = '/settings'

/** What the parser with positions makes of a text; a text that it refuses is none that is plain. */
function fullJson(text: string): unknown {
  const { root } = parseJsonDocument(text, 'strict', { file })
  return root && valueOfNode(root)
}

describe('a plain text means the same to the quick way and to the parsers', () => {
  const key = fc.oneof(fc.constantFrom('a', 'b', '__proto__', '1', 'constructor'), fc.string())
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), tie('list'), tie('table')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    table: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  }))

  test('JSON', () => {
    let plain = 0
    fc.assert(
      fc.property(
        tree.table,
        fc.constantFrom('  ', '    ', '\t', ''),
        fc.nat(),
        fc.string(),
        (value, indent, at, noise) => {
          const text = JSON.stringify(value, null, indent)
          const changed = text.slice(0, at % text.length) + noise + text.slice(at % text.length)
          for (const one of [text, `${text}\n`, changed]) {
            const found = plainJsonValue(one, 500)
            if (found === undefined) continue
            plain++
            expect(isDeepStrictEqual(found, fullJson(one))).toBe(true)
          }
        },
      ),
      { numRuns: 2_000 },
    )
    expect(plain).toBeGreaterThan(500)
  })

  test.each([
    '{\n  "a": 1,\n  "a": 1\n}',
    '{\n  "a": 1 // why\n}',
    '{\n  "a": 1.0\n}',
    '{\n  "a": 1,\n}',
    '[\n  1\n]',
    '{}',
    '\uFEFF{\n  "a": 1\n}',
    `{\n  "a": ${'{\n    "a": '.repeat(2)}1}}}`,
  ])('%j is left to the parser', (text) => {
    expect(plainJsonValue(text, 500)).toBeUndefined()
  })

  test('a text that is nested too deep is left to the parser', () => {
    let value: unknown = 1
    for (let depth = 0; depth < 6; depth++) value = { a: value }
    const text = JSON.stringify(value, null, 2)
    expect(plainJsonValue(text, 7)).toEqual(value)
    expect(plainJsonValue(text, 6)).toBeUndefined()
  })

  const lines = fc.array(
    fc.oneof(
      fc.constantFrom('[a]', '[a.b]', '[a."x y"]', '[b]', '[[a]]', '[a.b.c] # why', '# text', '', '  '),
      fc.constantFrom('x = "text"', 'y = 1', 'x = true', '"a b" = []', 'l = ["a", "b"]', 'b = 0', 'a = "v" # w'),
      fc.constantFrom('x = 01', 'x = 1.0', "x = 'l'", 'a.b = 1', 'x = {}', 'x = "\\n"', 'x = 1979-05-27', 'x ='),
      fc.string(),
    ),
    { maxLength: 8 },
  )

  test('TOML', () => {
    let plain = 0
    fc.assert(
      fc.property(lines, (all) => {
        const text = all.join('\n')
        const found = plainTomlValue(text)
        if (found === undefined) return
        plain++
        expect(isDeepStrictEqual(found, parseTomlDocument(text, { file }).value)).toBe(true)
      }),
      { numRuns: 5_000 },
    )
    expect(plain).toBeGreaterThan(200)
  })
})
