import type { Connection, Override } from '@gate/core'
import { CANARY, createTestHost, type TestHostInit, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import pi from '../src/index.js'
import { includesModel } from '../src/model-patterns.js'
import { isExempt } from '../src/no-proxy.js'
import { overrides } from '../src/overrides.js'

const WORK = '/home/user/repo'
const PROJECT = `${WORK}/.pi/settings.json`
const AGENT = '/home/user/.pi/agent'
const TRUSTED = { [`${AGENT}/trust.json`]: JSON.stringify({ '/home/user': true }) }

interface Meeting extends TestHostInit {
  readonly connection?: Partial<Connection>
  /** Keys put into the user's settings after setup. */
  readonly user?: object
  /** Ask without the connection, as `gate status` does when the profile is gone. */
  readonly unknown?: boolean
}

/** The rows of a machine that is set up, and then meets `init`. */
async function rows({ connection: changes, user, unknown, ...init }: Meeting = {}) {
  const connection = testConnection('linux', { gatewayUrl: 'http://127.0.0.1:8080', ...changes })
  await using setup = await createTestHost()
  await pi.configure(setup, connection)
  if (user) {
    const settings = JSON.parse(await setup.read('~/.pi/agent/settings.json')) as object
    await setup.write({ '~/.pi/agent/settings.json': JSON.stringify({ ...settings, ...user }) })
  }
  await using host = await createTestHost({ cwd: WORK, ...init, root: setup.root })
  return await overrides(host, unknown ? undefined : connection)
}

const row = (source: Override['source'], location: string, displaces: string, severity = 'override') =>
  expect.objectContaining({ source, location, displaces, severity })

describe('a machine with nothing stronger', () => {
  it('has no rows', async () => {
    expect(await rows()).toEqual([])
    expect(await rows({ unknown: true })).toEqual([])
  })

  it('has none from credentials that pi keeps for other providers', async () => {
    const env = { ANTHROPIC_API_KEY: CANARY, ANTHROPIC_BASE_URL: 'http://x', OPENAI_API_KEY: CANARY }
    const files = { [`${AGENT}/auth.json`]: `{"anthropic":{"type":"api_key","key":"${CANARY}"}}` }
    expect(await rows({ env, files })).toEqual([])
  })
})

describe('the user', () => {
  it('saved a key for our provider', async () => {
    const found = await rows({ files: { [`${AGENT}/auth.json`]: `{"gate":{"type":"api_key","key":"${CANARY}"}}` } })
    expect(found).toEqual([row('user', `${AGENT}/auth.json: gate`, 'credential')])
    expect(JSON.stringify(found)).not.toContain(CANARY)
  })

  it.each([true, false])('limits the models (connection unknown: %s)', async (unknown) => {
    const place = row('user', `${AGENT}/settings.json: enabledModels`, 'model')
    expect(await rows({ unknown, user: { enabledModels: ['anthropic/*'] } })).toEqual([place])
    expect(await rows({ unknown, user: { enabledModels: ['anthropic/*', 'gate/*'] } })).toEqual([])
    expect(await rows({ unknown, user: { enabledModels: [] } })).toEqual([])
    expect(await rows({ unknown, user: { enabledModels: 'x' } })).toEqual([])
  })

  it('wrote what pi does not start with', async () => {
    expect(await rows({ user: { sessionDir: 5 } })).toEqual([
      row('user', `${AGENT}/settings.json: sessionDir`, 'everything'),
    ])
  })

  it('names a proxy', async () => {
    const place = row('user', `${AGENT}/settings.json: httpProxy`, 'endpoint')
    const user = { httpProxy: `http://me:${CANARY}@proxy:1` }
    const found = await rows({ user })
    expect(found).toEqual([place])
    expect(JSON.stringify(found)).not.toContain(CANARY)
    expect(await rows({ user, unknown: true })).toEqual([place])
    expect(await rows({ user, connection: { gatewayUrl: 'https://g' } })).toEqual([])
    expect(await rows({ user, env: { NO_PROXY: '127.0.0.1' } })).toEqual([])
    expect(await rows({ user, env: { HTTP_PROXY: 'http://p' } })).toEqual([
      row('environment', 'HTTP_PROXY', 'endpoint'),
    ])
  })
})

describe('the project', () => {
  const meets = (content: object | string, more: Meeting = {}) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    return rows({ ...more, files: { ...TRUSTED, ...more.files, [PROJECT]: text } })
  }

  it('chooses another provider', async () => {
    expect(await meets({ defaultProvider: 'openai' })).toEqual([
      row('project', `${PROJECT}: defaultProvider`, 'defaultProvider'),
    ])
    expect(await meets({ defaultProvider: 'gate' })).toEqual([])
  })

  it('chooses another model of the gateway', async () => {
    const place = `${PROJECT}: defaultModel`
    expect(await meets({ defaultModel: 'gpt-5.5' })).toEqual([row('project', place, 'model', 'info')])
    const connection = { models: [{ id: 'a' }, { id: 'b' }] }
    expect(await meets({ defaultModel: 'b' }, { connection })).toEqual([row('project', place, 'model')])
    expect(await meets({ defaultModel: 'a' }, { connection })).toEqual([])
    expect(await meets({ defaultModel: 'c' }, { connection })).toEqual([row('project', place, 'defaultModel')])
  })

  it('limits the models, in the place of the user', async () => {
    const place = row('project', `${PROJECT}: enabledModels`, 'model')
    expect(await meets({ enabledModels: ['openai/*'] }, { user: { enabledModels: ['gate/*'] } })).toEqual([place])
    expect(await meets({ enabledModels: ['gate/*'] }, { user: { enabledModels: ['openai/*'] } })).toEqual([])
  })

  it('brings what pi does not start with', async () => {
    expect(await meets({ packages: 5 })).toEqual([row('project', `${PROJECT}: packages`, 'everything')])
  })

  it('has no say over the proxy, nor with a file that is broken', async () => {
    expect(await meets({ httpProxy: 'http://p' })).toEqual([])
    expect(await meets('{')).toEqual([])
  })

  it('counts when it is trusted: by the nearest decision, or by the rule for all', async () => {
    const content = { defaultProvider: 'openai' }
    const trust = (decisions: object) => ({ files: { [`${AGENT}/trust.json`]: JSON.stringify(decisions) } })
    const severity = async (more: Meeting) => (await meets(content, more)).map((one) => one.severity)
    expect(await severity(trust({ '/home/user': true, [WORK]: false }))).toEqual([])
    expect(await severity(trust({ '/home/user': false, [WORK]: true }))).toEqual(['override'])
    expect(await severity(trust({}))).toEqual(['info'])
    expect(await severity({ ...trust({}), user: { defaultProjectTrust: 'always' } })).toEqual(['override'])
    expect(await severity({ ...trust({}), user: { defaultProjectTrust: 'never' } })).toEqual([])
  })

  it('is the working directory alone', async () => {
    expect(await meets({ defaultProvider: 'openai' }, { cwd: `${WORK}/below` })).toEqual([])
  })
})

