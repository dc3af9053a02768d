import { createTestHost, type TestFiles, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import pi from '../src/index.js'
import { whyDropped } from '../src/models-file.js'
import { installations } from './installations.js'

const MODELS = '~/.pi/agent/models.json'

async function codes(changes: Parameters<typeof testConnection>[1], files: TestFiles = {}) {
  await using host = await createTestHost({ files: { ...installations.linux.files, ...files } })
  const { clientNotes } = await pi.configure(host, testConnection('linux', changes))
  return clientNotes.map(({ code }) => code)
}

describe('notes', () => {
  it('say after setup what concerns sessions, and that models were assumed', async () => {
    expect(await codes({})).toEqual(['new-sessions', 'helper-unheard', 'models-assumed'])
    expect(await codes({ models: [{ id: 'm' }] })).toEqual(['new-sessions', 'helper-unheard'])
  })

  it('say nothing about a login where there is none', async () => {
    expect(await codes({ models: [{ id: 'm' }], auth: { kind: 'none' } })).toEqual(['new-sessions'])
  })

  it('say where the CA file has to be named', async () => {
    expect(await codes({ models: [{ id: 'm' }], caFile: '/ca.pem' })).toEqual([
      'new-sessions',
      'helper-unheard',
      'ca-file-environment',
    ])
  })
})

describe('what keeps pi from the gateway', () => {
  it.each([
    ['0.76.0', 'client-too-old'],
    ['0.77.0', undefined],
  ])('is version %s: %s', async (version, code) => {
    const manifest = { name: '@earendil-works/pi-coding-agent', version }
    const directory = '/usr/local/lib/node_modules/@earendil-works/pi-coding-agent'
    await using host = await createTestHost({
      files: { ...installations.linux.files, [`${directory}/package.json`]: JSON.stringify(manifest) },
    })
    const done = pi.configure(host, testConnection('linux'))
    if (code === undefined) expect((await done).result).toBe('configured')
    else await expect(done).rejects.toMatchObject({ code })
  })

  it('is a models.json that pi drops', async () => {
    const connection = testConnection('linux')
    await using host = await createTestHost({
      files: { ...installations.linux.files, '/gate/state/bin/gate-token-default': { content: '', mode: 0o755 } },
    })
    await pi.configure(host, connection)
    expect(await pi.status(host, connection)).toMatchObject({ state: 'connected' })
    const text = await host.read(MODELS)
    await host.write({ [MODELS]: text.replace('"gate"', '"mine": { "models": "x" }, "gate"') })
    expect(await pi.status(host, connection)).toMatchObject({
      state: 'drifted',
      reasons: [{ code: 'models-file-dropped', message: expect.stringContaining('providers.mine.models') }],
    })
  })

  it('is a helper that is gone', async () => {
    const connection = testConnection('linux')
    await using host = await createTestHost({ files: installations.linux.files })
    await pi.configure(host, connection)
    expect((await pi.status(host, connection)).state).toBe('drifted')
  })

  it.each([
    ['none', {}, 'connected'],
    ['the one of Linux', { 'C:/Windows/System32/bash.exe': '' }, 'drifted'],
    [
      'Git Bash beside it',
      { 'C:/Windows/System32/bash.exe': '', 'C:/Program Files/Git/bin/bash.exe': '' },
      'connected',
    ],
    ['another one', { 'C:/tools/bash.exe': '', 'C:/Windows/System32/bash.exe': '' }, 'connected'],
  ])('is on Windows the shell that finds no helper: bash is %s', async (_, files, state) => {
    const connection = testConnection('win32')
    const helper = { [connection.helper.command.replaceAll('\\', '/')]: '' }
    await using host = await createTestHost({
      platform: 'win32',
      files: { ...installations.win32.files, ...helper, ...files },
      env: { Path: 'C:\\tools;C:\\Windows\\System32', ProgramFiles: 'C:\\Program Files' },
    })
    await pi.configure(host, connection)
    const status = await pi.status(host, connection)
    expect(status.state, JSON.stringify(status)).toBe(state)
  })
})

describe('a models.json that pi drops', () => {
  // Each was tried with 0.87.1 and 1.6.0.
  it.each([
    ['{ "providers": {} }', undefined],
    ['\uFEFF{ // c\n "a": "// no /* comment", "providers": { "x": {}, }, }', undefined],
    ['{"providers":{"x":{"zzz":1,"models":[{"id":"a"}]}}}', undefined],
    ['{ /* c */ "providers": {} }', 'block comment'],
    ['{', 'not JSON'],
    ['[]', 'not an object'],
    ['{}', 'it has no providers'],
    ['{"providers":{"x":5}}', 'providers.x must be object'],
    ['{"providers":{"x":{"apiKey":""}}}', 'providers.x.apiKey'],
    ['{"providers":{"x":{"headers":{"a":1}}}}', 'providers.x.headers'],
    ['{"providers":{"x":{"compat":[]}}}', 'providers.x.compat'],
    ['{"providers":{"x":{"authHeader":"yes"}}}', 'providers.x.authHeader'],
    ['{"providers":{"x":{"modelOverrides":[]}}}', 'providers.x.modelOverrides'],
    ['{"providers":{"x":{"models":{}}}}', 'providers.x.models'],
    ['{"providers":{"x":{"models":[{"name":"a"}]}}}', 'providers.x.models.0'],
    ['{"providers":{"x":{"models":[{"id":"a","contextWindow":"1"}]}}}', 'providers.x.models.0.contextWindow'],
  ])('%s', (text, why) => {
    if (why === undefined) expect(whyDropped(text)).toBeUndefined()
    else expect(whyDropped(text)?.why).toContain(why)
  })
})
