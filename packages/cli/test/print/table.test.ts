import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { table } from '../../src/print/table.js'

test('columns are as wide as their widest cell; colours do not count', () => {
  expect(
    table([
      ['a', '\u001B[31mbcd\u001B[39m', 'e'],
      ['ab', 'c', 'd'],
    ]),
  ).toBe('a   \u001B[31mbcd\u001B[39m  e\nab  c    d\n')
})

test('property: every cell of a column begins at the same place, and no line ends with blanks', () => {
  const cell = fc.stringMatching(/^[a-z]{1,8}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
      const lines = stripVTControlCharacters(table(rows)).split('\n').slice(0, -1)
      expect(lines).toHaveLength(rows.length)
      const starts = lines.map((line) => [...line.matchAll(/[a-z]+/g)].map(({ index }) => index))
      for (const row of starts) expect(row).toEqual(starts[0])
      for (const line of lines) expect(line).toBe(line.trimEnd())
    }),
  )
})
