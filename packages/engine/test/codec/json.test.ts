import type { Edit } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { codecFor } from './laws.js'
import { FILE, json } from './plans.js'
import { errorOf, refusalOf } from './refused.js'
import { roundTripOf } from './round-trip.js'

const codec = codecFor('json')
const CONTEXT = { file: FILE }
const apply = (text: string | undefined, edits: readonly Edit[]) => codec.apply(text, edits, CONTEXT)
const jsonc = (path: Parameters<typeof json>[0], value: Parameters<typeof json>[1]) => json(path, value, 'jsonc')
const lines = (...all: string[]) => all.join('\n')

const roundTrip = roundTripOf(codec)

describe('what is added looks like what is there', () => {
  it('a document that is absent is written with two blanks and a final newline', () => {
    const written = lines('{', '  "env": {', '    "A": "1"', '  }', '}', '')
    expect(apply(undefined, [json(['env', 'A'], '1')]).text).toBe(written)
    expect(apply('', [json(['env', 'A'], '1')]).text).toBe(written)
    expect(apply('\uFEFF', [json(['env', 'A'], '1')]).text).toBe(`\uFEFF${written}`)
    expect(apply(' \r\n', [json(['env', 'A'], '1')]).text).toBe(`${written.trimEnd().replaceAll('\n', '\r\n')} \r\n`)
  })

  it('tabs, CRLF and a missing final newline are followed', () => {
    const text = '{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t}\r\n}'
    expect(apply(text, [json(['c'], { d: [1] })]).text).toBe(
      '{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t},\r\n\t"c": {\r\n\t\t"d": [\r\n\t\t\t1\r\n\t\t]\r\n\t}\r\n}',
    )
  })

  it('trap: one line stays one line', () => {
    expect(apply('{"a":1}', [json(['b'], { c: [1, 2] })]).text).toBe('{"a":1,"b":{"c":[1,2]}}')
    expect(apply('{ "a": 1 }\n', [json(['b'], { c: [1, 2] })]).text).toBe('{ "a": 1, "b": { "c": [1, 2] } }\n')
  })

  it('a trailing comma gets one behind ours, too', () => {
    expect(apply('{\n  "a": 1, // one\n}\n', [jsonc(['b'], 2)]).text).toBe('{\n  "a": 1, // one\n  "b": 2,\n}\n')
  })

  it('the comma goes behind the value, our line behind the comments', () => {
    const text = lines('{', '  "a": 1 // about a', '  // "b": disabled', '}')
    expect(apply(text, [jsonc(['c'], 2)]).text).toBe(
      lines('{', '  "a": 1, // about a', '  // "b": disabled', '  "c": 2', '}'),
    )
  })

  it('a replaced value keeps the comments around it', () => {
    expect(apply('{ "a": /* x */ 1 /* y */ }', [jsonc(['a'], 'z')]).text).toBe('{ "a": /* x */ "z" /* y */ }')
  })
})

