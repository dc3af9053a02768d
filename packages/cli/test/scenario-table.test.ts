import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'

const page = await readFile(new URL('../../../docs/scenarios.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| (?<number>\d+) \| (?<scenario>[^|]+) \| (?<proof>[^|]+) \|$/gm)].map(
  ({ groups }) => ({
    number: Number(groups?.number),
    proof: groups?.proof ?? '',
  }),
)

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

test('docs/scenarios.md has a row for every scenario', () => {
  expect(rows.map(({ number }) => number)).toEqual([...range(1, 95), ...range(111, 130)])
})

describe.each(rows)('scenario $number', ({ number, proof }) => {
  test('names tests that carry its number, or says why it does not apply', async () => {
    const files = [...proof.matchAll(/\]\(\.\.\/(?<file>[^)]+)\)/g)].map((match) => match.groups?.file ?? '')
    if (files.length === 0) expect(proof).toMatch(/^not applicable: .{10,}/)
    for (const file of files) {
      const source = await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8')
      expect(source, file).toMatch(new RegExp(`\\bS${number}\\b`))
    }
  })
})
