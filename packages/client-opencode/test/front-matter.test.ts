import { expect, it } from 'vitest'
import { frontMatter } from '../src/front-matter.js'

const keys = ['model', 'name', 'disable']
const read = (block: string, end = '\n---\nText\n') => frontMatter(`---\n${block}${end}`, keys)

it.each([
  'model: other/m:1@x',
  'model:   "other/m:1@x"  # mine',
  "description: a: b\nmodel: 'other/m:1@x'\ntools:\n- a\n  model: x\n# model: y\n",
  'model: other/m:1@x\r',
])('%j', (block) => expect(read(block)).toEqual({ model: 'other/m:1@x' }))

it('takes all that is asked for, with a mark at the start, and without an end', () => {
  expect(read('model: a/b\nname: build\ndisable: true')).toEqual({ model: 'a/b', name: 'build', disable: 'true' })
  expect(frontMatter('\uFEFF---\r\nmodel: a/b\r\n---\r\n', keys)).toEqual({ model: 'a/b' })
  expect(read('model: a/b', '')).toEqual({ model: 'a/b' })
})

it.each([
  'model: >-\n  a/b',
  'model:\n  a/b',
  'model: *x',
  'model: [',
  'model: a b',
  '"model": a/b',
  '{ "model": "a/b" }',
  '? model\n: a/b',
  'model: a/b\nmodel: a/c',
])('%j is not understood', (block) => expect(read(block)).toBeUndefined())

it('another language is not understood', () => {
  expect(frontMatter('---json\n{"model":"a/b"}\n---\n', keys)).toBeUndefined()
})

it.each(['model: a/b\n', '\n---\nmodel: a/b\n---\n', '', '---\n{ "x": 1 }\n---\nmodel: a/b\n'])(
  '%j holds none',
  (text) => expect(frontMatter(text, keys)).toEqual({}),
)
