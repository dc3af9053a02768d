import type { Connection, Host, Platform, TomlEdit } from '@gate/core'
import { createTestHost, expectSameTree, type TestHost, testConnection, treeWithout } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import { openaiBaseUrl } from '../src/base-url.js'
import codex from '../src/index.js'
import { plan } from '../src/plan.js'

async function planned(changes: Partial<Connection> = {}, platform: Platform = 'linux', env: Host['env'] = {}) {
  await using host = await createTestHost({ platform, env })
  return plan(host, testConnection(platform, changes)).edits as readonly TomlEdit[]
}

describe('what is written', () => {
  it('S58 one root key and one table with the helper', async () => {
    expect(await planned()).toMatchObject([
      { kind: 'toml', file: '/home/user/.codex/config.toml', path: ['model_provider'], value: 'gate' },
      {
        kind: 'toml',
        file: '/home/user/.codex/config.toml',
        path: ['model_providers', 'gate'],
        onForeign: 'refuse',
        value: {
          name: 'Gate',
          base_url: 'https://gateway.example.test/openai/v1',
          wire_api: 'responses',
          auth: {
            command: '/gate/state/bin/gate-token-default',
            args: ['--client', 'codex'],
            timeout_ms: 15_000,
            refresh_interval_ms: 60_000,
          },
        },
      },
    ])
  })

  it('never what sends the login of the user to the gateway', async () => {
    const text = JSON.stringify(
      await planned({ models: [{ id: 'gpt-6' }], headers: { 'X-A': 'b' }, caFile: '/ca.pem' }),
    )
    expect(text).not.toMatch(/requires_openai_auth|openai_base_url|supports_websockets|env_key|bearer_token/)
  })

  it('no helper for a gateway that wants no token', async () => {
    const [, table] = await planned({ auth: { kind: 'none' } })
    expect(table?.value).toEqual({
      name: 'Gate',
      base_url: 'https://gateway.example.test/openai/v1',
      wire_api: 'responses',
    })
  })

  it('the headers of the connection', async () => {
    const [, table] = await planned({ headers: { 'X-Team': 'core' } })
    expect(table?.value).toMatchObject({ http_headers: { 'X-Team': 'core' } })
  })

  it.each<[string, Connection['models'], string | undefined]>([
    ['none', [], undefined],
    ["only Anthropic's", [{ id: 'claude-opus-5' }, { id: 'corp/x', tier: 'haiku' }], undefined],
    ['the first of the others', [{ id: 'claude-opus-5' }, { id: 'gpt-6' }, { id: 'gpt-7' }], 'gpt-6'],
  ])('the model: %s', async (_, models, wanted) => {
    const edit = (await planned({ models })).find(({ path }) => path[0] === 'model')
    expect(edit?.value).toBe(wanted)
  })

  it('into CODEX_HOME', async () => {
    const [edit] = await planned({}, 'linux', { CODEX_HOME: '/srv/codex/' })
    expect(edit?.file).toBe('/srv/codex/config.toml')
  })

  it('with the paths of Windows', async () => {
    const edits = await planned({}, 'win32')
    expect(edits.map(({ file }) => file)).toEqual(Array(2).fill('C:\\Users\\user\\.codex\\config.toml'))
    expect(edits[1]?.value).toMatchObject({ auth: { command: 'C:\\gate\\state\\bin\\gate-token-default.cmd' } })
  })
})

describe('S59 the base URL carries /v1 once', () => {
  it.each([
    ['https://g', '', 'https://g/v1'],
    ['https://g', '/openai', 'https://g/openai/v1'],
    ['https://g', '/openai/v1', 'https://g/openai/v1'],
    ['https://g/v1', '', 'https://g/v1'],
    ['https://g/base', '/x/', 'https://g/base/x/v1'],
    ['https://g', '/apiv1', 'https://g/apiv1/v1'],
  ])('%s + %s', (gatewayUrl, openai, wanted) => {
    expect(openaiBaseUrl(testConnection('linux', { gatewayUrl, paths: { anthropic: '', openai } }))).toBe(wanted)
  })
})

