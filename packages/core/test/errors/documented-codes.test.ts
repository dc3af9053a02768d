import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { ERROR_CODES } from '../../src/errors/codes.js'

test('docs/errors.md lists every code with its exit code, and no other', async () => {
  const page = await readFile(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(?<code>[a-z-]+)` \| (?<exit>\d+) \|/gm)].map(({ groups }) => [
    groups?.code,
    Number(groups?.exit),
  ])
  expect(Object.fromEntries(rows)).toEqual(ERROR_CODES)
})
