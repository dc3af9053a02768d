import type { Edit } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { codecFor } from './laws.js'
import { FILE, variable } from './plans.js'
import { errorOf, refusalOf } from './refused.js'

const codec = codecFor('dotenv')
const CONTEXT = { file: FILE }
const KEY = variable('KEY', 'gate')
const apply = (text: string | undefined, edits: readonly Edit[] = [KEY]) => codec.apply(text, edits, CONTEXT)

function roundTrip(text: string | undefined, edits: readonly Edit[] = [KEY], between = (applied: string) => applied) {
  const { text: applied, owned } = apply(text, edits)
  return codec.undo(between(applied), owned, CONTEXT)
}

it.each([
  [undefined, 'KEY=gate\n'],
  ['', 'KEY=gate\n'],
  ['\r\n', 'KEY=gate\r\n'],
  ['A=1\n', 'A=1\nKEY=gate\n'],
  ['A=1', 'A=1\nKEY=gate'],
  ['\uFEFFA=1\r\n', '\uFEFFA=1\r\nKEY=gate\r\n'],
  ['KEY=old # c\n', 'KEY=gate # c\n'],
  ['  export KEY = "old"\n', '  export KEY = gate\n'],
  ['KEY: old\n', 'KEY: gate\n'],
  ['KEY=\n', 'KEY=gate\n'],
  ['KEY: \r\n', 'KEY: gate\r\n'],
  ['KEY=# c\n', 'KEY=gate # c\n'],
  ['KEY="a\nKEY=b\n"\nB=1\n', 'KEY=gate\nB=1\n'],
  ['# KEY=old\n', '# KEY=old\nKEY=gate\n'],
  ['KEY=1\nKEY=2\n', 'KEY=1\nKEY=gate\n'],
  ['MY_KEY=1\nKEYS=2\n', 'MY_KEY=1\nKEYS=2\nKEY=gate\n'],
])('writes one variable: %j → %j', (before, after) => {
  expect(apply(before).text).toBe(after)
})

it.each([
  ['', 'KEY='],
  ['a/b:c@d%20+e,f=g-h.i_j', 'KEY=a/b:c@d%20+e,f=g-h.i_j'],
  ['two words', "KEY='two words'"],
  ['$HOME "x" #`y` \\n', 'KEY=\'$HOME "x" #`y` \\n\''],
  ["it's", 'KEY="it\'s"'],
  ['a\nb\r', 'KEY="a\\nb\\r"'],
])('spells %j so that every reader agrees', (value, line) => {
  expect(apply('', [variable('KEY', value)]).text).toBe(`${line}\n`)
})

it.each([
  [variable('1A', '')],
  [variable('A-B', '')],
  [variable('A B', '')],
  [variable('A', "it's $HOME")],
  [variable('A', '\0')],
  [variable('A', '\uD800')],
  [variable('A', "'\\")],
])('does not guess a spelling: %j', (edit) => {
  expect(errorOf(() => apply('', [edit])).code).toBe('edit-invalid')
})

it('a name without a value would take in our line, so it is refused', () => {
  expect(refusalOf(() => apply('A=1\nB:\n'))).toBe('file-unparsable 2:2')
})

describe('S52 undo', () => {
  it.each([undefined, ''])('leaves nothing of %j', (text) => {
    expect(roundTrip(text)).toEqual({ text: undefined, outcomes: ['removed'] })
  })

  it.each(['\uFEFF', '\n', '\uFEFF\r\n', '\n \n'])('leaves a blank file as it was: %j', (text) => {
    expect(roundTrip(text, [KEY, variable('A', '1')])).toEqual({ text, outcomes: ['removed', 'removed'] })
    expect(roundTrip(text, [KEY], () => '').text).toBe(undefined)
  })

  it.each(['A=1\n', 'A=1', '\uFEFFA=1\r\nB=2', '# c\n\nKEY=old # c\n', 'KEY=1\nKEY=2\n', 'KEY="a\nb"\n'])(
    'gives %j back',
    (text) => expect(roundTrip(text).text).toBe(text),
  )

  it.each([
    'KEY= 1\n',
    'KEY = "1"  \n',
    'KEY= 1 # c\n',
    'KEY=1# c\n',
    'KEY: 1\n',
    'KEY:  1  \n',
    'export KEY=\t1\r\n',
    'KEY=# c\n',
    'KEY= # c\n',
    'KEY=\t # c\n',
    'KEY: # c\n',
    'KEY=  \n',
  ])('gives the blanks around the value of %j back, also of and for an empty one', (text) => {
    for (const edit of [KEY, variable('KEY', '')]) {
      expect(roundTrip(text, [edit], (applied) => `${applied}# user\n`).text).toBe(`${text}# user\n`)
    }
  })

  it('keeps comments on our line and what the user changed or deleted', () => {
    expect(roundTrip('A=1\n', [KEY], (text) => text.replace('gate', 'gate # mine')).text).toBe('A=1\n# mine\n')
    expect(roundTrip('A=1\n', [KEY], (text) => text.replace('gate', 'mine'))).toEqual({
      text: 'A=1\nKEY=mine\n',
      outcomes: ['kept-user-change'],
    })
    expect(roundTrip('KEY=old\n', [KEY], () => 'B=2\n')).toEqual({ text: 'B=2\n', outcomes: ['already-gone'] })
  })
})

it('S52 reads what dotenv reads', () => {
  const text = 'A=\'x y\' # c\nexport B=1\nB=2 # two\nbad\nC="a\\nb"\n'
  const { value, lineOf } = codec.read(text, CONTEXT)
  expect(value).toEqual({ A: 'x y', B: '2', C: 'a\nb' })
  expect(lineOf(['B'])).toBe(3)
  expect(lineOf(['bad'])).toBe(undefined)
  expect(codec.inspect(text, [variable('B', '1'), variable('A', 'x y'), variable('Z', '')], CONTEXT)).toEqual([
    { kind: 'dotenv', file: FILE, path: 'B', reason: 'changed', line: 3 },
    undefined,
    { kind: 'dotenv', file: FILE, path: 'Z', reason: 'missing' },
  ])
})
