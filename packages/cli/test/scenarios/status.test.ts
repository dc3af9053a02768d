import { rm, writeFile } from 'node:fs/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { snapshot } from '../../../sdk/test/harness/snapshot.js'
import { connectionFlags, createMachine, errorOf, json, type Machine } from '../harness/machine.js'

interface StatusAnswer {
  readonly schemaVersion: number
  readonly profile: string
  readonly gateway: string | null
  readonly auth: {
    readonly kind: string | null
    readonly state: string
    readonly expiresAt: string | null
    readonly secretStore: string | null
  }
  readonly clients: readonly {
    readonly id: string
    readonly displayName: string
    readonly state: string
    readonly version: string | null
    readonly files: readonly { readonly path: string; readonly exists: boolean }[]
    readonly reasons: readonly {
      readonly code: string
      readonly message: string
      readonly file: string | null
      readonly line: number | null
      readonly fix: string | null
    }[]
    readonly overrides: readonly { readonly source: string; readonly location: string; readonly displaces: string }[]
    readonly notes: readonly unknown[]
  }[]
  readonly live?: readonly { readonly protocol: string; readonly outcome: string; readonly status: number | null }[]
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
  gateway.clearRequests()
  machine = await createMachine({ gateway })
})

afterEach(async () => {
  await machine.remove()
})

const setup = () => machine.gate('setup', ...connectionFlags(gateway))
const status = async (...args: string[]) => json<StatusAnswer>(await machine.gate('status', '--json', ...args))

test('the answer has exactly the documented shape', async () => {
  await setup()
  const answer = await status()
  expect(Object.keys(answer)).toEqual([
    'schemaVersion',
    'profile',
    'gateway',
    'auth',
    'clients',
    'recovered',
    'pending',
  ])
  expect(answer).toMatchObject({
    schemaVersion: 1,
    profile: 'default',
    gateway: gateway.url,
    auth: {
      kind: 'oidc',
      state: 'signed-in',
      secretStore: 'file',
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    },
  })
  for (const client of answer.clients) {
    expect(Object.keys(client)).toEqual([
      'id',
      'displayName',
      'state',
      'version',
      'confirmedBy',
      'lastTokenAt',
      'files',
      'reasons',
      'overrides',
      'notes',
    ])
  }
})

test('a look before anything was set up needs no configuration and leaves nothing behind', async () => {
  const before = await snapshot(machine.home)
  const answer = await status()
  expect(answer).toMatchObject({ gateway: null, auth: { kind: null, state: 'not-configured' } })
  expect(answer.clients.map(({ id, state }) => [id, state])).toEqual([
    ['claude-code', 'detected'],
    ['claude-desktop', 'not-installed'],
    ['codex', 'detected'],
    ['opencode', 'not-installed'],
  ])
  const human = await machine.gate('status')
  expect(human).toMatchObject({ code: 0, stderr: '' })
  expect(human.stdout).toContain('gate setup')
  expect(await snapshot(machine.home)).toEqual(before)
})

test('works offline, and asks neither gateway nor issuer', async () => {
  await setup()
  gateway.clearRequests()
  await status()
  expect(gateway.requests).toEqual([])
  expect(gateway.counters.tokenRequests).toBe(0)
})

test('a key that another program changed is drift, with file, line and the command that helps', async () => {
  await setup()
  const file = machine.path('.claude/settings.json')
  await writeFile(
    file,
    (await machine.read('.claude/settings.json')).replace(gateway.url, 'https://elsewhere.example.com'),
  )
  const [client] = (await status('claude-code')).clients
  expect(client).toMatchObject({ id: 'claude-code', state: 'drifted' })
  expect(client?.reasons).toContainEqual(
    expect.objectContaining({ file, line: expect.any(Number), fix: 'gate setup --client claude-code' }),
  )
  await machine.gate('setup')
  expect((await status('claude-code')).clients[0]?.state).toBe('connected')
})

test('what beats the files is told as an override, by environment and by project', async () => {
  await setup()
  const answer = json<StatusAnswer>(
    await machine.gateWith({ env: { ANTHROPIC_AUTH_TOKEN: 'canary-of-status' } }, 'status', 'claude-code', '--json'),
  )
  expect(answer.clients[0]).toMatchObject({ state: 'overridden' })
  expect(answer.clients[0]?.overrides).toContainEqual(
    expect.objectContaining({ source: 'environment', location: expect.stringContaining('ANTHROPIC_AUTH_TOKEN') }),
  )
  expect(JSON.stringify(answer)).not.toContain('canary-of-status')

  await machine.write('project/.claude/settings.json', '{"env":{"ANTHROPIC_BASE_URL":"https://evil.example.com"}}')
  expect((await status('claude-code')).clients[0]?.state).toBe('connected')
  const inProject = await status('claude-code', '--cwd', machine.path('project'))
  expect(inProject.clients[0]).toMatchObject({ state: 'overridden' })
})

test('a helper that cannot be started is no connection', async () => {
  await setup()
  await rm(machine.path(machine.helper(gateway.url)))
  const [client] = (await status('codex')).clients
  expect(client).toMatchObject({ state: 'drifted' })
  expect(client?.reasons).toContainEqual(
    expect.objectContaining({ code: 'helper-missing', fix: expect.stringContaining('gate setup') }),
  )
})

