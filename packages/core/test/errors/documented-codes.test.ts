import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
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

test('every code is thrown or returned somewhere', async () => {
  const packages = join(import.meta.dirname, '../../..')
  const sources: string[] = []
  for (const name of await readdir(packages)) {
    const files = await readdir(join(packages, name, 'src'), { recursive: true })
    for (const file of files.filter((path) => path.endsWith('.ts') && !path.endsWith(join('errors', 'codes.ts')))) {
      sources.push(await readFile(join(packages, name, 'src', file), 'utf8'))
    }
  }
  const nowhere = Object.keys(ERROR_CODES).filter((code) => !sources.some((text) => text.includes(`'${code}'`)))
  expect(nowhere).toEqual([])
})