describe('extensions', () => {
  const NEAR = `${WORK}/.pi/extensions`
  const FAR = `${AGENT}/extensions`
  const meets = (files: Record<string, string>, more: Meeting = {}) => rows({ ...more, files })
  const told = (source: Override['source'], location: string) => row(source, location, 'unknown', 'info')

  it("of the user's and of a trusted project may change everything", async () => {
    const files = { [`${FAR}/b.js`]: '', [`${FAR}/a/index.ts`]: '', [`${NEAR}/x.ts`]: CANARY, ...TRUSTED }
    const found = await meets(files)
    expect(found).toEqual([told('user', `${FAR}/a`), told('user', `${FAR}/b.js`), told('project', `${NEAR}/x.ts`)])
    expect(found[0]?.effect).toContain("gate's token")
  })

  it('are told by the settings that name them', async () => {
    const user = { packages: ['npm:x'], extensions: [] }
    const files = { [PROJECT]: JSON.stringify({ extensions: ['./x.ts'] }), ...TRUSTED }
    expect(await meets(files, { user })).toEqual([
      told('user', `${AGENT}/settings.json: packages`),
      told('project', `${PROJECT}: extensions`),
    ])
  })

  it('of other projects do not count, or not yet', async () => {
    const files = { [`${NEAR}/x.ts`]: '' }
    expect((await meets(files))[0]?.effect).toContain('Once you trust this project')
    expect(await meets(files, { user: { defaultProjectTrust: 'never' } })).toEqual([])
    expect(await meets({ '/home/user/.pi/extensions/x.ts': '', ...TRUSTED })).toEqual([])
  })

  it('are nothing else in their folders', async () => {
    expect(await meets({ [`${FAR}/README.md`]: '', [`${FAR}/lib/x.ts`]: '' })).toEqual([])
  })
})