describe('traps of jsonc-parser', () => {
  it('removing the only property of an object with a trailing comma leaves valid JSON', () => {
    const undone = roundTrip('{\n  "env": {},\n}\n', [jsonc(['env', 'A'], 1)], (text) => text.replace('1', '1,'))
    expect(undone.text).toBe('{\n  "env": {},\n}\n')
  })

  it.each([
    '{ "a": 1, "b": [],}',
    '{ "a": 1, "b": [], }',
    '{"a":1,"b":[],}',
    '{"a":1,"b":[], }',
    '{ "a": [],}',
    '{ "a": [1, 2,] }',
    '{ "a": 1, "b": 2 /* two */, /* end */ }',
    '{\n  "a": 1, "b": 2,\n}',
  ])('removing the last property leaves a trailing comma on one line as it was: %s', (text) => {
    expect(roundTrip(text, [jsonc(['k'], 1)], (applied) => `${applied}\n`).text).toBe(`${text}\n`)
    expect(roundTrip(text, [jsonc(['k'], 1), jsonc(['m'], 2)], (applied) => `${applied}\n`).text).toBe(`${text}\n`)
  })

  it('removing a property leaves the comments next to it', () => {
    const between = (text: string) => text.replace('"b": 2', '// mine, above\n  "b": 2 /* mine, beside */')
    expect(roundTrip('{\n  "a": 1\n}\n', [jsonc(['b'], 2)], between).text).toBe(
      '{\n  "a": 1\n  // mine, above\n  /* mine, beside */\n}\n',
    )
  })

  it('of duplicate keys on our path none is guessed', () => {
    expect(refusalOf(() => apply('{"env":{},\n "env":{"A":1}}', [json(['env', 'A'], 2)]))).toBe(
      'file-duplicate-key 2:2',
    )
    expect(refusalOf(() => apply('{"\\u0061":1,"a":2}', [json(['a'], 2)]))).toBe('file-duplicate-key 1:13')
    expect(apply('{"x":1,"x":2}', [json(['a'], 2)]).text).toBe('{"x":1,"x":2,"a":2}')
  })

  it('invalid text is refused, not edited into garbage', () => {
    for (const text of [
      '{',
      '{"a":1',
      '{"a" 1}',
      '{a:1}',
      "{'a':1}",
      '{"a":1}}',
      '{"a":1}\0',
      '{"a":01}',
      '{"a":"\t"}',
      'x',
    ])
      expect(errorOf(() => apply(text, [json(['a'], 2)]))).toMatchObject({ code: 'file-unparsable', file: FILE })
  })

  it('containers made for our value go with it, those of others stay', () => {
    expect(roundTrip('{"a":1}', [json(['x', 'y', 'z'], 1)]).text).toBe('{"a":1}')
    expect(roundTrip('{"x":{"y":{}}}', [json(['x', 'y', 'z'], 1)]).text).toBe('{"x":{"y":{}}}')
    expect(roundTrip('{"a":1}', [json(['x', 'y'], 1)], (text) => text.replace('"y":1', '"y":1,"mine":2')).text).toBe(
      '{"a":1,"x":{"mine":2}}',
    )
  })

  it('an empty array of the user where ours was an object stays, and an empty object where ours was an array', () => {
    const edit = json(['x', 'y', 'z'], 1)
    expect(roundTrip('{"a":1}', [edit], () => '{"a":1,"x":[]}').text).toBe('{"a":1,"x":[]}')
    expect(roundTrip('{"a":1}', [edit], () => '{"a":1,"x":{"y":[]}}').text).toBe('{"a":1,"x":{"y":[]}}')
    const item = json(['x', { where: 'id', equals: 'gate' }, 'z'], 1)
    expect(roundTrip('{"a":1}', [item], () => '{"a":1,"x":{}}').text).toBe('{"a":1,"x":{}}')
  })

  it('__proto__ is an ordinary key', () => {
    const { text } = apply('{"__proto__":{"a":1}}', [json(['__proto__', 'b'], 2)])
    expect(text).toBe('{"__proto__":{"a":1,"b":2}}')
    expect(Object.keys(codec.read(text, CONTEXT).value)).toEqual(['__proto__'])
  })
})

