import type { Connection, FileEdit, Host, JsonEdit, Platform } from '@gate/core'
import { createTestHost, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import { anthropicBaseUrl, openaiBaseUrl } from '../src/base-url.js'
import opencode from '../src/index.js'
import { plan } from '../src/plan.js'
import { defaultModels } from '../src/provider-models.js'
import { installations } from './installations.js'

const CONFIG = '~/.config/opencode/opencode.jsonc'

async function planned(changes: Partial<Connection> = {}, platform: Platform = 'linux', env: Host['env'] = {}) {
  await using host = await createTestHost({ platform, env })
  const [plugin, ...choices] = plan(host, testConnection(platform, changes)).edits
  return { plugin: plugin as FileEdit, choices: choices as JsonEdit[] }
}

describe('what is written', () => {
  it('S49 one plugin file with both base URLs, and the choice of a model', async () => {
    const { plugin, choices } = await planned()
    expect(plugin).toMatchObject({ kind: 'file', file: '/home/user/.config/opencode/plugin/gate.js' })
    expect(plugin.content).toContain('"baseURL": "https://gateway.example.test/openai/v1"')
    expect(plugin.content).toContain('"baseURL": "https://gateway.example.test/anthropic/v1"')
    expect(choices.map(({ file, path, value }) => [file, ...path, value])).toEqual([
      ['/home/user/.config/opencode/opencode.jsonc', '$schema', 'https://opencode.ai/config.json'],
      ['/home/user/.config/opencode/opencode.jsonc', 'model', 'gate/default'],
      ['/home/user/.config/opencode/opencode.jsonc', 'small_model', 'gate/default-small'],
    ])
  })

  it('never a built-in provider', async () => {
    const { choices } = await planned({ models: [{ id: 'claude-opus-5' }, { id: 'gpt-6' }] })
    expect(choices.map(({ path }) => path[0])).toEqual(['$schema', 'model', 'small_model'])
  })

  it.each<[string, Connection['models'], string, string]>([
    ['only one', [{ id: 'gpt-6' }], 'gate/gpt-6', 'gate/gpt-6'],
    ['a small one', [{ id: 'gpt-6' }, { id: 'gpt-6-mini' }], 'gate/gpt-6', 'gate/gpt-6-mini'],
    [
      'tiers before names',
      [
        { id: 'corp/big-mini', tier: 'opus' },
        { id: 'corp/x', tier: 'haiku' },
      ],
      'gate-anthropic/corp/big-mini',
      'gate-anthropic/corp/x',
    ],
    ['both APIs', [{ id: 'claude-opus-5' }, { id: 'gpt-nano' }], 'gate-anthropic/claude-opus-5', 'gate/gpt-nano'],
  ])('the models of the connection: %s', (_, models, model, smallModel) => {
    expect(defaultModels(testConnection('linux', { models }))).toEqual({ model, smallModel })
  })

  it('below XDG_CONFIG_HOME', async () => {
    const { plugin, choices } = await planned({}, 'linux', { XDG_CONFIG_HOME: '/srv/config' })
    expect(plugin.file).toBe('/srv/config/opencode/plugin/gate.js')
    expect(choices[0]?.file).toBe('/srv/config/opencode/opencode.jsonc')
  })

  it('with the paths of Windows', async () => {
    const { plugin, choices } = await planned({}, 'win32')
    expect(plugin.file).toBe('C:\\Users\\user\\.config\\opencode\\plugin\\gate.js')
    expect(choices[0]?.file).toBe('C:\\Users\\user\\.config\\opencode\\opencode.jsonc')
  })
})

describe('base URLs carry /v1 once', () => {
  it.each([
    ['', 'https://g/v1'],
    ['/x', 'https://g/x/v1'],
    ['/x/v1', 'https://g/x/v1'],
    ['/x/', 'https://g/x/v1'],
  ])('%s', (path, wanted) => {
    const connection = testConnection('linux', { gatewayUrl: 'https://g', paths: { anthropic: path, openai: path } })
    expect([openaiBaseUrl(connection), anthropicBaseUrl(connection)]).toEqual([wanted, wanted])
  })
})

describe('files', () => {
  it('S40 S42 makes its directories, and keeps every other key and comment', async () => {
    const before = '{\n  // mine\n  "username": "me", // too\n}\n'
    await using host = await createTestHost({ files: { [CONFIG]: before } })
    await opencode.configure(host, testConnection('linux'))
    const after = await host.read(CONFIG)
    expect(after).toContain('  // mine\n  "username": "me", // too\n')
    expect(after).toContain('"model": "gate/default"')
    expect(await host.read('~/.config/opencode/plugin/gate.js')).toContain('https://gateway.example.test')
  })

  it('S41 writes a key once, however often it is set up', async () => {
    await using host = await createTestHost({ files: { [CONFIG]: '{"model":"x/y"}' } })
    for (let time = 0; time < 5; time += 1) await opencode.configure(host, testConnection('linux'))
    expect((await host.read(CONFIG)).split('"model"')).toHaveLength(2)
  })

  it('S43 has nothing to undo where nothing was set up', async () => {
    await using host = await createTestHost({ files: { [CONFIG]: '' } })
    expect((await opencode.revert(host)).result).toBe('nothing-to-do')
    expect(await host.read(CONFIG)).toBe('')
  })

  it('S118 leaves a model that was changed after setup, and takes the rest out', async () => {
    const files = { ...installations.linux.files, [CONFIG]: '{\n  "model": "mine/a"\n}\n' }
    await using host = await createTestHost({ files })
    await opencode.configure(host, testConnection('linux'))
    const text = await host.read(CONFIG)
    await host.write({ [CONFIG]: text.replace('"gate/default"', '"mine/b"') })
    expect((await opencode.status(host, testConnection('linux'))).state).toBe('drifted')
    const { edits } = await opencode.revert(host)
    expect(edits).toContainEqual(expect.objectContaining({ path: 'model', outcome: 'kept-user-change' }))
    expect(JSON.parse(await host.read(CONFIG))).toEqual({ model: 'mine/b' })
  })

  it('takes only its own keys out of a file that OpenCode edited meanwhile', async () => {
    await using host = await createTestHost({ files: { [CONFIG]: '{\n  "model": "mine/a" // mine\n}\n' } })
    await opencode.configure(host, testConnection('linux'))
    // As its server writes a setting that is made in the user interface (1.18.33): in place.
    const text = await host.read(CONFIG)
    await host.write({ [CONFIG]: text.replace(/\n\}\n$/, ',\n  "share": "disabled"\n}\n') })
    await opencode.revert(host)
    expect(await host.read(CONFIG)).toBe('{\n  "model": "mine/a", // mine\n  "share": "disabled"\n}\n')
  })
})