describe('another directory than at setup', () => {
  it('is told with its variable', async () => {
    const found = await rows({ env: { PI_CODING_AGENT_DIR: '/elsewhere' } })
    expect(found).toEqual([row('environment', 'PI_CODING_AGENT_DIR', 'models.json')])
    expect(found[0]?.effect).toContain(`${AGENT}/models.json`)
    expect(await rows({ env: { PI_CODING_AGENT_DIR: '~/.pi/agent' } })).toEqual([])
  })
})

describe('the environment', () => {
  it('adds a header that holds another key', async () => {
    const ANTHROPIC_CUSTOM_HEADERS = `x-foo: bar\nX-Api-Key: ${CANARY}`
    const found = await rows({ env: { ANTHROPIC_CUSTOM_HEADERS } })
    expect(found).toEqual([row('environment', 'ANTHROPIC_CUSTOM_HEADERS', 'credential')])
    expect(JSON.stringify(found)).not.toContain(CANARY)
    expect(await rows({ env: { ANTHROPIC_CUSTOM_HEADERS: 'authorization: Bearer x' } })).toEqual([])
    expect(await rows({ env: { ANTHROPIC_CUSTOM_HEADERS }, connection: { models: [{ id: 'gpt-6' }] } })).toEqual([])
  })

  it.each([
    [{ HTTP_PROXY: 'http://p' }, 'HTTP_PROXY'],
    [{ http_proxy: 'http://p' }, 'http_proxy'],
    [{ HTTP_PROXY: '', http_proxy: 'http://p' }, 'http_proxy'],
    [{ HTTP_PROXY: 'http://p', http_proxy: '' }, undefined],
    [{ HTTPS_PROXY: 'http://p', ALL_PROXY: 'http://p' }, undefined],
    [{ HTTP_PROXY: 'http://p', NO_PROXY: '127.0.0.1' }, undefined],
    [{ HTTP_PROXY: 'http://p', NO_PROXY: 'localhost', no_proxy: '127.0.0.1' }, undefined],
    [{ HTTP_PROXY: 'http://p', NO_PROXY: '127.0.0.1', no_proxy: 'localhost' }, 'HTTP_PROXY'],
  ])('has a proxy: %j', async (env, location) => {
    expect(await rows({ env })).toEqual(location === undefined ? [] : [row('environment', location, 'endpoint')])
    expect(await rows({ env, connection: { gatewayUrl: 'https://g' } })).toEqual([])
  })
})

describe('NO_PROXY', () => {
  it.each([
    ['*', 'http://127.0.0.1:8080', true],
    ['a *', 'http://127.0.0.1:8080', false],
    ['127.0.0.0/8', 'http://127.0.0.1:8080', false],
    ['a, 127.0.0.1:8080', 'http://127.0.0.1:8080', true],
    ['127.0.0.1:81', 'http://127.0.0.1:8080', false],
    ['127.0.0.1:80', 'http://127.0.0.1', true],
    ['[::1]', 'http://[::1]:1', true],
    ['::1', 'http://[::1]:1', true],
    ['[::1]:1', 'http://[::1]:1', true],
    ['.localhost', 'http://gw.localhost', true],
    ['*.localhost', 'http://gw.localhost', true],
    ['LOCALHOST', 'http://gw.localhost', true],
    ['host', 'http://localhost', false],
    ['', 'http://localhost', false],
  ])('%s for %s', (noProxy, url, exempt) => expect(isExempt(noProxy, new URL(url))).toBe(exempt))
})

describe('enabledModels', () => {
  it.each([
    ['gate/corp/Glm-5', true],
    ['corp/glm-5:high', true],
    ['glm', true],
    ['gate/*', false],
    ['gate/*/*', true],
    ['corp/glm-?', true],
    ['corp/glm-[4-6]', true],
    ['corp/glm-[!5]', false],
    ['corp/glm-[z-a]', false],
    ['*', false],
    ['openai/glm-5', false],
    ['gpt', false],
  ])('%s', (pattern, wanted) => expect(includesModel([5, pattern], 'corp/glm-5')).toBe(wanted))
})
