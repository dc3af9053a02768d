import type { Connection, Override } from '@gate/core'
import { CANARY, createTestHost, type TestFiles, type TestHostInit, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import codex from '../src/index.js'
import { installations } from './installations.js'
import { overrides } from './overrides-of.js'

const USER = '/home/user/.codex/config.toml'
const WORK = '/home/user/repo/work'
const REQUIREMENTS = '/etc/codex/requirements.toml'
const MANAGED = '/etc/codex/managed_config.toml'
const SYSTEM = '/etc/codex/config.toml'
const OTHER = '[model_providers.other]\nname = "o"\nbase_url = "https://o/v1"\n'
const OURS = `[model_providers.gate]
name = "as the administrator calls it"
base_url = "https://gateway.example.test/openai/v1"
wire_api = "responses"
[model_providers.gate.auth]
command = "/gate/state/bin/gate-token-default"
args = ["--client", "codex"]
timeout_ms = 15000
refresh_interval_ms = 60000
`

/** The rows of a machine that is set up, and then meets `init`. */
async function rows(init: TestHostInit & { connection?: Partial<Connection>; user?: string } = {}) {
  const { connection: changes, user, ...rest } = init
  const platform = init.platform ?? 'linux'
  const connection = testConnection(platform, changes)
  await using setup = await createTestHost({
    platform,
    files: user === undefined ? {} : { '~/.codex/config.toml': user },
  })
  await codex.configure(setup, connection)
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

  it('has none from an administrator who says the same', async () => {
    const same = `model_provider = "gate"\n${OURS}`
    expect(await rows({ files: { [REQUIREMENTS]: same, [MANAGED]: same, [SYSTEM]: same } })).toEqual([])
  })

  it('has none from variables that Codex keeps for other providers', async () => {
    expect(await rows({ env: { OPENAI_API_KEY: CANARY, CODEX_API_KEY: CANARY, CODEX_ACCESS_TOKEN: CANARY } })).toEqual(
      [],
    )
  })
})

describe('requirements.toml', () => {
  const from = (content: string, more: TestFiles = {}) => rows({ files: { [REQUIREMENTS]: content, ...more } })

  it('pins another provider', async () => {
    const found = await from(`model_provider = "other"\n${OTHER}`)
    expect(found).toEqual([override('managed', `${REQUIREMENTS}: model_provider`, 'model_provider')])
    expect(found[0]?.effect).toContain('uses the provider "other"')
  })

  it('pins a built-in one', async () => {
    const [row] = await from('model_provider = "openai"\n')
    expect(row?.effect).toContain('uses the provider "openai"')
  })

  it('pins one that is nowhere, so that Codex does not start', async () => {
    const [row] = await from('model_provider = "other"\n')
    expect(row?.effect).toContain('refuses to start')
  })

  it('replaces our table', async () => {
    const table = '[model_providers.gate]\nname = "x"\nbase_url = "https://theirs.example/v1"\n'
    const found = await from(table)
    expect(found).toEqual([override('managed', `${REQUIREMENTS}: model_providers.gate`, 'endpoint')])
    expect(found[0]?.effect).toContain('https://theirs.example')
    const sameUrl = '[model_providers.gate]\nname = "x"\nbase_url = "https://gateway.example.test/openai/v1"\n'
    expect(await from(`${sameUrl}wire_api = "responses"\nexperimental_bearer_token = "${CANARY}"\n`)).toEqual([
      override('managed', `${REQUIREMENTS}: model_providers.gate`, 'credential'),
    ])
  })

  it('beats managed_config.toml', async () => {
    const managed = { [MANAGED]: `model_provider = "other"\n${OTHER}` }
    expect(await from('model_provider = "gate"\n', managed)).toEqual([])
    expect(await from('model_provider = "openai"\n', managed)).toEqual([
      override('managed', `${REQUIREMENTS}: model_provider`, 'model_provider'),
    ])
    expect(await from(OURS, { [MANAGED]: '[model_providers.gate]\nbase_url = "https://x/v1"\n' })).toEqual([])
  })

  it('that cannot be parsed keeps Codex from starting', async () => {
    expect(await from('x = =')).toEqual([override('managed', REQUIREMENTS, 'everything')])
  })

  it('knows no model', async () => expect(await from('model = "m"\n')).toEqual([]))
})

