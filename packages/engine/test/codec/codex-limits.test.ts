import { describe, expect, it } from 'vitest'
import { tomlCodec } from '../../src/codec/toml/toml-codec.js'

const read = (text: string) => tomlCodec.read(text, { file: '/c.toml' })
const nested = (open: string, depth: number, close: string, inner = '') =>
  open.repeat(depth) + inner + close.repeat(depth)

/** Each seen with Codex 0.171.0: `codex features list` with the line as its config.toml. */
describe('TOML that Codex reads', () => {
  it.each([
    'x = 9223372036854775807',
    'x = -9223372036854775808',
    'x = inf',
    'x = nan',
    'x = 1990-12-31T23:59:60Z',
    'x = 23:59:60',
    `x = ${nested('[', 80, ']')}`,
    `x = ${nested('{a=', 80, '}', '1')}`,
    `x = ${nested('{a.b=', 41, '}', '1')}`,
    `${Array(80).fill('a').join('.')} = 1`,
    `[${Array(80).fill('a').join('.')}]\nb = 1`,
    `[${Array(60).fill('a').join('.')}]\nb = ${nested('[', 60, ']')}`,
  ])('%s', (text) => {
    expect(() => read(text)).not.toThrow()
  })
})

describe('TOML that Codex refuses', () => {
  it.each([
    'x = 9223372036854775808',
    'x = 0xFFFFFFFFFFFFFFFF',
    'x = 1e400',
    'x = 23:59:61',
    `x = ${nested('[', 81, ']')}`,
    `x = ${nested('{a=', 81, '}', '1')}`,
    `x = ${nested('{a=', 80, '}', '[]')}`,
    `${Array(81).fill('a').join('.')} = 1`,
    `[${Array(81).fill('a').join('.')}]`,
  ])('%s', (text) => {
    expect(() => read(`# first\n${text}`)).toThrow(
      expect.objectContaining({ code: 'file-unparsable', line: 2 }) as Error,
    )
  })
})

it('a leap second in a string or a comment is none', () => {
  expect(read('x = "23:59:60" # 23:59:60\ny = 23:59:60').value.x).toBe('23:59:60')
})