test('an unknown client is a usage error', async () => {
  const unknown = await machine.gate('status', 'nobody', '--json')
  expect(unknown.code).toBe(2)
  expect(errorOf(unknown)).toMatchObject({ code: 'unknown-client' })
})

test('--live sends one real request per protocol and says what came back', async () => {
  await setup()
  gateway.clearRequests()
  const answer = await status('--live')
  expect(answer.live?.map(({ protocol, outcome }) => [protocol, outcome])).toEqual([
    ['anthropic', 'answered'],
    ['openai', 'answered'],
  ])
  expect(gateway.requests.filter(({ method }) => method === 'POST').map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/v1/messages', '/v1/responses']),
  )
  gateway.expireAccessTokens()
  const rejected = await status('--live')
  expect(rejected.live?.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected'])
  expect((await machine.gate('status', '--live')).stdout).toContain('rejected')
})

test('--live without a login opens no browser and says what helps', async () => {
  await machine.gate('setup', '--lazy', ...connectionFlags(gateway))
  const answer = await status('--live')
  expect(answer.live?.map(({ outcome }) => outcome)).toEqual(['failed', 'failed'])
  expect(gateway.counters.browserStarts).toBe(0)
})

test('--watch looks again and again until it is interrupted', async () => {
  await setup()
  let looks = 0
  const watching = await machine.gateWith(
    {
      onStdout: (text, pid) => {
        looks = text.split('"schemaVersion"').length - 1
        if (looks >= 2) process.kill(pid, 'SIGINT')
      },
    },
    ...['status', '--watch', '--json'],
  )
  expect(looks).toBe(2)
  expect(watching.code).toBe(130)
})

test('--client names a client as an argument does', async () => {
  const ids = async (...args: string[]) =>
    json<{ clients: { id: string }[] }>(await machine.gate('status', ...args, '--json')).clients.map(({ id }) => id)
  expect(await ids('--client', 'codex')).toEqual(['codex'])
  expect(await ids('claude-code', '--client', 'codex')).toEqual(await ids('claude-code', 'codex'))
  expect((await machine.gate('status', '--client', 'nobody')).code).toBe(2)
})

test('--cwd must lead to a directory, and may be relative', async () => {
  await setup()
  const file = await machine.write('no-directory', '')
  for (const cwd of [machine.path('nowhere'), file]) {
    for (const command of ['status', 'doctor']) {
      const refused = await machine.gate(command, '--cwd', cwd, '--json')
      expect(refused.code, `${command} ${cwd}`).toBe(2)
      expect(errorOf(refused)).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(cwd) })
    }
  }
  await machine.write('project/.claude/settings.json', '{"env":{"ANTHROPIC_BASE_URL":"https://evil.example.com"}}')
  const relative = await machine.gateWith(
    { cwd: machine.home },
    ...['status', 'claude-code', '--cwd', 'project', '--json'],
  )
  const [client] = json<StatusAnswer>(relative).clients
  expect(client).toMatchObject({ state: 'overridden' })
  expect(client?.overrides[0]?.location).toContain(machine.path('project'))
})

test('a client of a profile that lacks something is not connected, because its helper has no token for it', async () => {
  await setup()
  await machine.gate('config', 'unset', 'gateway-url')
  const { clients } = await status()
  for (const id of ['claude-code', 'codex']) {
    const client = clients.find((each) => each.id === id)
    expect(client).toMatchObject({ state: 'drifted' })
    expect(client?.reasons).toEqual([
      expect.objectContaining({
        code: 'profile-incomplete',
        message: expect.stringContaining('gatewayUrl'),
        fix: 'gate setup --gateway-url URL',
      }),
    ])
  }
})

test('what a client’s own profile lacks is told with the name of that profile', async () => {
  await machine.gate('setup', '--lazy', '--profile', 'work', ...connectionFlags(gateway))
  await machine.gate('config', 'unset', 'issuer', '--profile', 'work')
  const looked = await machine.gateWith({ env: { GATE_PROFILE: 'default' } }, 'status', 'codex', '--json')
  expect(json<StatusAnswer>(looked).clients[0]).toMatchObject({
    state: 'drifted',
    reasons: [{ code: 'profile-incomplete', fix: 'gate setup --issuer URL --profile work' }],
  })
})

test('--live ends with what its requests came to: 2 no connection, 3 no login, 4 some failed, 6 unreachable', async () => {
  expect((await machine.gate('status', '--live', '--json')).code).toBe(2)
  await machine.gate('setup', '--lazy', ...connectionFlags(gateway))
  expect((await machine.gate('status', '--live', '--json')).code).toBe(3)
  await setup()
  expect((await machine.gate('status', '--live', '--json')).code).toBe(0)
  const oneDead = gateway.fail({ kind: '500', match: '/v1/messages', times: Number.POSITIVE_INFINITY })
  expect((await machine.gate('status', '--live', '--json')).code).toBe(4)
  oneDead.cancel()
  gateway.expireAccessTokens()
  expect((await machine.gate('status', '--live', '--json')).code).toBe(1)
  await machine.gate('config', 'set', 'gateway-url', 'http://127.0.0.1:9')
  await machine.gate('setup')
  const unreachable = await machine.gate('status', '--live', '--json')
  expect(unreachable.code).toBe(6)
  expect((await machine.gate('status')).code).toBe(0)
  expect(json<StatusAnswer>(unreachable).live?.map(({ outcome }) => outcome)).toEqual(['failed', 'failed'])
})