describe('managed_config.toml', () => {
  const from = (content: string, connection: Partial<Connection> = {}) =>
    rows({ files: { [MANAGED]: content }, connection })

  it('chooses another provider', async () => {
    expect(await from(`model_provider = "other"\n${OTHER}`)).toEqual([
      override('managed', `${MANAGED}: model_provider`, 'model_provider'),
    ])
  })

  it('is put over our table key by key', async () => {
    const row = (displaces: string) => [override('managed', `${MANAGED}: model_providers.gate`, displaces)]
    const key = (line: string) => from(`[model_providers.gate]\n${line}\n`)
    expect(await key('base_url = "https://theirs.example/v1"')).toEqual(row('endpoint'))
    expect(await key('env_key = "X"')).toEqual(row('everything'))
    expect(await key('requires_openai_auth = true')).toEqual(row('everything'))
    expect(await key('auth.command = "/bin/other"')).toEqual(row('credential'))
    expect(await key('stream_max_retries = 1')).toEqual([info('managed', `${MANAGED}: model_providers.gate`)])
    expect(await key('model_catalog_url = "https://x"')).toEqual(row('model_providers.gate.model_catalog_url'))
    expect(await key('wire_api = "responses"')).toEqual([])
  })

  it('tells another credential where ours needs none', async () => {
    expect(await from('[model_providers.gate]\nenv_key = "X"\n', { auth: { kind: 'none' } })).toEqual([
      override('managed', `${MANAGED}: model_providers.gate`, 'credential'),
    ])
  })

  it('sets the model', async () => {
    expect(await from('model = "m"\n')).toEqual([info('managed', `${MANAGED}: model`)])
    expect(await from('model = "m"\n', { models: [{ id: 'gpt-6' }] })).toEqual([
      override('managed', `${MANAGED}: model`, 'model'),
    ])
    expect(await from('model = "gpt-6"\n', { models: [{ id: 'gpt-6' }] })).toEqual([])
  })

  it.each([
    ['profile = "x"\n', 'profile'],
    ['[model_providers.openai]\nname = "x"\n', 'model_providers.openai'],
    ['[model_providers."a b"]\nname = "x"\nwire_api = "chat"\n', 'model_providers."a b".wire_api'],
  ])('keeps Codex from starting with %j', async (content, key) => {
    expect(await from(content)).toEqual([override('managed', `${MANAGED}: ${key}`, 'everything')])
  })

  it('is not read from CODEX_HOME, and not at all on Windows', async () => {
    const content = `model_provider = "other"\n${OTHER}`
    expect(await rows({ files: { '~/.codex/managed_config.toml': content } })).toEqual([])
    const files = { 'C:\\ProgramData\\OpenAI\\Codex\\managed_config.toml': content }
    expect(await rows({ platform: 'win32', files })).toEqual([])
  })
})

describe('policies elsewhere', () => {
  it('Windows: ProgramData', async () => {
    const file = 'C:\\ProgramData\\OpenAI\\Codex\\requirements.toml'
    expect(await rows({ platform: 'win32', files: { [file]: 'model_provider = "openai"\r\n' } })).toEqual([
      override('managed', `${file}: model_provider`, 'model_provider'),
    ])
  })

  const profile = (values: Record<string, string>): TestHostInit => ({
    platform: 'darwin',
    programs: {
      '/usr/bin/defaults': (args) => {
        const value = values[args[2] ?? '']
        if (args[0] !== 'read' || args[1] !== 'com.openai.codex' || value === undefined) return { code: 1 }
        return `${Buffer.from(value).toString('base64')}\n`
      },
    },
  })

  it('macOS: the profile, before the files', async () => {
    const found = await rows({
      ...profile({ requirements_toml_base64: 'model_provider = "openai"\n', config_toml_base64: 'model = "m"\n' }),
      files: { [REQUIREMENTS]: 'model_provider = "gate"\n' },
    })
    expect(found).toEqual([
      override('managed', 'com.openai.codex: requirements_toml_base64: model_provider', 'model_provider'),
      info('managed', 'com.openai.codex: config_toml_base64: model'),
    ])
  })

  it('macOS: a profile that cannot be parsed', async () => {
    expect(await rows(profile({ config_toml_base64: 'x = =' }))).toEqual([
      override('managed', 'com.openai.codex: config_toml_base64', 'everything'),
    ])
  })

  it('macOS: no profile, or no way to ask', async () => {
    expect(await rows(profile({}))).toEqual([])
    expect(await rows({ platform: 'darwin' })).toEqual([])
  })
})

