import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PieceTable } from '../../src/codec/piece-table.js'
import { applySplices, invertSplices } from '../../src/codec/splice.js'
import type { TextSplice } from '../../src/codec/types.js'
import { errorOf } from './refused.js'

/** Random splices that fit a text. */
function splicesOf(text: string): fc.Arbitrary<TextSplice[]> {
  const cut = fc.record({ at: fc.nat(text.length), length: fc.nat(4), insert: fc.string({ maxLength: 4 }) })
  return fc.array(cut, { maxLength: 4 }).map((cuts) => {
    let free = 0
    return cuts
      .toSorted((a, b) => a.at - b.at)
      .flatMap(({ at, length, insert }) => {
        if (at < free) return []
        free = Math.min(at + length, text.length) + 1
        return [{ offset: at, remove: text.slice(at, at + length), insert }]
      })
  })
}

const step = (text: string) => splicesOf(text).map((splices) => ({ text, splices }))

it('an inverse gives the text back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }).chain(step), ({ text, splices }) => {
      expect(applySplices(applySplices(text, splices), invertSplices(splices))).toBe(text)
    }),
  )
})

it('several rounds of splices add up to one on the original', { timeout: 30_000 }, () => {
  const rounds = fc
    .string({ maxLength: 12 })
    .chain((text) =>
      step(text).chain((one) =>
        step(applySplices(text, one.splices)).chain((two) =>
          step(applySplices(two.text, two.splices)).map((three) => ({ text, rounds: [one, two, three] })),
        ),
      ),
    )
  fc.assert(
    fc.property(rounds, ({ text, rounds }) => {
      const table = new PieceTable(text)
      for (const { splices } of rounds) table.apply(splices)
      expect(applySplices(text, table.splices())).toBe(table.text)
      expect(applySplices(table.text, invertSplices(table.splices()))).toBe(text)
    }),
    { numRuns: 500 },
  )
})

it('rounds that cancel out leave no splice', () => {
  const table = new PieceTable('abc')
  table.apply([{ offset: 1, remove: '', insert: 'x' }])
  table.apply([{ offset: 1, remove: 'x', insert: '' }])
  expect(table.splices()).toEqual([])
})

it.each([
  ['what is removed is not there', [{ offset: 0, remove: 'b', insert: '' }]],
  ['the offset is behind the end', [{ offset: 4, remove: '', insert: 'x' }]],
  ['the offset is negative', [{ offset: -1, remove: '', insert: 'x' }]],
  ['the offset is no integer', [{ offset: 0.5, remove: '', insert: 'x' }]],
  [
    'two overlap',
    [
      { offset: 0, remove: 'ab', insert: '' },
      { offset: 1, remove: 'b', insert: '' },
    ],
  ],
])('is refused when %s', (_, splices) => {
  expect(errorOf(() => applySplices('abc', splices)).code).toBe('edit-invalid')
})

it('an inverse is refused on a text that says something else where it reaches', () => {
  const inverse = invertSplices([{ offset: 2, remove: '', insert: 'secret' }])
  expect(errorOf(() => applySplices('{ changed }', inverse)).code).toBe('edit-invalid')
})
