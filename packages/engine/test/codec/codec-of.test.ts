import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codecOf } from '../../src/codec/codec-of.js'

const SOURCE = new URL('../../src/codec/', import.meta.url)

it.each(['json', 'toml', 'dotenv'] as const)('%s has a codec', async (kind) => {
  expect(Object.keys(await codecOf(kind)).sort()).toEqual(['apply', 'inspect', 'read', 'undo'])
})

describe('a parser is loaded by its own format alone, so that start-up stays fast', () => {
  const sources = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const importers = (wanted: RegExp) =>
    sources.filter((name) => wanted.test(readFileSync(new URL(name, SOURCE), 'utf8')))

  it.each([
    [/from 'jsonc-parser'/, /^json\//],
    [/from '(smol-toml|toml-eslint-parser)'/, /^toml\//],
    [/from '\.\/(json|toml|dotenv)\//, /^$/],
  ])('%s', (wanted, where) => {
    for (const name of importers(wanted)) expect(name.replaceAll('\\', '/')).toMatch(where)
  })
})