describe("the system's config.toml", () => {
  const from = (content: string) => rows({ files: { [SYSTEM]: content } })

  it('loses with its provider', async () => {
    expect(await from(`model_provider = "other"\n${OTHER}`)).toEqual([info('system', `${SYSTEM}: model_provider`)])
  })

  it('adds keys to our table where ours has none', async () => {
    const row = (displaces: string) => [override('system', `${SYSTEM}: model_providers.gate`, displaces)]
    expect(await from('[model_providers.gate]\nrequires_openai_auth = true\n')).toEqual(row('everything'))
    expect(await from('[model_providers.gate]\nquery_params = { a = "b" }\n')).toEqual([
      info('system', `${SYSTEM}: model_providers.gate`),
    ])
    expect(await from('[model_providers.gate]\nbase_url = "https://x/v1"\nauth.timeout_ms = 1\n')).toEqual([])
  })

  it.each([
    ['x = =', SYSTEM],
    ['profile = "x"\n', `${SYSTEM}: profile`],
    ['[model_providers.ollama]\nname = "x"\n', `${SYSTEM}: model_providers.ollama`],
  ])('keeps Codex from starting with %j', async (content, location) => {
    expect(await from(content)).toEqual([override('system', location, 'everything')])
  })
})

describe("the user's own files", () => {
  it.each([
    ['profile = "work"\n', 'profile'],
    ['[model_providers.lmstudio]\nname = "x"\n', 'model_providers.lmstudio'],
    ['[model_providers.old]\nname = "x"\nbase_url = "https://x"\nwire_api = "chat"\n', 'model_providers.old.wire_api'],
  ])('keep Codex from starting with %j', async (user, key) => {
    expect(await rows({ user })).toEqual([override('user', `${USER}: ${key}`, 'everything')])
  })

  it('tell of old profiles, which do nothing', async () => {
    expect(await rows({ user: '[profiles.work]\nmodel_provider = "o"\n[profiles.home]\nmodel = "m"\n' })).toEqual([
      info('user', `${USER}: profiles.work.model_provider`),
    ])
  })

  it('tell of files that count with -p', async () => {
    const files = {
      '~/.codex/work.config.toml': `model_provider = "other"\n${OTHER}`,
      '~/.codex/gate.config.toml': 'model_provider = "gate"\n',
      '~/.codex/redirect.config.toml': '[model_providers.gate]\nbase_url = "https://x/v1"\n',
      '~/.codex/model.config.toml': 'model = "m"\n',
    }
    const found = await rows({ files })
    expect(found).toEqual([
      info('user', '/home/user/.codex/redirect.config.toml'),
      info('user', '/home/user/.codex/work.config.toml'),
    ])
    expect(found[0]?.effect).toContain('-p redirect')
  })
})

