import { execFileSync } from 'node:child_process'
import type { Connection, Host, JsonEdit, Platform } from '@gate/core'
import { createTestHost, testConnection } from '@gate/plugin-testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anthropicBaseUrl } from '../src/base-url.js'
import claudeCode from '../src/index.js'
import { modelTiers } from '../src/model-tiers.js'
import { plan } from '../src/plan.js'
import { commandLine } from '../src/quoting.js'

const SETTINGS = '~/.claude/settings.json'

async function planned(changes: Partial<Connection> = {}, platform: Platform = 'linux', env: Host['env'] = {}) {
  await using host = await createTestHost({ platform, env })
  const edits = plan(host, testConnection(platform, changes)).edits as readonly JsonEdit[]
  const value = (name: string) => edits.find(({ path }) => path.join('.') === name)?.value
  return { edits, value }
}

describe('what is written', () => {
  it('S15 the helper, the base URL and the quiet variables, in strict JSON and one file', async () => {
    const { edits } = await planned()
    expect(edits.map(({ path, value }) => [path.join('.'), value])).toEqual([
      ['apiKeyHelper', "'/gate/state/bin/gate-token-default' --client claude-code"],
      ['env.ANTHROPIC_BASE_URL', 'https://gateway.example.test/anthropic'],
      ['env.CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC', '1'],
      ['env.CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL', '1'],
    ])
    for (const edit of edits) {
      expect(edit).toMatchObject({ kind: 'json', dialect: 'strict', file: '/home/user/.claude/settings.json' })
    }
  })

  it('never a base URL without a helper, which would send the login of the user to the gateway', async () => {
    for (const auth of [{ kind: 'none' }, { kind: 'api-key' }] as const) {
      const { value } = await planned({ auth })
      expect(value('env.ANTHROPIC_BASE_URL')).toBeDefined()
      expect(value('apiKeyHelper')).toMatch(/\S/)
    }
    expect((await planned({ auth: { kind: 'none' } })).value('apiKeyHelper')).toBe('echo no-token-needed')
  })

  it('never an API key or a token next to the helper', async () => {
    const { edits } = await planned({ models: [{ id: 'claude-opus-5' }], headers: { 'X-A': 'b' }, caFile: '/ca.pem' })
    expect(JSON.stringify(edits)).not.toMatch(/ANTHROPIC_API_KEY|ANTHROPIC_AUTH_TOKEN/)
  })

  it('the CA file, the headers one per line, the models by tier', async () => {
    const { value } = await planned({
      caFile: '/etc/corp ca.pem',
      headers: { 'X-Team': 'core', 'X-Url': 'https://a:1' },
      models: [{ id: 'corp/claude-Opus-5' }, { id: 'corp/fast', tier: 'haiku' }, { id: 'claude-fable-5' }],
    })
    expect(value('env.NODE_EXTRA_CA_CERTS')).toBe('/etc/corp ca.pem')
    expect(value('env.ANTHROPIC_CUSTOM_HEADERS')).toBe('X-Team: core\nX-Url: https://a:1')
    expect(value('env.ANTHROPIC_DEFAULT_OPUS_MODEL')).toBe('corp/claude-Opus-5')
    expect(value('env.ANTHROPIC_DEFAULT_HAIKU_MODEL')).toBe('corp/fast')
    expect(value('env.ANTHROPIC_DEFAULT_FABLE_MODEL')).toBe('claude-fable-5')
    expect(value('env.ANTHROPIC_DEFAULT_SONNET_MODEL')).toBeUndefined()
  })

  it('S44 removes on the next setup what the connection no longer has', async () => {
    await using host = await createTestHost({ files: { [SETTINGS]: '{"env":{"NODE_EXTRA_CA_CERTS":"/mine.pem"}}' } })
    await claudeCode.configure(host, testConnection('linux', { caFile: '/ca.pem' }))
    expect(JSON.parse(await host.read(SETTINGS)).env.NODE_EXTRA_CA_CERTS).toBe('/ca.pem')
    await claudeCode.configure(host, testConnection('linux'))
    expect(JSON.parse(await host.read(SETTINGS)).env.NODE_EXTRA_CA_CERTS).toBe('/mine.pem')
  })

  it('into CLAUDE_CONFIG_DIR', async () => {
    const { edits } = await planned({}, 'linux', { CLAUDE_CONFIG_DIR: '/srv/claude/' })
    expect(new Set(edits.map(({ file }) => file))).toEqual(new Set(['/srv/claude/settings.json']))
  })

  it('with the paths and the quotes of Windows', async () => {
    const { edits, value } = await planned({}, 'win32')
    expect(edits[0]?.file).toBe('C:\\Users\\user\\.claude\\settings.json')
    expect(value('apiKeyHelper')).toBe('"C:\\gate\\state\\bin\\gate-token-default.cmd" --client claude-code')
  })
})

describe('S49 the base URL', () => {
  it.each([
    ['https://g', '', 'https://g'],
    ['https://g', '/anthropic', 'https://g/anthropic'],
    ['https://g/', '', 'https://g'],
    ['https://g', '/anthropic/v1', 'https://g/anthropic'],
    ['https://g/v1', '', 'https://g'],
    ['https://g', '/apiv1', 'https://g/apiv1'],
  ])('%s + %s', (gatewayUrl, anthropic, wanted) => {
    expect(anthropicBaseUrl(testConnection('linux', { gatewayUrl, paths: { anthropic, openai: '' } }))).toBe(wanted)
  })
})

