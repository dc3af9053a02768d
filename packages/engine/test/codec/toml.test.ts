import type { Edit } from '@gate/core'
import { parse } from 'smol-toml'
import { parseTOML } from 'toml-eslint-parser'
import { describe, expect, it } from 'vitest'
import { applySplices, invertSplices } from '../../src/codec/splice.js'
import { lines, ROOT_KEY, TABLE, WRITTEN } from './codex-tables.js'
import { codecFor } from './laws.js'
import { FILE, toml } from './plans.js'
import { errorOf, refusalOf } from './refused.js'

const codec = codecFor('toml')
const CONTEXT = { file: FILE }
const apply = (text: string | undefined, edits: readonly Edit[]) => codec.apply(text, edits, CONTEXT)

describe('where new text goes', () => {
  it('an absent document', () => {
    const written = `model_provider = "gate"\n\n${WRITTEN}`
    expect(apply(undefined, [ROOT_KEY, TABLE]).text).toBe(written)
    expect(apply('', [ROOT_KEY, TABLE]).text).toBe(written)
    expect(apply('\uFEFF\r\n', [ROOT_KEY, TABLE]).text).toBe(`\uFEFF${written.replaceAll('\n', '\r\n')}`)
  })

  it('a root key goes behind the last one of the root', () => {
    const text = lines('model = "x"  # mine', 'list = [', '  1,', ']', '', '# tables', '[tui]')
    expect(apply(text, [ROOT_KEY]).text).toBe(
      lines('model = "x"  # mine', 'list = [', '  1,', ']', 'model_provider = "gate"', '', '# tables', '[tui]'),
    )
  })

  it('without one, in front of the first table and the comment that belongs to it', () => {
    const text = lines('# file', '', '# table', '  # more', '[tui]')
    expect(apply(text, [ROOT_KEY]).text).toBe(
      lines('# file', '', 'model_provider = "gate"', '', '# table', '  # more', '[tui]'),
    )
    expect(apply('# table\n[tui]\n', [ROOT_KEY]).text).toBe('model_provider = "gate"\n\n# table\n[tui]\n')
    expect(apply('# only\n', [ROOT_KEY]).text).toBe('# only\nmodel_provider = "gate"\n')
  })

  it('an existing key is replaced in place, in any spelling', () => {
    expect(apply(' "model_provider"  =  \'x\'  # mine\n', [ROOT_KEY]).text).toBe(
      ' "model_provider"  =  "gate"  # mine\n',
    )
    expect(apply('model_provider = """\nx\n"""\n', [ROOT_KEY]).text).toBe('model_provider = "gate"\n')
  })

  it('a table goes to the end, behind a blank line', () => {
    expect(apply('[a]\nb = 1\n', [TABLE]).text).toBe(`[a]\nb = 1\n\n${WRITTEN}`)
    expect(apply('[a]\nb = 1\n\n', [TABLE]).text).toBe(`[a]\nb = 1\n\n${WRITTEN}`)
    expect(apply('[a]\nb = 1 # no end', [TABLE]).text).toBe(`[a]\nb = 1 # no end\n\n${WRITTEN.trimEnd()}`)
    expect(apply('\uFEFF[a]\r\n', [TABLE]).text).toBe(`\uFEFF[a]\r\n\r\n${WRITTEN.replaceAll('\n', '\r\n')}`)
  })

  it('a key goes into the table that is there', () => {
    const edit = toml(['features', 'x'], true)
    expect(apply('[features] # on\n\n[z]\n', [edit]).text).toBe('[features] # on\nx = true\n\n[z]\n')
    expect(apply('[features]\n  a = 1 # one\n# off\n[z]\n', [edit]).text).toBe(
      '[features]\n  a = 1 # one\n  x = true\n# off\n[z]\n',
    )
    expect(apply('features = {}\n', [edit]).text).toBe('features = { x = true }\n')
    expect(apply('features = { a = 1 } # c\n', [edit]).text).toBe('features = { a = 1, x = true } # c\n')
    expect(apply('features.a = 1\nz = 2\n', [edit]).text).toBe('features.a = 1\nfeatures.x = true\nz = 2\n')
    expect(apply('[features.sub]\n', [edit]).text).toBe('[features.sub]\n\n[features]\nx = true\n')
    expect(apply('[[features.sub]]\n', [edit]).text).toBe('[[features.sub]]\n\n[features]\nx = true\n')
    expect(apply('z = 1\n', [edit]).text).toBe('z = 1\n\n[features]\nx = true\n')
  })

  it('of an inline table on the way the braces are extended, dotted keys in it included', () => {
    expect(apply('a = { b.c = 1 }\n', [toml(['a', 'b', 'd'], 2)]).text).toBe('a = { b.c = 1, b.d = 2 }\n')
    expect(apply('a = { b = {} }\n', [toml(['a', 'b', 'd', 'e'], [])]).text).toBe('a = { b = { d.e = [] } }\n')
    expect(apply('model_providers = { x = {} }\n', [TABLE]).text).toBe(
      'model_providers = { x = {}, gate = { name = "gate", base_url = "https://gw/v1", auth = { command = "/g", args = ["--client", "codex"] } } }\n',
    )
  })

  it('super-tables, headers without keys and dotted siblings hinder no table', () => {
    for (const text of [
      '[model_providers]\n',
      '[model_providers.x]\n[model_providers]\n',
      'model_providers.x.a = 1\n',
    ]) {
      expect(apply(text, [TABLE]).text).toBe(`${text}\n${WRITTEN}`)
    }
  })

  it('keys and strings are quoted where TOML 1.0 wants it', () => {
    const { text } = apply(undefined, [toml(['a b', 'ключ', ''], { 'x.y': 'q"\\\n\u0000\u007F', 'plain-1_': 'é' })])
    expect(text).toBe('["a b"."ключ".""]\n"x.y" = "q\\"\\\\\\n\\u0000\\u007F"\nplain-1_ = "é"\n')
    expect(parseTOML(text, { tomlVersion: '1.0' }).type).toBe('Program')
  })
})