describe('project files', () => {
  const project = '/home/user/repo/.codex/config.toml'
  const inner = `${WORK}/.codex/config.toml`
  const repository = { '/home/user/repo/.git/HEAD': 'ref: x' }
  const trusted = '[projects."/home/user/repo"]\ntrust_level = "trusted"\n'

  it('cannot change the provider, trusted or not', async () => {
    const files = { ...repository, [project]: `model_provider = "other"\n${OTHER}` }
    for (const user of [undefined, trusted]) {
      expect(await rows({ files, ...(user ? { user } : {}) })).toEqual([info('project', `${project}: model_provider`)])
    }
    const redirect = { ...repository, [inner]: '[model_providers.gate]\nbase_url = "https://x/v1"\n' }
    expect(await rows({ files: redirect, user: trusted })).toEqual([info('project', `${inner}: model_providers`)])
  })

  it('set the model when trusted, the innermost first', async () => {
    const files = { ...repository, [project]: 'model = "outer"\n', [inner]: 'model = "inner"\n' }
    expect(await rows({ files })).toEqual([])
    expect(await rows({ files, user: trusted })).toEqual([info('project', `${inner}: model`)])
    const connection = { models: [{ id: 'gpt-6' }] }
    expect(await rows({ files, user: trusted, connection })).toEqual([override('project', `${inner}: model`, 'model')])
    const same = { models: [{ id: 'inner' }] }
    expect(await rows({ files, user: trusted, connection: same })).toEqual([])
  })

  const trust = (directory: string, level = 'trusted') =>
    `[projects.${JSON.stringify(directory)}]\ntrust_level = "${level}"\n`
  const root = '/home/user/repo'
  const checkout = { '~/main/.git/worktrees/x/HEAD': 'ref: x', '~/repo/.git': 'gitdir: ../main/.git/worktrees/x\n' }
  const submodule = { '~/repo/.git': 'gitdir: /home/user/main/.git/modules/x\n' }

  it.each<{ name: string; user: string; file: string; git?: TestFiles; counts: boolean }>([
    { name: 'its directory', file: project, user: trust(root), counts: true },
    { name: "the working directory's file with the root", file: inner, user: trust(root), counts: true },
    { name: 'the working directory for its own file', file: inner, user: trust(WORK), counts: true },
    { name: 'the working directory not for the file in the root', file: project, user: trust(WORK), counts: false },
    { name: 'no directory between', file: `${WORK}/b/.codex/config.toml`, user: trust(WORK), counts: false },
    { name: 'not what is refused', file: inner, user: trust(root) + trust(WORK, 'untrusted'), counts: false },
    { name: 'a file above one that is refused', file: project, user: trust(root) + trust(WORK, 'no'), counts: true },
    { name: 'the main checkout', file: project, user: trust('/home/user/main'), git: checkout, counts: true },
    {
      name: 'not a worktree that is refused',
      file: project,
      user: trust('/home/user/main') + trust(root, 'untrusted'),
      git: checkout,
      counts: false,
    },
    {
      name: 'not what holds a submodule',
      file: project,
      user: trust('/home/user/main'),
      git: submodule,
      counts: false,
    },
  ])('are trusted by $name', async ({ user, file, git = repository, counts }) => {
    const cwd = file.startsWith(`${WORK}/b`) ? `${WORK}/b` : WORK
    const found = await rows({ cwd, user, files: { ...git, [file]: 'model = "other"\n' } })
    expect(found).toEqual(counts ? [info('project', `${file}: model`)] : [])
  })

  it('that cannot be parsed keep Codex from starting there, when trusted', async () => {
    const files = { ...repository, [project]: 'x = =' }
    expect(await rows({ files })).toEqual([])
    expect(await rows({ files, user: trusted })).toEqual([override('project', project, 'everything')])
  })

  it('count from the working directory up to the repository, and no further', async () => {
    const above = '/home/user/.codex-not-this/config.toml'
    const files = { ...repository, [above]: 'model = "x"\n', '/home/.codex/config.toml': 'model_provider = "x"\n' }
    expect(await rows({ files, user: trusted })).toEqual([])
    const noRepository = { [project]: 'model_provider = "other"\n' }
    expect(await rows({ files: noRepository })).toEqual([])
  })

  it("the user's own file is none in the home directory", async () => {
    expect(await rows({ cwd: '/home/user', user: '[projects."/home/user"]\ntrust_level = "trusted"\n' })).toEqual([])
  })
})

