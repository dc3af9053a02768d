import { symlinkSync, writeFileSync } from 'node:fs'
import type { DocumentFormat } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { json, planOf } from '../support/plans.js'
import { createSandbox, removeSandboxesAfterEach } from '../support/sandbox.js'

removeSandboxesAfterEach()

async function read(content: string | Uint8Array, format: DocumentFormat = 'json') {
  const { host, path } = createSandbox()
  writeFileSync(path('s'), content)
  return host.engine.readDocument(path('s'), format)
}

/** In this encoding é is a byte that UTF-8 does not know. */
const latin1 = (text: string) => Buffer.from(text, 'latin1')
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

describe('a document is read as its client reads it', () => {
  it.each(['json', 'jsonc'] as const)('%s: a byte that is no UTF-8 spoils nothing but its own text', async (format) => {
    expect(await read(latin1('{"name":"é","key":1}'), format)).toMatchObject({
      state: 'parsed',
      value: { name: '\uFFFD', key: 1 },
    })
    expect(await read(Buffer.concat([Buffer.from('\uFEFF'), latin1('{"é":1}')]), format)).toMatchObject({
      state: 'parsed',
      value: { '\uFFFD': 1 },
    })
  })

  it.each(['json', 'jsonc'] as const)('%s: deep nesting hides nothing beside it', async (format) => {
    const found = await read(`{"deep":${nested(600)},"key":1}`, format)
    expect(found).toMatchObject({ state: 'parsed', value: { key: 1 } })
    expect(found.state === 'parsed' && found.lineOf(['key'])).toBeUndefined()
  })

  it('json: as deep as JSON.parse goes', async () => {
    expect(await read(`{"deep":${nested(100_000)},"key":1}`)).toMatchObject({ state: 'parsed' })
  })

  it('jsonc: what is too deep for every parser is not called a syntax error', async () => {
    expect(await read(`{"deep":${nested(100_000)},"key":1}`, 'jsonc')).toMatchObject({
      state: 'unreadable',
      error: { code: 'io-failed' },
    })
  })

  it.each([
    [`{"deep":${nested(600)},"key":1,}`, 'json'],
    [`{"deep":${nested(600)},"key":}`, 'jsonc'],
    [`[${nested(600)}]`, 'json'],
    ['{"nul":"\0"}', 'json'],
    ['{"a":1}\0', 'json'],
    ['\uFEFF\uFEFF{}', 'json'],
    [Buffer.from('\uFEFF{}', 'utf16le'), 'json'],
  ] as const)('%#: what the client cannot parse stays a syntax error', async (content, format) => {
    expect(await read(content, format)).toMatchObject({
      state: 'unreadable',
      error: { code: expect.stringMatching(/^file-/) },
    })
  })

  it('toml: Codex takes UTF-8 alone', async () => {
    expect(await read(latin1('name = "é"\n'), 'toml')).toMatchObject({
      state: 'unreadable',
      error: { code: 'file-unparsable' },
    })
  })
})

describe('links', () => {
  it('to nothing are an absent file, in a circle they cannot be read', async () => {
    const { host, path } = createSandbox()
    symlinkSync('nowhere', path('dangling'))
    symlinkSync('circle', path('circle'))
    expect(await host.engine.readDocument(path('dangling'), 'json')).toEqual({ state: 'absent' })
    expect(await host.engine.readDocument(path('circle'), 'json')).toMatchObject({ state: 'unreadable' })
  })
})

it('what is read leniently is still not written', async () => {
  const { host, path } = createSandbox()
  for (const content of [latin1('{"name":"é"}'), `{"deep":${nested(600)}}`]) {
    writeFileSync(path('s.json'), content)
    await expect(
      host.engine.apply(planOf('demo', json(path('s.json'), ['a'], 'b')), { profile: 'p' }),
    ).rejects.toMatchObject({ code: 'file-unparsable' })
  }
})