describe('refusals', () => {
  it.each([
    ['{\n  "a": 1, // no\n}', 'file-unparsable 2:11', 'a comment'],
    ['{\n  "a": 1,\n}', 'file-unparsable 3:1', 'a trailing comma'],
    ['/* x */ {}', 'file-unparsable 1:1', 'a comment'],
    ['\uFEFF{,}', 'file-unparsable 1:2', 'value expected'],
  ])('strict JSON has no comments and no trailing commas: %j', (text, expected, words) => {
    expect(refusalOf(() => apply(text, [json(['b'], 1)]))).toBe(expected)
    expect(errorOf(() => apply(text, [json(['b'], 1)])).message).toContain(words)
  })

  it.each([
    ['[]', 'file-wrong-shape 1:1'],
    ['\n "x"', 'file-wrong-shape 2:2'],
    ['null', 'file-wrong-shape 1:1'],
    ['{"env":\n"x"}', 'file-wrong-shape 2:1'],
    ['{"env":[]}', 'file-wrong-shape 1:8'],
    ['{"env":{"A":7}}', 'file-wrong-shape 1:13'],
  ])('what is no object cannot hold our key: %j', (text, expected) => {
    expect(refusalOf(() => apply(text, [json(['env', 'A', 'B'], 1)]))).toBe(expected)
  })

  it('positions are those of the file, although edits before have changed the text', () => {
    const edits = [json(['a', 'b'], 1), json(['env', 'A'], 1)]
    expect(refusalOf(() => apply('{"x":1,\n"env":"no"}', edits))).toBe('file-wrong-shape 2:7')
  })

  it('deep nesting is refused before any parser runs out of stack', () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect(refusalOf(() => apply(deep, [json(['b'], 1)]))).toMatch(/^file-unparsable 1:/)
    const fine = `{"a":${'['.repeat(400)}${']'.repeat(400)}}`
    expect(apply(fine, [json(['b'], 1)]).text).toBe(`${fine.slice(0, -1)},"b":1}`)
  })

  it('messages do not quote the file', () => {
    const error = errorOf(() => apply('{"token":"s3cr3t" "x"}', [json(['a'], 1)]))
    expect(JSON.stringify([error.message, error.fix])).not.toContain('s3cr3t')
  })

  it.each([
    [[json(['a'], 1), json(['a', 'b'], 2)]],
    [[json(['a'], 1), json(['a'], 1)]],
    [[json(['a', 'b'], 1), json(['a', { where: 'id', equals: 'x' }, 'c'], 1)]],
    [[json(['a'], Number.NaN)]],
    [[json(['a'], { b: [Number.POSITIVE_INFINITY] })]],
    [[json([{ where: 'id', equals: 'x' }], { id: 'x' })]],
    [[json(['a', { where: 'id', equals: 'x' }], { id: 'y' })]],
    [[json(['a', { where: 'id', equals: 'x' }], 'x')]],
    [[json(['a', { where: 'id', equals: 'x' }, 'id'], 'y')]],
    [[json(['a', { where: 'id', equals: 'x' }, { where: 'id', equals: 'y' }, 'b'], 1)]],
    [[{ kind: 'dotenv' as const, file: FILE, name: 'A', value: '' }]],
  ])('impossible edits are ours to answer for: %j', (edits) => {
    expect(errorOf(() => apply('{}', edits)).code).toBe('edit-invalid')
  })
})

describe('values of others', () => {
  it('are refused, taken over with force, and put back', () => {
    const edit = { ...json(['apiKeyHelper'], 'gate'), onForeign: 'refuse' as const }
    const text = '{\n  "apiKeyHelper": "mine"\n}\n'
    expect(refusalOf(() => apply(text, [edit]))).toBe('file-foreign-value 2:3')
    const forced = codec.apply(text, [edit], { ...CONTEXT, force: true })
    expect(forced.text).toBe('{\n  "apiKeyHelper": "gate"\n}\n')
    expect(codec.undo(forced.text, forced.owned, CONTEXT)).toEqual({ text, outcomes: ['restored'] })
  })

  it('that are what we would write are no conflict and stay', () => {
    const edit = { ...json(['a'], { x: 1, y: 2 }), onForeign: 'refuse' as const }
    const text = '{ "a": { "y": 2, "x": 1.0 } }'
    const applied = apply(text, [edit])
    expect(applied).toMatchObject({ text, splices: [] })
    expect(codec.undo(text, applied.owned, CONTEXT)).toEqual({ text, outcomes: ['restored'] })
  })

  it('null where an object is needed is replaced and put back', () => {
    const edits = [json(['env', 'A'], '1'), json(['env', 'B'], '2')]
    expect(apply('{ "env": null }', edits).text).toBe('{ "env": { "A": "1", "B": "2" } }')
    expect(roundTrip('{ "env": null }', edits).text).toBe('{ "env": null }')
    const mine = roundTrip('{ "env": null }', edits, (text) => text.replace('"A": "1"', '"A": "mine"'))
    expect(mine).toEqual({ text: '{ "env": { "A": "mine" } }', outcomes: ['kept-user-change', 'removed'] })
  })

  it('keep the spelling of their numbers and strings', () => {
    const text = '{"n":[1.50,1E+2,12345678901234567890],"s":"\\u0041\\/"}'
    expect(apply(text, [json(['a'], 1)]).text).toBe(`${text.slice(0, -1)},"a":1}`)
  })
})