describe('a value of a wrong type keeps Codex from starting', () => {
  const project = `${WORK}/.codex/config.toml`
  const user = `[projects.${JSON.stringify(WORK)}]\ntrust_level = "trusted"\n`
  const stops = (source: Override['source'], location: string) => [override(source, location, 'everything')]

  it.each([
    [REQUIREMENTS, 'model_provider = 5\n', 'model_provider'],
    [REQUIREMENTS, 'features = 5\n', 'features'],
    [REQUIREMENTS, '[model_providers.gate]\nname = "x"\nbase_url = 5\n', 'model_providers.gate.base_url'],
    [REQUIREMENTS, '[model_providers.gate]\nbase_url = "https://x"\n', 'model_providers.gate'],
    [REQUIREMENTS, '[model_providers]\nx = 5\n', 'model_providers.x'],
    [MANAGED, 'model = 5\n', 'model'],
    [MANAGED, 'notify = 2020-01-01\n', 'notify'],
    [MANAGED, '[model_providers.x]\nname = ""\n', 'model_providers.x'],
    [MANAGED, '[model_providers.gate]\nbase_url = 5\n', 'model_providers.gate.base_url'],
    [SYSTEM, 'approval_policy = 5\n', 'approval_policy'],
    [SYSTEM, '[model_providers."a b"]\nbase_url = "https://x"\n', 'model_providers."a b"'],
    [project, 'model = 5\n', 'model'],
    [project, 'approval_policy = 5\n', 'approval_policy'],
  ])('%s: %j', async (file, content, key) => {
    const source = file === project ? 'project' : file === SYSTEM ? 'system' : 'managed'
    const connection = { models: [{ id: 'gpt-6' }] }
    expect(await rows({ user, files: { [file]: content }, connection })).toEqual(stops(source, `${file}: ${key}`))
  })

  it("in the user's provider", async () => {
    expect(await rows({ user: '[model_providers.x]\nbase_url = "https://x"\n' })).toEqual(
      stops('user', `${USER}: model_providers.x`),
    )
    expect(await rows({ user: '[model_providers.x]\nname = "x"\nauth = 5\n' })).toEqual(
      stops('user', `${USER}: model_providers.x.auth`),
    )
  })

  it('unless nothing reads it, or a stronger document hides it', async () => {
    const connection = { models: [{ id: 'gpt-6' }] }
    const none = async (files: TestFiles, more = user) =>
      expect((await rows({ user: more, files, connection })).filter(({ severity }) => severity !== 'info')).toEqual([])
    await none({ [project]: 'model = 5\n' }, '')
    await none({ [project]: 'profile = 5\nnotify = 5\nmodel_provider = 5\n[model_providers]\nx = 5\n' })
    await none({ [REQUIREMENTS]: 'model = 5\nnotify = 5\n' })
    await none({ [SYSTEM]: 'model = 5\nmodel_provider = 5\nmodel_providers = 5\n' })
    await none({ [SYSTEM]: '[model_providers.x]\nname = 5\n' }, '[model_providers.x]\nname = "x"\n')
    await none({ [project]: 'features = 5\n', [MANAGED]: '[features]\n' })
    await none({ [SYSTEM]: '[model_providers.amazon-bedrock.aws]\nprofile = "x"\n' })
  })
})

describe('another CODEX_HOME than at setup', () => {
  it('is told in both directions', async () => {
    const found = await rows({ env: { CODEX_HOME: '/elsewhere' }, files: { '/elsewhere/config.toml': '' } })
    expect(found).toEqual([override('environment', 'CODEX_HOME', 'config.toml')])
    expect(found[0]?.effect).toContain(USER)
    await using there = await createTestHost({ env: { CODEX_HOME: '/there' } })
    await codex.configure(there, testConnection('linux'))
    await using here = await createTestHost({ root: there.root })
    expect((await overrides(here, testConnection('linux')))[0]?.effect).toContain('/there/config.toml')
    await using same = await createTestHost({ root: there.root, env: { CODEX_HOME: '../../there' } })
    expect(await overrides(same, testConnection('linux'))).toEqual([])
  })

  it('that is not there keeps Codex from starting', async () => {
    const [row] = await rows({ env: { CODEX_HOME: '/nowhere' } })
    expect(row?.effect).toContain('refuses to start')
  })

  it('is not told when the home is only spelled another way', async () => {
    await using setup = await createTestHost()
    await codex.configure(setup, testConnection('linux'))
    await setup.fs.symlink('user', '/home/link')
    expect(await overrides({ ...setup, home: '/home/link', cwd: '/' }, testConnection('linux'))).toEqual([])
  })

  it('empty is as if it were not set', async () => expect(await rows({ env: { CODEX_HOME: '' } })).toEqual([]))
})

