import type { TestFiles } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import { info, override, rows, stringify, WORK } from './rows.js'

const MANAGED = '/etc/claude-code/managed-settings.json'
const ELSEWHERE = 'https://elsewhere.example'
const GATEWAY = 'https://gateway.example.test/anthropic'

const managed = (settings: object) => rows({ files: stringify({ [MANAGED]: settings }) })
const login = (changes: object = {}, gatewayTrust: object = { 'g.example': 'pin' }): TestFiles =>
  stringify({
    '~/.claude/.credentials.json': {
      enterpriseGateway: { url: 'https://g.example', jwt: 'j', expiresAt: 4_000_000_000_000, ...changes },
      gatewayTrust,
    },
  })

describe('a program that starts Claude Code and manages its provider', () => {
  const HOST = 'CLAUDE_CODE_HOST_AUTH_ENV_VAR'
  const ENTRY = 'CLAUDE_CODE_ENTRYPOINT'

  it.each([
    [{ [HOST]: 'X' }, HOST],
    [{ [HOST]: 'X', ANTHROPIC_BASE_URL: ELSEWHERE }, HOST],
    [{ [ENTRY]: 'claude-desktop', ANTHROPIC_BASE_URL: ELSEWHERE }, ENTRY],
    [{ [ENTRY]: 'claude-desktop-3p', ANTHROPIC_BASE_URL: ELSEWHERE }, ENTRY],
    [{ [ENTRY]: 'local-agent', ANTHROPIC_BASE_URL: ELSEWHERE }, ENTRY],
  ])('takes the base URL away: %j', async (env, name) => {
    expect(await rows({ env })).toEqual([override('environment', name, 'endpoint')])
  })

  it.each([
    [{ [HOST]: 'X', ANTHROPIC_BASE_URL: `${GATEWAY}/` }],
    [{ [HOST]: '' }],
    [{ [ENTRY]: 'claude-desktop' }],
    [{ [ENTRY]: 'claude-vscode' }],
  ])('takes nothing away: %j', async (env) => expect(await rows({ env })).toEqual([]))

  it('leaves no settings file a say', async () => {
    const env = { [HOST]: 'X', ANTHROPIC_BASE_URL: GATEWAY }
    const settings = { env: { ANTHROPIC_BASE_URL: ELSEWHERE, ANTHROPIC_AUTH_TOKEN: 't', CLAUDE_CODE_USE_BEDROCK: '1' } }
    const files = stringify({ [MANAGED]: settings, [`${WORK}/.claude/settings.json`]: settings })
    expect(await rows({ env, files })).toEqual([])
  })
})

describe('policy helpers of an administrator', () => {
  const env = { ANTHROPIC_BASE_URL: ELSEWHERE }
  const at = (key: string) => [override('managed', `${MANAGED}: ${key}: env.ANTHROPIC_BASE_URL`, 'endpoint')]

  it.each([
    [{ default: { env } }, 'policyHelpers.default'],
    [{ linux: { defaultSettings: { env } } }, 'policyHelpers.linux.defaultSettings'],
    [{ linux: { defaultSettings: { env }, outputBehavior: 'merge' } }, 'policyHelpers.linux.defaultSettings'],
  ])('may hold static settings: %j', async (policyHelpers, key) => {
    expect(await managed({ policyHelpers })).toEqual(at(key))
  })

  it.each([[{ macos: { defaultSettings: { env } } }], [{ linux: { defaultSettings: {} }, default: { env } }]])(
    'may be about another system, or empty: %j',
    async (policyHelpers) => {
      expect(await managed({ policyHelpers })).toEqual([])
    },
  )

  it('take the place of the other managed settings', async () => {
    const found = await managed({ env, policyHelpers: { default: {} } })
    expect(found).toEqual([info('managed', MANAGED)])
  })

  it.each([
    [{ policyHelper: { path: '/x' } }, 'policyHelper'],
    [{ policyHelpers: { linux: { path: '/x' } } }, 'policyHelpers.linux'],
    [{ policyHelpers: { linux: { script: 'x', interpreter: 'sh' } } }, 'policyHelpers.linux'],
  ])('that are programs are told: %j', async (settings, key) => {
    expect(await managed(settings)).toEqual([info('managed', `${MANAGED}: ${key}`)])
  })
})

describe('limits of an administrator', () => {
  it.each([
    [{ forceLoginGatewayUrl: 'https://g' }, 'forceLoginGatewayUrl'],
    [{ deniedModels: ['opus', 'sonnet', 'haiku', 'fable'] }, 'deniedModels'],
    [{ availableModels: ['x'], availableModelsMatch: 'exact' }, 'availableModels'],
    [{ allowedProviders: 'x' }, 'allowedProviders'],
    [{ hooks: { PreToolUse: [{ matcher: {} }] } }, 'hooks'],
  ])('keep Claude Code from starting: %j', async (settings, key) => {
    expect((await managed(settings)).filter(({ severity }) => severity === 'override')).toMatchObject([
      { source: 'managed', location: `${MANAGED}: ${key}` },
    ])
  })

  it.each([[{ forceLoginGatewayUrl: '' }], [{ deniedModels: ['opus'] }], [{ hooks: { Stop: 'x' } }]])(
    "are in nobody's way: %j",
    async (settings) => expect(await managed(settings)).toEqual([]),
  )
})

describe('a stored login to a Claude apps gateway', () => {
  it.each([[{}], [{ expiresAt: 1, idpRefreshToken: 'r' }]])('beats the helper: %j', async (changes) => {
    expect(await rows({ files: login(changes) })).toMatchObject([
      {
        source: 'user',
        displaces: 'endpoint',
        severity: 'override',
        location: expect.stringContaining('enterpriseGateway'),
      },
    ])
  })

  it('does not when it is over, or its gateway is not trusted', async () => {
    expect(await rows({ files: login({ expiresAt: 1 }) })).toEqual([])
    expect(await rows({ files: login({}, {}) })).toEqual([])
  })
})

describe('models that something else chose', () => {
  it.each([
    [{ model: 'mine' }, 'model'],
    [{ availableModels: ['haiku'] }, 'availableModels'],
    [{ env: { CLAUDE_CODE_SUBAGENT_MODEL: 'mine' } }, 'env.CLAUDE_CODE_SUBAGENT_MODEL'],
    [{ env: { ANTHROPIC_SMALL_FAST_MODEL: 'mine' } }, 'env.ANTHROPIC_SMALL_FAST_MODEL'],
  ])("are named with their place in the user's own file: %j", async (user, key) => {
    expect(await rows({ user })).toEqual([info('user', `/home/user/.claude/settings.json: ${key}`)])
  })
})

it('a base URL that differs by slashes and blanks is the same', async () => {
  for (const url of [`${GATEWAY}/`, `${GATEWAY}//`, ` ${GATEWAY} `]) {
    const files = stringify({ [`${WORK}/.claude/settings.json`]: { env: { ANTHROPIC_BASE_URL: url } } })
    expect(await rows({ files })).toEqual([])
  }
})