describe('array items', () => {
  const item = { where: 'id', equals: 'gate' } as const
  const edits = [json(['appliedId'], 'gate'), json(['entries', item], { id: 'gate', name: 'Gate' })]

  it('are found by their key, replaced in place, or appended', () => {
    expect(apply('{"entries":[{"id":"a"},{"id":"gate","name":"Old"},7]}', edits).text).toBe(
      '{"entries":[{"id":"a"},{"id":"gate","name":"Gate"},7],"appliedId":"gate"}',
    )
    expect(apply('{\n  "entries": [\n    { "id": "a" }\n  ]\n}', [json(['entries', item, 'name'], 'G')]).text).toBe(
      lines(
        '{',
        '  "entries": [',
        '    { "id": "a" },',
        '    {',
        '      "id": "gate",',
        '      "name": "G"',
        '    }',
        '  ]',
        '}',
      ),
    )
  })

  it('go again, with the array made for them, and not with what others added', () => {
    expect(roundTrip('{"x":1}', edits).text).toBe('{"x":1}')
    expect(roundTrip('{"x":1,"entries":[]}', edits).text).toBe('{"x":1,"entries":[]}')
    const name = [json(['entries', item, 'name'], 'G')]
    expect(roundTrip('{"x":1}', name).text).toBe('{"x":1}')
    expect(roundTrip('{"x":1}', name, (text) => text.replace('"name":"G"', '"name":"G","mine":1')).text).toBe(
      '{"x":1,"entries":[{"id":"gate","mine":1}]}',
    )
  })

  it('are refused when ambiguous or when there is no array', () => {
    expect(refusalOf(() => apply('{"entries":[{"id":"gate"},\n{"id":"gate"}]}', edits))).toBe('file-duplicate-key 2:1')
    expect(refusalOf(() => apply('{"entries":{"id":"gate"}}', edits))).toBe('file-wrong-shape 1:12')
  })
})

describe('inspect and read', () => {
  it('compare values, whatever the layout, and name line and path', () => {
    const edits = [
      json(['env', 'A'], '1'),
      json(['list', { where: 'id', equals: 'x' }, 'v w'], 2),
      json(['gone', 'b'], 3),
    ]
    const text = '{\n "list": [{"v w": 3, "id": "x"}],\n "env": {"A":\n"1"}, "gone": 5\n}'
    expect(codec.inspect(text, edits, CONTEXT)).toEqual([
      undefined,
      { kind: 'json', file: FILE, path: 'list[id="x"]."v w"', reason: 'changed', line: 2 },
      { kind: 'json', file: FILE, path: 'gone.b', reason: 'missing' },
    ])
  })

  it('take the last of duplicate keys, as the client does', () => {
    const text = '{"a":1,\n"a":2}'
    expect(codec.inspect(text, [json(['a'], 2)], CONTEXT)).toEqual([undefined])
    expect(codec.inspect(text, [json(['a'], 1)], CONTEXT)[0]).toMatchObject({ reason: 'changed', line: 2 })
    expect(codec.read(text, CONTEXT).value).toEqual({ a: 2 })
    expect(codec.read(text, CONTEXT).lineOf(['a'])).toBe(2)
  })

  it('read tells lines inside lists, too', () => {
    const { lineOf } = codec.read('{"a": [\n1,\n{"b":\n2,\n"c": [\n3]}]}', CONTEXT)
    expect(lineOf(['a', '0'])).toBe(2)
    expect(lineOf(['a', '1', 'c'])).toBe(5)
    expect(lineOf(['a', '1', 'c', '0'])).toBe(6)
    expect(lineOf(['a', '7'])).toBe(undefined)
    expect(lineOf(['a', 'x', 'b'])).toBe(undefined)
  })

  it('read is lenient or strict about comments as asked', () => {
    const text = '{ "a": { "b": 1, }, } // c'
    expect(codec.read(text, { ...CONTEXT, dialect: 'jsonc' }).value).toEqual({ a: { b: 1 } })
    expect(refusalOf(() => codec.read(text, { ...CONTEXT, dialect: 'strict' }))).toBe('file-unparsable 1:18')
    expect(codec.read(' \n', CONTEXT).value).toEqual({})
    expect(codec.read(text, CONTEXT).lineOf(['a', 'x'])).toBe(undefined)
  })
})