describe('S59 files', () => {
  it('gets its keys before the first table, and other tables stay as they are', async () => {
    const before = '# mine\n[mcp_servers.a]\ncommand = "a" # keep\n\n[model_providers.other]\nname = "o"\n'
    await using host = await createTestHost({ files: { '~/.codex/config.toml': before } })
    await codex.configure(host, testConnection('linux'))
    const after = await host.read('~/.codex/config.toml')
    expect(after.indexOf('model_provider = "gate"')).toBeLessThan(after.indexOf('[mcp_servers.a]'))
    expect(after).toContain('[mcp_servers.a]\ncommand = "a" # keep\n\n[model_providers.other]\nname = "o"\n')
  })

  it("takes over somebody else's provider called gate when forced, and gives it back", async () => {
    const before = '[model_providers.gate]\nname = "mine"\nbase_url = "https://mine.example/v1"\n'
    await using host = await createTestHost({ files: { '~/.codex/config.toml': before } })
    await codex.configure(host, testConnection('linux'), { force: true })
    expect(await host.read('~/.codex/config.toml')).not.toContain('mine.example')
    await codex.revert(host)
    expect(await host.read('~/.codex/config.toml')).toBe(before)
  })

  it('S118 leaves a model_provider that was changed after setup, and takes the table out', async () => {
    await using host = await createTestHost({ files: { '~/.codex/config.toml': 'model_provider = "mine"\n' } })
    await codex.configure(host, testConnection('linux'))
    const text = await host.read('~/.codex/config.toml')
    await host.write({ '~/.codex/config.toml': text.replace('model_provider = "gate"', 'model_provider = "openai"') })
    const { edits } = await codex.revert(host)
    expect(edits).toContainEqual(expect.objectContaining({ path: 'model_provider', outcome: 'kept-user-change' }))
    expect(await host.read('~/.codex/config.toml')).toBe('model_provider = "openai"\n')
  })

  describe.each([
    { name: 'none', models: [], left: 'model = "mine" # why' },
    { name: 'one', models: [{ id: 'gpt-6' }], left: '# why' },
  ])('without a record, with connections that lead to $name of Codex’s models', ({ models, left }) => {
    /** As a program leaves the file that writes an old copy of it back, with its own key as it was. */
    const stale = async (host: TestHost) => {
      const connection = testConnection('linux', { models })
      await host.write({ '~/.codex/config.toml': 'model = "mine" # why\n' })
      await codex.configure(host, connection)
      await host.fs.rm(host.directories.state, { recursive: true })
      return connection
    }

    it('a teardown takes no more than gate wrote', async () => {
      await using host = await createTestHost({})
      const connection = await stale(host)
      await codex.revert(host, { connections: [connection] })
      expect((await host.read('~/.codex/config.toml')).trim()).toBe(left)
    })

    it('a setup and a teardown take no more either', async () => {
      await using host = await createTestHost({})
      const connection = await stale(host)
      await codex.configure(host, connection, { connections: [connection] })
      await codex.revert(host, { connections: [connection] })
      expect((await host.read('~/.codex/config.toml')).trim()).toBe(left)
    })
  })

  it('S59 writes a key once, however often it is set up', async () => {
    await using host = await createTestHost({ files: { '~/.codex/config.toml': 'model_provider = "mine"\n' } })
    for (let time = 0; time < 10; time += 1) await codex.configure(host, testConnection('linux'))
    const text = await host.read('~/.codex/config.toml')
    for (const key of ['model_provider =', 'base_url', '[model_providers.gate]'])
      expect(text.split(key)).toHaveLength(2)
  })

  it('S60 sets up the desktop app alone, with neither directory nor program, and leaves nothing', async () => {
    await using host = await createTestHost({
      platform: 'darwin',
      files: {
        '/Applications/Codex.app/Contents/Info.plist': '<plist/>',
        '/gate/state/bin/gate-token-default': { content: '', mode: 0o755 },
      },
      programs: { '/usr/bin/plutil': () => 'com.openai.codex\n' },
    })
    const before = await host.snapshot('/Users/user')
    await codex.configure(host, testConnection('darwin'))
    expect((await codex.status(host, testConnection('darwin'))).state).toBe('connected')
    expect(await host.read('~/.codex/config.toml')).toContain('model_provider = "gate"')
    await codex.revert(host)
    const after = treeWithout(await host.snapshot('/Users/user'), (path) => path.startsWith('Library'))
    expectSameTree(after, before)
  })

  it('S43 has nothing to undo where nothing was set up', async () => {
    await using host = await createTestHost({ files: { '~/.codex/config.toml': '' } })
    expect((await codex.revert(host)).result).toBe('nothing-to-do')
    expect(await host.read('~/.codex/config.toml')).toBe('')
  })
})