describe('S47 models and tiers', () => {
  const ids = (list: Connection['models']) => Object.fromEntries(modelTiers(list).models)

  it('by what they declare, else by their id in any case, haiku before opus before sonnet', () => {
    expect(ids([{ id: 'US.Haiku-opus' }, { id: 'x-OPUS' }, { id: 'y-sonnet' }])).toEqual({
      haiku: 'US.Haiku-opus',
      opus: 'x-OPUS',
      sonnet: 'y-sonnet',
    })
    expect(ids([{ id: 'claude-opus-5', tier: 'sonnet' }])).toEqual({ sonnet: 'claude-opus-5' })
  })

  it('tells what fits no tier, and what takes the place of another', () => {
    const { models, notes } = modelTiers([{ id: 'gpt-6' }, { id: 'opus-1' }, { id: 'opus-2' }, { id: 'opus-2' }])
    expect([...models]).toEqual([['opus', 'opus-2']])
    expect(notes.map(({ code }) => code)).toEqual(['model-without-tier', 'model-tier-twice'])
    expect(notes[0]?.message).toContain('gpt-6')
  })
})

describe('quoting', () => {
  it('survives /bin/sh with any path', () => {
    const anyPath = fc
      .string({ minLength: 1, maxLength: 30, unit: 'binary-ascii' })
      .filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(anyPath, fc.array(anyPath, { maxLength: 2 }), (path, args) => {
        const line = commandLine('linux', `/${path}`, args)
        // What the shell makes of it: the words of the command line, without starting the command.
        const words = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
        expect(words.split('\0').slice(0, -1)).toEqual([`/${path}`, ...args])
      }),
      { numRuns: 60 },
    )
  })

  it.each(['space bar', "it's", '$HOME', '`id`', '$(id)', 'a;b', 'a|b', 'a&b', '"', '\\', '*', '~', 'new\nline'])(
    'survives /bin/sh with %j',
    (name) => {
      const line = commandLine('linux', `/opt/${name}/gate`, ['--client', 'claude-code'])
      const words = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
      expect(words.split('\0')).toEqual([`/opt/${name}/gate`, '--client', 'claude-code', ''])
    },
  )

  it.each(['&', '|', '<', '>', '^', '%', '"', '\n'])('refuses %j for cmd.exe', (character) => {
    expect(() => commandLine('win32', `C:\\a${character}b\\gate.cmd`, [])).toThrow(/cmd\.exe/)
  })

  it.each<[Platform, string]>([
    ['linux', ''],
    ['linux', 'gate'],
    ['linux', './gate'],
    ['linux', '~/gate'],
    ['win32', 'gate.cmd'],
    ['win32', '\\gate.cmd'],
    ['win32', 'C:gate.cmd'],
  ])('refuses what is not absolute: %s %j', (platform, path) => {
    expect(() => commandLine(platform, path, [])).toThrow(/absolute/)
  })

  it('takes network paths on Windows', () => {
    expect(commandLine('win32', '\\\\server\\share\\gate.cmd', ['x'])).toBe('"\\\\server\\share\\gate.cmd" x')
  })
})

describe('S40 S41 S42 files', () => {
  it('makes the directory and the file, only for this user to read', async () => {
    await using host = await createTestHost()
    await claudeCode.configure(host, testConnection('linux'))
    const tree = await host.snapshot('/home/user/.claude')
    expect(tree.get('settings.json')).toMatchObject({ mode: 0o600 })
    expect(JSON.parse(await host.read(SETTINGS))).toEqual({
      apiKeyHelper: "'/gate/state/bin/gate-token-default' --client claude-code",
      env: {
        ANTHROPIC_BASE_URL: 'https://gateway.example.test/anthropic',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: '1',
      },
    })
  })

  it('S40 makes missing directories above, and takes them away again', async () => {
    await using host = await createTestHost({ env: { CLAUDE_CONFIG_DIR: '/srv/a/b/c' } })
    await claudeCode.configure(host, testConnection('linux'))
    expect(JSON.parse(await host.read('/srv/a/b/c/settings.json'))).toHaveProperty('apiKeyHelper')
    await claudeCode.revert(host)
    expect((await host.snapshot('/srv')).size).toBe(0)
  })

  it('S41 writes a key once, however often it is set up', async () => {
    await using host = await createTestHost({ files: { [SETTINGS]: '{ "env": { "A": "1" } }' } })
    for (let time = 0; time < 10; time += 1) await claudeCode.configure(host, testConnection('linux'))
    const text = await host.read(SETTINGS)
    for (const key of ['apiKeyHelper', 'ANTHROPIC_BASE_URL', '"env"']) expect(text.split(key)).toHaveLength(2)
  })

  it('S118 leaves a base URL that the user set after setup, and names it', async () => {
    await using host = await createTestHost({ files: { [SETTINGS]: '{\n  "model": "opus"\n}\n' } })
    await claudeCode.configure(host, testConnection('linux'))
    const settings = JSON.parse(await host.read(SETTINGS))
    settings.env.ANTHROPIC_BASE_URL = 'https://mine.example'
    await host.write({ [SETTINGS]: JSON.stringify(settings) })
    const { edits } = await claudeCode.revert(host)
    expect(JSON.parse(await host.read(SETTINGS))).toEqual({
      model: 'opus',
      env: { ANTHROPIC_BASE_URL: 'https://mine.example' },
    })
    expect(edits).toContainEqual(
      expect.objectContaining({ path: 'env.ANTHROPIC_BASE_URL', outcome: 'kept-user-change' }),
    )
  })

  it('S43 has nothing to undo where nothing was set up', async () => {
    await using host = await createTestHost({ files: { [SETTINGS]: '' } })
    expect((await claudeCode.revert(host)).result).toBe('nothing-to-do')
    expect(await host.read(SETTINGS)).toBe('')
  })
})
