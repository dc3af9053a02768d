import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Apache, startApache } from '../harness/gateways/apache.ts'
import { type AppsGateway, startAppsGateway } from '../harness/gateways/apps-gateway.ts'
import { type Nginx, startNginx } from '../harness/gateways/nginx.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const ANSWER = 'Answered by the gate dev gateway.'

/** A gateway as it is set up, and what its clients can do: `unspoken` is passed over, `rejected` gets no answer. */
interface Row {
  readonly name: string
  readonly url: () => string
  readonly token: () => string
  readonly paths?: { readonly anthropic?: string; readonly openai?: string }
  readonly claude: 'works' | 'rejected'
  readonly codex: 'works' | 'unspoken' | 'rejected'
}

let upstream: DevGateway
let nginx: Nginx
let apache: Apache
let apps: AppsGateway
let appsToken: string

beforeAll(async () => {
  upstream = await startDevGateway({ auth: 'none', apiKeys: ['sk-ant-test'] })
  ;[nginx, apache, apps] = await Promise.all([
    startNginx(upstream.url),
    startApache(upstream.url),
    startAppsGateway(upstream.url),
  ])
  appsToken = await apps.signIn()
})

afterAll(async () => {
  for (const server of [nginx, apache, apps, upstream]) await server?.stop()
})

const both = { claude: 'works', codex: 'works' } as const
const rejected = { claude: 'rejected', codex: 'rejected' } as const
const onNginx = { token: () => nginx.token }
const onApache = { token: () => apache.token }
const prefixes = { anthropic: '/anthropic', openai: '/openai' }
const rows: readonly Row[] = [
  { name: 'nginx: everything below prefixes', url: () => nginx.prefixes, ...onNginx, paths: prefixes, ...both },
  {
    ...{ name: 'nginx: one API below a prefix', url: () => nginx.anthropicOnly, ...onNginx },
    ...{ paths: { anthropic: '/anthropic' }, claude: 'works', codex: 'unspoken' },
  },
  { name: 'nginx: POST alone', url: () => nginx.postOnly, ...onNginx, ...both },
  { name: 'nginx: a login page without a token', url: () => nginx.loginPage, ...onNginx, ...both },
  {
    name: 'nginx: a login page with a token that it does not know',
    url: () => nginx.loginPage,
    token: () => 'another-token',
    ...rejected,
  },
  { name: 'Apache: a resource server', url: () => apache.resourceServer, ...onApache, ...both },
  { name: 'Apache: browsers and bearers', url: () => apache.mixed, ...onApache, ...both },
  { name: 'Apache: below a path', url: () => apache.belowPath, ...onApache, paths: prefixes, ...both },
  { name: 'Apache: a claim that the token lacks', url: () => apache.claim, ...onApache, ...rejected },
  { name: 'Apache: HTTP/1.0, compressed, without HEAD', url: () => apache.old, ...onApache, ...both },
  { name: 'Claude apps gateway', url: () => apps.url, token: () => appsToken, claude: 'works', codex: 'unspoken' },
]

interface Told {
  readonly clients: readonly {
    readonly id: string
    readonly result: string
    readonly state: string
    readonly error: { readonly code: string } | null
    readonly reasons: readonly { readonly code: string }[]
    readonly notes: readonly { readonly code: string }[]
  }[]
  readonly gateway: { readonly paths: object }
  readonly live: readonly { readonly protocol: string; readonly outcome: string; readonly detail: string }[]
  readonly checks: readonly { readonly id: string; readonly result: string; readonly detail: string }[]
}

const LIVE = { works: 'answered', unspoken: 'not-offered', rejected: 'rejected' } as const
const STATE = { works: 'connected', unspoken: 'detected', rejected: 'no-token' } as const

async function homeFor(token: string): Promise<ThrowawayHome> {
  return createHome({ gateway: upstream, env: { GATE_TOKEN: token } })
}

const connectionTo = (url: string) => {
  return ['--gateway-url', url, '--issuer', upstream.issuer, '--client-id', upstream.clientId]
}

describe.each(rows)('$name', (row) => {
  test('setup, status, --live and doctor say what Claude Code and Codex then do', { timeout: 240_000 }, async () => {
    const home = await homeFor(row.token())
    try {
      const gate = async (...args: string[]) => {
        const finished = await home.gate([...args, '--json'])
        return { code: finished.code, told: JSON.parse(finished.stdout || finished.stderr) as Told }
      }
      const clients = ['--client', 'claude-code', '--client', 'codex']
      const setup = await gate('setup', ...connectionTo(row.url()), ...clients)
      const looked = await gate('status', 'claude-code', 'codex')
      const live = await gate('status', 'claude-code', 'codex', '--live')
      const doctor = await gate('doctor')
      expect(setup.told.gateway.paths).toEqual({ anthropic: '', openai: '', ...row.paths })
      const wanted = [
        ['claude-code', 'anthropic', row.claude],
        ['codex', 'openai', row.codex],
      ] as const
      for (const [id, protocol, outcome] of wanted) {
        const of = ({ told }: { told: Told }) => told.clients.find((client) => client.id === id)
        expect(of(setup), id).toMatchObject({ result: outcome === 'unspoken' ? 'skipped' : 'configured' })
        expect(of(setup)?.error?.code).toBe(outcome === 'unspoken' ? 'protocol-not-spoken' : undefined)
        expect(of(looked), id).toMatchObject({ state: STATE[outcome] })
        expect(live.told.live.find((result) => result.protocol === protocol)).toMatchObject({ outcome: LIVE[outcome] })
        const failed = doctor.told.checks.filter((check) => check.result === 'fail' && check.id.includes(protocol))
        expect(failed.length > 0, JSON.stringify(failed)).toBe(outcome === 'rejected')
      }
      expect(live.code === 0).toBe(row.claude === 'works')

      const claude = await home.claude([], { timeoutMs: 90_000 })
      expect(claude.stdout.includes(ANSWER), claude.stdout + claude.stderr).toBe(row.claude === 'works')
      if (row.codex === 'unspoken') await home.gate(['setup', '--client', 'codex', '--force'])
      const codex = await home.codex([], { timeoutMs: 90_000 })
      expect(codex.stdout.includes(ANSWER), codex.stdout + codex.stderr).toBe(row.codex === 'works')
    } finally {
      await home.remove()
    }
  })
})

test('Apache: a redirect to the same path with a slash is refused with what helps, and nothing is written', async () => {
  const home = await homeFor(apache.token)
  const refused = await home.gate(['setup', ...connectionTo(apache.slash), '--json'])
  expect(refused.code).toBe(2)
  expect(JSON.parse(refused.stderr)).toMatchObject({
    error: { code: 'gateway-redirects', fix: expect.stringContaining('without a redirect') },
  })
  await expect(home.read('home/.config/gate/config.json')).rejects.toThrow('ENOENT')
  await home.remove()
})

test('the Claude apps gateway before the sign-in: nothing is believed, and clients are set up', async () => {
  const home = await createHome({ gateway: upstream, clients: 'stub' })
  const lazy = await home.gate(['setup', '--lazy', ...connectionTo(apps.url), '--json'])
  const told = JSON.parse(lazy.stdout) as { gateway: { protocols: object }; notes: { code: string }[] }
  expect(told.gateway.protocols).toMatchObject({
    anthropic: { verdict: 'unknown', status: 401 },
    openai: { verdict: 'unknown', status: 401 },
  })
  expect(told.notes.map(({ code }) => code)).toContain('protocols-unknown')
  await home.remove()
})