describe('the shell', () => {
  it('cannot change the base URL, which is told', async () => {
    const found = await rows({ env: { OPENAI_BASE_URL: `https://x/?k=${CANARY}` } })
    expect(found).toEqual([info('environment', 'OPENAI_BASE_URL')])
    expect(JSON.stringify(found)).not.toContain(CANARY)
  })

  const connection = { gatewayUrl: 'http://127.0.0.1:8080' }

  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])(
    '%s gets the token of a local gateway',
    async (name) => {
      const found = await rows({ connection, env: { [name]: `http://user:${CANARY}@proxy.example:3128` } })
      expect(found).toEqual([override('environment', name, 'endpoint')])
      expect(JSON.stringify(found)).not.toContain(CANARY)
      expect(await rows({ env: { [name]: 'http://proxy.example:3128' } })).toEqual([])
    },
  )

  it('HTTPS_PROXY does not', async () => {
    expect(await rows({ connection, env: { HTTPS_PROXY: 'http://proxy.example:3128' } })).toEqual([])
  })

  it.each<[Record<string, string>, boolean]>([
    [{ NO_PROXY: '127.0.0.1' }, true],
    [{ NO_PROXY: 'foo, 127.0.0.1' }, true],
    [{ NO_PROXY: '127.0.0.0/8' }, true],
    [{ no_proxy: '127.0.0.1' }, true],
    [{ NO_PROXY: '127.0.0.1', no_proxy: 'x' }, true],
    [{ NO_PROXY: 'x', no_proxy: '127.0.0.1' }, false],
    [{ NO_PROXY: 'localhost' }, false],
    [{ NO_PROXY: 'foo 127.0.0.1' }, false],
    [{ NO_PROXY: '127.0.0.1:8080' }, false],
    [{ NO_PROXY: '*' }, false],
  ])('%j keeps it away: %s', async (env, exempt) => {
    const found = await rows({ connection, env: { HTTP_PROXY: 'http://proxy.example:3128', ...env } })
    expect(found).toHaveLength(exempt ? 0 : 1)
  })

  it.each([
    ['localhost', true],
    ['*', true],
    ['127.0.0.1', false],
  ])('a gateway by name and NO_PROXY=%s', async (value, exempt) => {
    const byName = { gatewayUrl: 'http://localhost:8080' }
    const env = { HTTP_PROXY: 'http://proxy.example:3128', NO_PROXY: value }
    expect(await rows({ connection: byName, env })).toHaveLength(exempt ? 0 : 1)
  })
})

describe('status', () => {
  it('is overridden by an override, not by information', async () => {
    const connection = testConnection('linux')
    const helper: TestFiles = { [connection.helper.command]: { content: '', mode: 0o755 } }
    await using host = await createTestHost({ files: { ...installations.linux.files, ...helper } })
    await codex.configure(host, connection)
    expect((await codex.status(host, connection)).state).toBe('connected')
    await host.write({ [SYSTEM]: `model_provider = "other"\n${OTHER}` })
    expect((await codex.status(host, connection)).state).toBe('connected')
    await host.write({ [REQUIREMENTS]: 'model_provider = "openai"\n' })
    expect((await codex.status(host, connection)).state).toBe('overridden')
  })

  it('without a connection compares with what the file says', async () => {
    await using host = await createTestHost({ files: { [MANAGED]: OURS.replace('gateway.example', 'evil.example') } })
    await codex.configure(host, testConnection('linux'))
    expect(await overrides(host, undefined)).toEqual([
      override('managed', `${MANAGED}: model_providers.gate`, 'endpoint'),
    ])
  })
})
