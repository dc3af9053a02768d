import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { connectionFlags, createMachine, json, type Machine } from '../harness/machine.js'

interface Check {
  readonly id: string
  readonly title: string
  readonly result: string
  readonly detail: string
  readonly fix: string | null
}

let gateway: DevGateway
let machine: Machine

beforeAll(async () => {
  gateway = await startDevGateway()
})

afterAll(async () => {
  await gateway.stop()
})

beforeEach(async () => {
  machine = await createMachine({ gateway })
})

afterEach(async () => {
  gateway.set({ redirect: undefined, dateSkew: 0 })
  await machine.remove()
})

const setup = () => machine.gate('setup', ...connectionFlags(gateway))

async function doctor(
  ...args: string[]
): Promise<{ code: number | null; checks: Check[]; of: (id: string) => Check | undefined }> {
  const finished = await machine.gate('doctor', '--json', ...args)
  const { checks } = json<{ checks: Check[] }>(finished)
  return { code: finished.code, checks, of: (id) => checks.find((check) => check.id === id) }
}

test('a set-up that works passes every check', async () => {
  await setup()
  const { code, checks } = await doctor('--live')
  // The clients of this machine are programs that only exist: what they say is in asking.test.ts, and in e2e for the real ones.
  const notAsked = ['client.claude-code.agrees', 'client.codex.agrees']
  expect(checks.filter(({ result, id }) => result !== 'pass' && !notAsked.includes(id))).toEqual([])
  expect(code).toBe(0)
  expect(checks.map(({ id }) => id)).toEqual([
    ...[
      'node',
      'directories',
      'config',
      'plugin.@gate/client-claude-code',
      'plugin.@gate/client-claude-desktop',
      'plugin.@gate/client-codex',
      'plugin.@gate/client-opencode',
      'issuer',
      'clock',
    ],
    ...['secret-store', 'token', 'token.size', 'gateway', 'gateway.anthropic', 'gateway.anthropic.token'],
    ...['gateway.openai', 'gateway.openai.token', 'live.anthropic', 'live.openai'],
    ...['client.claude-code', 'client.claude-code.agrees', 'client.claude-desktop'],
    ...['client.codex', 'client.codex.agrees', 'client.opencode'],
  ])
})

test('nothing configured: the configuration fails and the rest is not guessed', async () => {
  const { code, of } = await doctor()
  expect(code).toBe(2)
  expect(of('config')).toMatchObject({ result: 'fail', fix: expect.stringContaining('gate setup') })
  expect(of('gateway')).toBeUndefined()
})

test('an unreachable gateway is a warning note at setup and fails doctor with exit code 6', async () => {
  const dead = await startDevGateway()
  const flags = ['--gateway-url', dead.url, '--issuer', gateway.issuer, '--client-id', gateway.clientId]
  await dead.stop()
  const done = await machine.gate('setup', ...flags, '--json')
  expect(done.code).toBe(0)
  expect(json<{ notes: { code: string }[] }>(done).notes).toContainEqual(
    expect.objectContaining({ code: 'gateway-unreachable' }),
  )
  const { code, of } = await doctor()
  expect(of('gateway')).toMatchObject({ result: 'fail' })
  expect(code).toBe(6)
})

test('without a login the token fails with exit code 3 and names gate login', async () => {
  await machine.gate('setup', '--lazy', ...connectionFlags(gateway))
  const { code, of } = await doctor()
  expect(of('token')).toMatchObject({ result: 'fail', fix: 'gate login' })
  expect(code).toBe(3)
})

test('a gateway that answers 403 instead of 401 is named, one that redirects too', async () => {
  await setup()
  const refusing = gateway.fail({ kind: '403', match: '/v1/messages', times: Number.POSITIVE_INFINITY })
  const { of } = await doctor()
  expect(of('gateway.anthropic')).toMatchObject({
    result: 'fail',
    detail: expect.stringContaining('403 instead of 401'),
  })
  refusing.cancel()
  gateway.set({ redirect: { status: 307, location: 'https://elsewhere.example.com/' } })
  const redirected = await doctor()
  expect(redirected.of('gateway.anthropic')).toMatchObject({ result: 'fail', detail: expect.stringContaining('307') })
})

test('a token that the gateway refuses is told apart from no token', async () => {
  await setup()
  gateway.expireAccessTokens()
  expect((await doctor()).of('gateway.openai.token')).toMatchObject({
    result: 'fail',
    detail: expect.stringContaining('401'),
  })
})

test('clocks that differ are named', async () => {
  await setup()
  gateway.set({ dateSkew: 600 })
  expect((await doctor()).of('clock')).toMatchObject({ result: 'fail', detail: expect.stringContaining('behind') })
})

test('an issuer that is another one, and one that cannot be reached', async () => {
  await setup()
  await machine.gate('config', 'set', 'issuer', gateway.issuer.replace('127.0.0.1', 'localhost'))
  expect((await doctor()).of('issuer')).toMatchObject({
    result: 'fail',
    detail: expect.stringContaining('calls itself'),
  })
  await machine.gate('config', 'set', 'issuer', 'http://127.0.0.1:9')
  const { code, of } = await doctor()
  expect(of('issuer')).toMatchObject({ result: 'fail' })
  expect(code).toBe(6)
})

test('a broken config.json and a broken client file are found, not fatal', async () => {
  await setup()
  await machine.write('.claude/settings.json', '{ oops')
  expect((await doctor()).of('client.claude-code')).toMatchObject({ result: 'unknown' })
  await machine.write('.config/gate/config.json', '{ oops')
  expect((await doctor()).of('config')).toMatchObject({
    result: 'fail',
    fix: expect.stringContaining('gate config reset'),
  })
})

test('--report is plain text without secrets and without the user’s directory', async () => {
  await setup()
  const token = (await machine.gate('token')).stdout.trim()
  const { stdout } = await machine.gate('doctor', '--report')
  expect(stdout).toMatch(/^gate \d+\.\d+\.\d+, node \d+/)
  expect(stdout).toContain('client.codex: connected')
  expect(stdout).not.toContain(machine.home)
  expect(stdout).not.toContain(token)
})

test('a client of a profile that lacks something is not told as connected', async () => {
  await setup()
  await machine.gate('config', 'unset', 'gateway-url')
  const { code, of } = await doctor()
  expect(of('client.codex')).toMatchObject({ result: 'fail', fix: 'gate setup --gateway-url URL' })
  expect(code).toBe(2)
})
