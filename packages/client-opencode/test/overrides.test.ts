import type { Connection, Override } from '@gate/core'
import { CANARY, createTestHost, type TestHostInit, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import opencode from '../src/index.js'
import { overrides } from '../src/overrides.js'

const WORK = '/home/user/repo/work'
const MODELS = [{ id: 'gpt-6' }, { id: 'gpt-6-mini' }]

/** The rows of a machine that is set up, and then meets `init`. */
async function rows(init: TestHostInit & { connection?: Partial<Connection> } = {}) {
  const { connection: changes, ...rest } = init
  const platform = init.platform ?? 'linux'
  const connection = testConnection(platform, { models: MODELS, ...changes })
  await using setup = await createTestHost({ platform })
  await opencode.configure(setup, connection)
  const cwd = init.cwd ?? (platform === 'linux' ? WORK : undefined)
  await using host = await createTestHost({ ...rest, root: setup.root, ...(cwd === undefined ? {} : { cwd }) })
  return await overrides(host, connection)
}

const override = (source: Override['source'], location: string, displaces: string) =>
  expect.objectContaining({ source, location, displaces, severity: 'override' })
const info = (source: Override['source'], location: string) =>
  expect.objectContaining({ source, location, severity: 'info' })

describe('a machine with nothing stronger', () => {
  it('has no rows', async () => expect(await rows()).toEqual([]))

  it('has none from weaker files and keys of vendors', async () => {
    const files = {
      '~/.config/opencode/opencode.json': '{"model":"x/y"}',
      '~/.config/opencode/config.json': '{"model":"x/y"}',
    }
    expect(await rows({ files, env: { OPENAI_API_KEY: CANARY, ANTHROPIC_BASE_URL: 'https://x' } })).toEqual([])
  })

  it('has none from those who say the same', async () => {
    const same = '{"model":"gate/gpt-6","small_model":"gate/gpt-6-mini","enabled_providers":["gate","x"]}'
    expect(await rows({ files: { '/etc/opencode/opencode.json': same, [`${WORK}/opencode.json`]: same } })).toEqual([])
  })
})

it('a byte that is no UTF-8 does not hide what else a document says', async () => {
  const connection = testConnection('linux', { models: MODELS })
  const file = `${WORK}/opencode.json`
  await using host = await createTestHost({ cwd: WORK, files: { [file]: '' } })
  await opencode.configure(host, connection)
  await host.fs.writeFile(file, Buffer.from('{"username":"é","model":"x/y"}', 'latin1'))
  expect(await overrides(host, connection)).toEqual([override('project', `${file}: model`, 'model')])
})

describe('the strongest document wins, and it alone is told', () => {
  const choice = (model: string) => JSON.stringify({ model })
  const layers: [string, TestHostInit, Override['source'], string][] = [
    [
      'OPENCODE_CONFIG',
      { env: { OPENCODE_CONFIG: '/srv/c.json' }, files: { '/srv/c.json': choice('x/1') } },
      'environment',
      '/srv/c.json',
    ],
    [
      'a project above',
      { files: { '~/repo/opencode.json': choice('x/2') } },
      'project',
      '/home/user/repo/opencode.json',
    ],
    ['the nearer project', { files: { [`${WORK}/opencode.json`]: choice('x/3') } }, 'project', `${WORK}/opencode.json`],
    ['its .jsonc', { files: { [`${WORK}/opencode.jsonc`]: choice('x/4') } }, 'project', `${WORK}/opencode.jsonc`],
    [
      'its .opencode',
      { files: { [`${WORK}/.opencode/opencode.json`]: choice('x/5') } },
      'project',
      `${WORK}/.opencode/opencode.json`,
    ],
    [
      'OPENCODE_CONFIG_DIR',
      { env: { OPENCODE_CONFIG_DIR: '/srv/d' }, files: { '/srv/d/opencode.jsonc': choice('x/6') } },
      'environment',
      '/srv/d/opencode.jsonc',
    ],
    [
      'OPENCODE_CONFIG_CONTENT',
      { env: { OPENCODE_CONFIG_CONTENT: choice('x/7') } },
      'environment',
      'OPENCODE_CONFIG_CONTENT',
    ],
    [
      'the managed file',
      { files: { '/etc/opencode/opencode.json': choice('x/8') } },
      'managed',
      '/etc/opencode/opencode.json',
    ],
    [
      'a directory in the place of the managed one',
      { env: { OPENCODE_TEST_MANAGED_CONFIG_DIR: '/srv/m' }, files: { '/srv/m/opencode.json': choice('x/9') } },
      'environment',
      '/srv/m/opencode.json',
    ],
  ]
  it.each(layers.map((layer, index) => ({ name: layer[0], layer, below: layers.slice(0, index) })))(
    '$name',
    async ({ layer: [, init, source, location], below }) => {
      const all = [...below.map(([, other]) => other), init]
      const merged: TestHostInit = {
        env: Object.assign({}, ...all.map(({ env }) => env)) as Record<string, string>,
        files: Object.assign({}, ...all.map(({ files }) => files)) as Record<string, string>,
      }
      expect(await rows(merged)).toEqual([override(source, `${location}: model`, 'model')])
    },
  )

  it('stops at the root of the repository', async () => {
    const files = { '~/opencode.json': choice('x/1'), '~/repo/.git/HEAD': '' }
    expect(await rows({ files })).toEqual([])
  })

  it('leaves projects out when they are switched off', async () => {
    const files = { [`${WORK}/opencode.json`]: choice('x/1') }
    expect(await rows({ files, env: { OPENCODE_DISABLE_PROJECT_CONFIG: 'TRUE' } })).toEqual([])
  })

  it('puts variables in', async () => {
    const files = { [`${WORK}/opencode.json`]: choice('{env:P}/m') }
    expect((await rows({ files, env: { P: 'other' } }))[0]?.effect).toContain('the provider other')
  })

  it('puts files in', async () => {
    const file = `${WORK}/opencode.json`
    const from = (model: string, files: Record<string, string>, init: TestHostInit = {}) =>
      rows({ ...init, files: { [file]: choice(model), ...files } })
    expect(await from('{file:./m.txt}', { [`${WORK}/m.txt`]: 'gate/gpt-6\n' })).toEqual([])
    for (const [model, path] of [
      ['{file:m.txt}', `${WORK}/m.txt`],
      ['{file:~/m.txt}', '/home/user/m.txt'],
      ['{file:/srv/m.txt}', '/srv/m.txt'],
      ['{file:{env:P}}', `${WORK}/m.txt`],
    ] as const) {
      const found = await from(model, { [path]: ' x/y\n' }, { env: { P: 'm.txt' } })
      expect(found).toEqual([override('project', `${file}: model`, 'model')])
      expect(found[0]?.effect).toContain('the provider x here')
    }
    const secret = { [`${WORK}/m.txt`]: `-----BEGIN KEY-----\n${CANARY}/x\n` }
    expect(JSON.stringify(await from('{file:m.txt}', secret))).not.toContain(CANARY)
    const [gone] = await from('{file:gone}', {})
    expect(gone).toEqual(override('project', file, 'everything'))
    expect(gone?.effect).toContain(`${WORK}/gone is not there`)
    const own = '/home/user/.config/opencode/opencode.jsonc'
    expect(await rows({ files: { [own]: '{"username":"{file:gone}"}' } })).toEqual([
      override('user', own, 'everything'),
    ])
    expect(
      await from('x', { [file]: `{"instructions":["{file:quote.txt}"]}`, [`${WORK}/quote.txt`]: '"\\\n"' }),
    ).toEqual([])
    const env = { OPENCODE_CONFIG_CONTENT: choice('{file:m.txt}') }
    expect(await rows({ env, files: { [`${WORK}/m.txt`]: 'x/y' } })).toEqual([
      override('environment', 'OPENCODE_CONFIG_CONTENT: model', 'model'),
    ])
  })

  it('on Windows and macOS, in their places', async () => {
    expect(
      await rows({ platform: 'win32', files: { 'C:\\ProgramData\\opencode\\opencode.json': choice('x/y') } }),
    ).toEqual([override('managed', 'C:\\ProgramData\\opencode\\opencode.json: model', 'model')])
    const plist = '/Library/Managed Preferences/ai.opencode.managed.plist'
    const text = '<plist version="1.0"><dict><key>model</key><string>x/y</string></dict></plist>'
    expect(await rows({ platform: 'darwin', files: { [plist]: text } })).toEqual([
      override('managed', `${plist}: model`, 'model'),
    ])
  })
})

describe('models', () => {
  const from = (settings: object, connection: Partial<Connection> = {}) =>
    rows({ files: { [`${WORK}/opencode.json`]: JSON.stringify(settings) }, connection })
  const at = (key: string) => `${WORK}/opencode.json: ${key}`

  it('of the connection are only worth knowing', async () => {
    expect(await from({ model: 'gate/gpt-6-mini' })).toEqual([info('project', at('model'))])
    expect(await from({ model: 'gate/anything' }, { models: [] })).toEqual([info('project', at('model'))])
  })

  it('that the connection does not have are not found', async () => {
    expect(await from({ small_model: 'gate/gpt-1' })).toEqual([override('project', at('small_model'), 'small_model')])
  })

  it('of agents', async () => {
    const agent = { build: { model: 'x/y' }, mine: { model: 'x/y' }, plan: { model: 'gate/gpt-6' }, other: {} }
    expect(await from({ agent })).toEqual([
      override('project', at('agent.build.model'), 'model'),
      info('project', at('agent.mine.model')),
    ])
    expect(await from({ agent: { mine: { model: 'x/y' } }, default_agent: 'mine' })).toEqual([
      override('project', at('agent.mine.model'), 'model'),
    ])
    expect(await from({ mode: { build: { model: 'x/y' } } })).toEqual([
      override('project', at('mode.build.model'), 'model'),
    ])
  })
})

describe('agents in Markdown', () => {
  const agent = (path: string, model = 'x/y', more = '') => ({ [path]: `---\nmodel: ${model}\n${more}---\nBe kind.\n` })
  const build = `${WORK}/.opencode/agent/build.md`

  it.each<[string, Override['source'], TestHostInit?]>([
    [build, 'project'],
    [`${WORK}/.opencode/agents/plan.md`, 'project'],
    ['/home/user/repo/.opencode/mode/build.md', 'project'],
    [`${WORK}/.opencode/modes/title.md`, 'project'],
    ['/home/user/.config/opencode/agent/build.md', 'user'],
    ['/srv/d/agent/build.md', 'environment', { env: { OPENCODE_CONFIG_DIR: '/srv/d' } }],
  ])('%s asks for another provider', async (path, source, init) => {
    const found = await rows({ ...init, files: agent(path) })
    expect(found).toEqual([override(source, `${path}: model`, 'model')])
  })

  it('that are not asked every day are only worth knowing', async () => {
    for (const path of [`${WORK}/.opencode/agent/mine.md`, `${WORK}/.opencode/agent/sub/build.md`])
      expect(await rows({ files: agent(path) })).toEqual([info('project', `${path}: model`)])
    const mine = `${WORK}/.opencode/agent/mine.md`
    const found = await rows({ files: { ...agent(mine), [`${WORK}/opencode.json`]: '{"default_agent":"mine"}' } })
    expect(found).toEqual([override('project', `${mine}: model`, 'model')])
    expect(await rows({ files: agent(mine, 'x/y', 'name: build\n') })).toEqual(found)
  })

  it('that are switched off, ask for ours or for nothing are not told', async () => {
    for (const files of [agent(build, 'x/y', 'disable: true\n'), agent(build, 'gate/gpt-6'), { [build]: 'model: x/y' }])
      expect(await rows({ files })).toEqual([])
  })

  it('are told with what gate does not know', async () => {
    for (const model of ['>-\n  x/y', '5', '*x'])
      expect(await rows({ files: agent(build, model) })).toEqual([
        expect.objectContaining({ location: build, displaces: 'unknown', severity: 'info' }),
      ])
  })

  it('beat the file beside them and those of projects, and lose against mode in a file', async () => {
    const settings = (kind: string, model: string) => JSON.stringify({ [kind]: { build: { model } } })
    const beside = `${WORK}/.opencode/opencode.json`
    expect(await rows({ files: { ...agent(build), [beside]: settings('agent', 'gate/gpt-6') } })).toHaveLength(1)
    const user = '/home/user/.config/opencode/agent/build.md'
    const project = { [`${WORK}/opencode.json`]: settings('agent', 'gate/gpt-6') }
    expect(await rows({ files: { ...agent(user), ...project } })).toHaveLength(1)
    expect(await rows({ files: { ...agent(build), [beside]: settings('mode', 'gate/gpt-6') } })).toEqual([])
  })
})

describe('providers', () => {
  const from = (settings: object, connection: Partial<Connection> = {}) =>
    rows({ files: { [`${WORK}/opencode.json`]: JSON.stringify(settings) }, connection })
  const at = (key: string) => `${WORK}/opencode.json: ${key}`

  it('that are switched off', async () => {
    expect(await from({ disabled_providers: ['gate'] })).toEqual([
      override('project', at('disabled_providers'), 'everything'),
    ])
    expect(await from({ disabled_providers: ['gate-anthropic', 'x'] })).toEqual([])
    expect(await from({ disabled_providers: ['gate-anthropic'] }, { models: [] })).toHaveLength(1)
    expect(await from({ enabled_providers: [] })).toEqual([override('project', at('enabled_providers'), 'everything')])
    expect(await from({ enabled_providers: ['gate'] })).toEqual([])
  })

  it('of our name change nothing, and other plugins may change everything', async () => {
    const settings = { provider: { gate: { options: { apiKey: CANARY } } }, plugin: [`x@${CANARY}`] }
    const found = await from(settings)
    expect(found).toEqual([info('project', at('provider.gate')), info('project', at('plugin'))])
    expect(JSON.stringify(found)).not.toContain(CANARY)
  })
})

describe('plugin files', () => {
  const file = (path: string, init: TestHostInit = {}) => rows({ ...init, files: { [path]: CANARY } })

  it.each<[string, Override['source'], TestHostInit?]>([
    [`${WORK}/.opencode/plugin/x.js`, 'project'],
    ['/home/user/repo/.opencode/plugins/.x.ts', 'project'],
    ['/home/user/.config/opencode/plugins/gate.js', 'user'],
    ['/home/user/.opencode/plugin/x.js', 'user', { cwd: '/srv' }],
    ['/srv/d/plugin/x.js', 'environment', { env: { OPENCODE_CONFIG_DIR: '/srv/d' } }],
  ])('%s may change everything', async (path, source, init) => {
    const found = await file(path, init)
    expect(found).toEqual([info(source, path)])
    expect(found[0]).toMatchObject({ displaces: 'unknown', effect: expect.stringContaining("gate's token") })
  })

  it.each(['plugin/x.mjs', 'plugin/sub/x.js', 'plugin/README.md', 'x.js'])('%s is none', async (path) => {
    expect(await file(`${WORK}/.opencode/${path}`)).toEqual([])
  })

  it('of a project do not count with projects switched off', async () => {
    const env = { OPENCODE_DISABLE_PROJECT_CONFIG: '1' }
    expect(await file(`${WORK}/.opencode/plugin/x.js`, { env })).toEqual([])
  })
})

describe('what keeps OpenCode from starting', () => {
  it.each([
    ['{', ''],
    ['{"model":5}', ': model'],
    ['{"provider":[]}', ': provider'],
    ['{"provider":{"a":{},"x":5}}', ': provider.x'],
    ['{"provider":{"x":{"options":{"baseURL":5}}}}', ': provider.x.options.baseURL'],
    ['{"agent":{"build":{"model":5}}}', ': agent.build.model'],
    ['{"mode":{"build":5}}', ': mode.build'],
  ])('%s', async (text, key) => {
    for (const file of [`${WORK}/opencode.json`, '/home/user/.config/opencode/opencode.json']) {
      const source = file.startsWith(WORK) ? 'project' : 'user'
      expect(await rows({ files: { [file]: text } })).toEqual([override(source, file + key, 'everything')])
    }
    expect(await rows({ env: { OPENCODE_CONFIG_CONTENT: text } })).toEqual([
      override('environment', `OPENCODE_CONFIG_CONTENT${key}`, 'everything'),
    ])
  })
})

describe('the shell', () => {
  it('with plugins switched off', async () => {
    for (const value of ['1', 'true']) {
      expect(await rows({ env: { OPENCODE_PURE: value } })).toEqual([
        override('environment', 'OPENCODE_PURE', 'everything'),
      ])
    }
    expect(await rows({ env: { OPENCODE_PURE: '0' } })).toEqual([])
  })

  it('with another configuration directory', async () => {
    expect(await rows({ env: { XDG_CONFIG_HOME: '/srv/x' } })).toEqual([
      override('environment', 'XDG_CONFIG_HOME', 'opencode.jsonc'),
    ])
  })

  it.each<[string, string | undefined, boolean]>([
    ['HTTP_PROXY', undefined, true],
    ['http_proxy', 'other.example', true],
    ['HTTP_PROXY', '127.0.0.1', false],
    ['HTTP_PROXY', 'x, 127.0.0.1:4000', false],
    ['HTTP_PROXY', '*', false],
    ['HTTPS_PROXY', undefined, false],
  ])('with %s and NO_PROXY=%s', async (name, noProxy, isTold) => {
    const env = { [name]: 'http://proxy:1', ...(noProxy === undefined ? {} : { NO_PROXY: noProxy }) }
    const found = await rows({ env, connection: { gatewayUrl: 'http://127.0.0.1:4000' } })
    expect(found).toEqual(isTold ? [override('environment', name, 'endpoint')] : [])
    expect(await rows({ env })).toEqual([])
  })
})