describe('refusals', () => {
  it.each([
    ['a = \n', 'file-unparsable 1:5'],
    ['a = 1\nb\n', 'file-unparsable 2:2'],
    ['a = 1\na = 2\n', 'file-duplicate-key 2:1'],
    ['[t]\n[t]\n', 'file-duplicate-key 2:2'],
    ['a = {}\n[a.b]\n', 'file-duplicate-key 2:2'],
    ['\uFEFFa = "\n', 'file-unparsable 1:6'],
    ['a = 1\rb = 2\n', 'file-unparsable 1:6'],
  ])('what is no TOML: %j', (text, expected) => {
    expect(refusalOf(() => apply(text, [ROOT_KEY]))).toBe(expected)
    expect(errorOf(() => apply(text, [ROOT_KEY])).file).toBe(FILE)
  })

  it.each([
    ['x = 1\nmodel_providers = "x"\n', 'file-wrong-shape 2:1'],
    ['[[model_providers]]\n', 'file-wrong-shape 1:1'],
    ['model_providers = [{}]\n', 'file-wrong-shape 1:1'],
    ['[z]\n\nmodel_providers = 1979-05-27\n[model_providers]\n', ''],
    ['model_providers = 1979-05-27\n', 'file-wrong-shape 1:1'],
  ])('what is no table cannot hold our table: %j', (text, expected) => {
    if (expected === '') expect(apply(text, [TABLE]).owned).toHaveLength(1)
    else expect(refusalOf(() => apply(text, [TABLE]))).toBe(expected)
  })

  it('deep nesting is refused before any parser runs out of stack', { timeout: 30_000 }, () => {
    for (const text of [
      `a = ${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      `a = ${'{a = '.repeat(5000)}1${'}'.repeat(5000)}`,
      `x = 1\n${'a.'.repeat(6000)}a = 1`,
      `x = 1\n[${'a.'.repeat(6000)}a]`,
    ]) {
      expect(refusalOf(() => apply(text, [ROOT_KEY]))).toMatch(/^file-unparsable [12]:/)
    }
  })

  it('messages do not quote the file', () => {
    const error = errorOf(() => apply('token = "s3cr3t" x\n', [ROOT_KEY]))
    expect(error.message).not.toContain('s3cr3t')
  })

  it('a foreign table is not taken over unless forced, and then put back with its comments', () => {
    const text = lines(
      '[model_providers.gate]',
      'name = "Old"   # by hand',
      '# headers',
      '[model_providers.gate.http_headers]',
      'X = "y"',
      '',
      '[z]',
    )
    const edit = { ...TABLE, onForeign: 'refuse' as const }
    expect(refusalOf(() => apply(`a = 1\n${text}`, [edit]))).toBe('file-foreign-value 2:1')
    const forced = codec.apply(text, [edit], { ...CONTEXT, force: true })
    expect(forced.text).toBe(`${WRITTEN.trimEnd()}\n# headers\n\n[z]\n`)
    expect(applySplices(forced.text, invertSplices(forced.splices))).toBe(text)
    const undone = codec.undo(`top = 1\n${forced.text}`, forced.owned, CONTEXT)
    expect(undone.outcomes).toEqual(['restored'])
    expect(parse(undone.text ?? '')).toEqual({ top: 1, ...parse(text) })
    expect(undone.text).toContain('name = "Old"   # by hand')
  })

  it.each([
    [toml(['a'], null)],
    [toml(['a'], [{ b: null }])],
    [toml(['a'], Number.NaN)],
    [toml(['a'], 2 ** 60)],
    [toml(['a'], '\uD800')],
    [toml(['a'], { '\uDC00': 1 })],
    [toml(['\uD800'], 1)],
  ])('what TOML cannot hold: %j', (edit) => {
    expect(errorOf(() => apply('', [edit])).code).toBe('edit-invalid')
  })
})

it('inspect and read tell values, lines and types', () => {
  const text = lines(
    'model_provider = "mine"',
    '',
    '[model_providers.gate]',
    'name = "gate"',
    'big = 9223372036854775807',
  )
  expect(codec.inspect(text, [ROOT_KEY, TABLE, toml(['x', 'y z'], 1)], CONTEXT)).toEqual([
    { kind: 'toml', file: FILE, path: 'model_provider', reason: 'changed', line: 1 },
    { kind: 'toml', file: FILE, path: 'model_providers.gate', reason: 'changed', line: 3 },
    { kind: 'toml', file: FILE, path: 'x."y z"', reason: 'missing' },
  ])
  const { value, lineOf } = codec.read(text, CONTEXT)
  expect(value).toEqual({
    model_provider: 'mine',
    model_providers: { gate: { name: 'gate', big: 9223372036854775807n } },
  })
  expect(lineOf(['model_providers', 'gate', 'big'])).toBe(5)
  expect(lineOf(['model_providers', 'none'])).toBe(undefined)
})
