import type { Edit } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { codecFor } from './laws.js'
import { FILE, json } from './plans.js'
import { refusalOf } from './refused.js'
import { roundTripOf } from './round-trip.js'

const codec = codecFor('json')
const CONTEXT = { file: FILE }
const apply = (text: string | undefined, edits: readonly Edit[]) => codec.apply(text, edits, CONTEXT)
const jsonc = (path: Parameters<typeof json>[0], value: Parameters<typeof json>[1]) => json(path, value, 'jsonc')

const roundTrip = roundTripOf(codec)

describe('undo', () => {
  const edits = [json(['apiKeyHelper'], 'gate'), json(['env', 'URL'], 'https://gate')]

  it('leaves nothing of a document that was absent', () => {
    expect(roundTrip(undefined, edits)).toEqual({ text: undefined, outcomes: ['removed', 'removed'] })
    expect(roundTrip(undefined, edits, () => '{}').outcomes).toEqual(['already-gone', 'already-gone'])
    expect(roundTrip(undefined, edits, () => '{}').text).toBe(undefined)
    expect(roundTrip(undefined, edits, () => '').text).toBe(undefined)
  })

  it.each(['{\n}\n', '{\r\n\r\n}', '{\n  "env": {\n  }\n}\n', '{\n\t// mine\n}\n', '{}\n'])(
    'leaves the lines of an object that was empty: %j',
    (text) => {
      const jsoncEdits = edits.map((edit) => ({ ...edit, dialect: 'jsonc' as const }))
      expect(roundTrip(text, jsoncEdits, (applied) => `${applied}\n`).text).toBe(`${text}\n`)
    },
  )

  it.each(['\uFEFF', '\n', '\uFEFF\r\n', ' \n\t\n', '\uFEFF  ', '\n\n'])(
    'leaves a blank document as it was: %j',
    (text) => {
      expect(roundTrip(text, edits)).toEqual({ text, outcomes: ['removed', 'removed'] })
      const rewritten = roundTrip(text, edits, (applied) => JSON.stringify(codec.read(applied, CONTEXT).value))
      expect(rewritten.text).toBe(/\n/.test(text) ? '\n' : undefined)
      const commented = roundTrip(text, [jsonc(['a'], 1)], (applied) => `${applied}// mine`)
      expect(commented.text).toMatch(/\{\}[ \t\r\n]*\/\/ mine$/)
      expect(roundTrip(text, edits, () => '').text).toBe(undefined)
      expect(roundTrip(text, edits, () => ' \n').text).toBe(' \n')
    },
  )

  it('leaves what the user put into it, or an empty object that was there', () => {
    expect(roundTrip('{}', edits).text).toBe('{}')
    const withTheme = (text: string) => text.replace('{', '{\n  "theme": "dark",')
    expect(roundTrip(undefined, edits, withTheme).text).toBe('{\n  "theme": "dark"\n}\n')
  })

  it('keeps what the user changed, deleted or added again', () => {
    const changed = roundTrip('{}', edits, (text) => text.replace('https://gate', 'https://mine'))
    expect(changed).toEqual({
      text: '{\n  "env": {\n    "URL": "https://mine"\n  }\n}',
      outcomes: ['removed', 'kept-user-change'],
    })
    expect(roundTrip('{"env":{"URL":"old"}}', edits, () => '{"env":{}}')).toEqual({
      text: '{"env":{}}',
      outcomes: ['already-gone', 'already-gone'],
    })
    expect(roundTrip('{}', edits, () => '{"env":"none"}').outcomes).toEqual(['already-gone', 'already-gone'])
  })

  it('takes with force what the user changed', () => {
    const { owned } = apply('{"env":{"URL":"old"}}', edits)
    const undone = codec.undo('{"env":{"URL":"mine"},"apiKeyHelper":7}', owned, { ...CONTEXT, force: true })
    expect(undone).toEqual({ text: '{"env":{"URL":"old"}}', outcomes: ['removed', 'restored'] })
  })

  it('works on the file as the client has rewritten it', () => {
    const { owned } = apply('{\n\t"apiKeyHelper": "mine",\n\t"model": "x"\n}', edits)
    const rewritten = '{\n  "env": {\n    "URL": "https://gate"\n  },\n  "model": "y",\n  "apiKeyHelper": "gate"\n}\n'
    expect(codec.undo(rewritten, owned, CONTEXT)).toEqual({
      text: '{\n  "model": "y",\n  "apiKeyHelper": "mine"\n}\n',
      outcomes: ['restored', 'removed'],
    })
  })

  it('refuses a file that cannot be read any more', () => {
    const { owned } = apply('{}', edits)
    expect(refusalOf(() => codec.undo('{"env":', owned, CONTEXT))).toBe('file-unparsable 1:8')
    expect(refusalOf(() => codec.undo('{"env":{},"env":{}}', owned, CONTEXT))).toBe('file-duplicate-key 1:11')
  })

  it('a remembered value follows the line ends that the file has now', () => {
    const { owned } = apply('{\r\n  "a": [\r\n    1\r\n  ]\r\n}', [json(['a'], 2)])
    expect(codec.undo('{\n  "a": 2\n}', owned, CONTEXT).text).toBe('{\n  "a": [\n    1\n  ]\n}')
    const mixed = '{\r\n  "a": [\n    1\r\n  ]\r\n}'
    expect(roundTrip(mixed, [json(['a'], 2)]).text).toBe(mixed)
  })
})
