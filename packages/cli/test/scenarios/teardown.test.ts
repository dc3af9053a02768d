import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { snapshot } from '../../../sdk/test/harness/snapshot.js'
import { connectionFlags, createMachine, errorOf, json, type Machine } from '../harness/machine.js'

interface TeardownAnswer {
  readonly clients: readonly {
    readonly id: string
    readonly result: string
    readonly edits: readonly { readonly path: string; readonly outcome: string }[]
    readonly error: { readonly code: string; readonly file: string } | null
  }[]
  readonly notes: readonly { readonly code: string }[]
}

const MINE = '{\n  "model": "sonnet",\n  "apiKeyHelper": "my-own-helper"\n}\n'

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

const setup = (...flags: string[]) => machine.gate('setup', '--lazy', ...connectionFlags(gateway), ...flags)
const configured = async () =>
  json<{ clients: { id: string }[] }>(await machine.gate('config', 'show', '--json'))
    .clients.map(({ id }) => id)
    .sort()

test('S16 S117 teardown gives every byte back, the user’s own values among them', async () => {
  await machine.write('.claude/settings.json', MINE, 0o640)
  const before = await snapshot(machine.path('.claude'))
  await setup()
  expect(await machine.read('.claude/settings.json')).not.toBe(MINE)
  const undone = await machine.gate('teardown', '--json')
  expect(undone.code).toBe(0)
  expect(json<TeardownAnswer>(undone).clients.map(({ id, result }) => [id, result])).toEqual([
    ['claude-code', 'reverted'],
    ['codex', 'reverted'],
  ])
  expect(await snapshot(machine.path('.claude'))).toEqual(before)
  expect(await machine.exists('.codex/config.toml')).toBe(false)
  expect(await configured()).toEqual([])
})

test('S17 S31 teardown of one client works, of an unknown one is a usage error that names it', async () => {
  await setup()
  expect((await machine.gate('teardown', 'claude-code')).code).toBe(0)
  const before = await snapshot(machine.home)
  const unknown = await machine.gate('teardown', 'nonexistent', '--json')
  expect(unknown.code).toBe(2)
  expect(errorOf(unknown)).toMatchObject({ code: 'unknown-client', message: expect.stringContaining('nonexistent') })
  expect(await snapshot(machine.home)).toEqual(before)
  expect(await configured()).toEqual(['codex'])
})

test('S19 S36 --purge deletes tokens, profile and every directory: the home is as if gate had never been there', async () => {
  await machine.write('.claude/settings.json', MINE)
  const before = await snapshot(machine.home)
  expect((await machine.gate('setup', ...connectionFlags(gateway))).code).toBe(0)
  await machine.gate('token')
  await machine.gate('status')
  const purged = await machine.gate('teardown', '--all', '--purge')
  expect(purged).toMatchObject({ code: 0, stderr: '' })
  expect(await snapshot(machine.home)).toEqual(before)
  expect(await readdir(machine.home)).not.toContain('.cache')
  expect(gateway.counters.revocationRequests).toBeGreaterThan(0)
})

test('S19 --purge ends the sign-ins of connections that the configuration no longer names, too', async () => {
  expect((await machine.gate('setup', ...connectionFlags(gateway))).code).toBe(0)
  expect((await machine.gate('config', 'set', 'gateway-url', `${gateway.url}/moved`)).code).toBe(0)
  expect((await machine.gate('login')).code).toBe(0)
  const config = JSON.parse(await machine.read('.config/gate/config.json'))
  await machine.write('.config/gate/config.json', `${JSON.stringify({ ...config, profiles: {} }, null, 2)}\n`)
  gateway.clearRequests()
  const purged = await machine.gate('teardown', '--all', '--purge', '--json')
  expect(json(purged)).toMatchObject({ purged: { profiles: ['default'], notes: [] } })
  expect(gateway.counters.revocationRequests).toBe(2)
})

test('S19 --purge with a configuration that cannot be read deletes and revokes all the same', async () => {
  expect((await machine.gate('setup', ...connectionFlags(gateway))).code).toBe(0)
  await machine.write('.config/gate/config.json', '{')
  gateway.clearRequests()
  const purged = await machine.gate('teardown', '--purge', '--json')
  expect(purged).toMatchObject({ code: 0 })
  expect(json(purged)).toMatchObject({ purged: { profiles: ['default'], complete: true, notes: [] } })
  expect(gateway.counters.revocationRequests).toBe(1)
})

test('S19 config reset ends the sign-ins of a configuration that cannot be read', async () => {
  expect((await machine.gate('setup', ...connectionFlags(gateway))).code).toBe(0)
  await machine.write('.config/gate/config.json', '{')
  gateway.clearRequests()
  const reset = await machine.gate('config', 'reset', '--teardown', '--json')
  expect(reset).toMatchObject({ code: 0 })
  expect(json(reset)).toMatchObject({ signedOut: { profiles: ['default'], complete: true } })
  expect(gateway.counters.revocationRequests).toBe(1)
  expect((await machine.gate('setup', ...connectionFlags(gateway), '--lazy')).code).toBe(0)
  expect(await machine.gate('token', '--skip-browser')).toMatchObject({ code: 3, stdout: '' })
})

test('S19 --purge says so when a keychain keeps what it holds, and keeps the way to it', async () => {
  expect((await machine.gate('setup', ...connectionFlags(gateway))).code).toBe(0)
  const record = JSON.parse(await machine.read('.local/state/gate/sign-in/default.json'))
  // As if this one had been stored while there was a keychain.
  const secrets = record.secrets.map((each: object) => ({ ...each, storedIn: 'keychain' }))
  await machine.write('.local/state/gate/sign-in/default.json', JSON.stringify({ ...record, secrets }))
  const purged = await machine.gate('teardown', '--all', '--purge', '--json')
  expect(purged).toMatchObject({ code: 1 })
  expect(json(purged)).toMatchObject({ purged: { complete: false } })
  expect(await machine.exists('.local/state/gate/sign-in/default.json')).toBe(true)
  const again = await machine.gate('teardown', '--purge')
  expect(again).toMatchObject({ code: 1 })
  expect(again.stdout).not.toContain('are deleted')
})

test('S19 --purge works when no client was ever configured', async () => {
  const before = await snapshot(machine.home)
  await machine.gate('config', 'set', 'gateway-url', 'https://llm.example.com')
  expect((await machine.gate('teardown', '--purge')).code).toBe(0)
  expect(await snapshot(machine.home)).toEqual(before)
  expect((await machine.gate('teardown', '--purge')).code).toBe(0)
  expect(await snapshot(machine.home)).toEqual(before)
})

test('purge deletes nothing of others, even where GATE_HOME points at a directory that was there before', async () => {
  await mkdir(machine.path('shared/config'), { recursive: true })
  await writeFile(machine.path('shared/config/precious.txt'), 'mine')
  const env = { GATE_HOME: machine.path('shared') }
  await machine.gateWith({ env }, 'setup', '--lazy', ...connectionFlags(gateway))
  const purged = await machine.gateWith({ env }, 'teardown', '--purge')
  expect(purged.code).toBe(0)
  expect(purged.stdout).toContain('shared/config')
  expect(Object.keys(await snapshot(machine.path('shared')))).toEqual(['config', 'config/precious.txt'])
})

test('S22 of two configured clients, the one that is not named is not touched', async () => {
  await setup()
  const before = await machine.read('.codex/config.toml')
  await machine.gate('teardown', 'claude-code')
  expect(await machine.read('.codex/config.toml')).toBe(before)
  expect(await configured()).toEqual(['codex'])
  const refused = await machine.gate('teardown', 'claude-code', '--purge', '--json')
  expect(refused.code).toBe(2)
  expect(errorOf(refused)).toMatchObject({ code: 'clients-still-configured', fix: 'gate teardown --all --purge' })
  expect(await configured()).toEqual(['codex'])
})

test('S30 teardown with nothing configured says so, succeeds, and writes nothing', async () => {
  const before = await snapshot(machine.home)
  const nothing = await machine.gate('teardown')
  expect(nothing.code).toBe(0)
  expect(nothing.stdout).toContain('No client is configured')
  expect((await machine.gate('teardown', 'codex')).code).toBe(0)
  expect(await snapshot(machine.home)).toEqual(before)
})

test('S32 S120 a client that cannot be given back stays listed, keeps its bytes, and the retry works', async () => {
  await setup()
  const written = await machine.read('.claude/settings.json')
  await machine.write('.claude/settings.json', `${written}garbage`)
  const failed = await machine.gate('teardown', '--json')
  expect(failed.code).toBe(4)
  const answer = json<TeardownAnswer>(failed)
  expect(answer.clients.map(({ id, result }) => [id, result])).toEqual([
    ['claude-code', 'failed'],
    ['codex', 'reverted'],
  ])
  expect(answer.clients[0]?.error).toMatchObject({
    code: 'file-unparsable',
    file: machine.path('.claude/settings.json'),
  })
  expect(await machine.read('.claude/settings.json')).toBe(`${written}garbage`)
  expect(await configured()).toEqual(['claude-code'])

  const alone = await machine.gate('teardown', '--purge', '--json')
  expect(alone.code).toBe(5)
  expect(json<TeardownAnswer>(alone).notes).toContainEqual(expect.objectContaining({ code: 'not-purged' }))
  await machine.write('.claude/settings.json', written)
  expect((await machine.gate('teardown')).code).toBe(0)
  expect(await machine.exists('.claude/settings.json')).toBe(false)
  expect(await configured()).toEqual([])
})

test('S35 --all together with names is refused before any work', async () => {
  await setup()
  const before = await snapshot(machine.home)
  const both = await machine.gate('teardown', 'codex', '--all')
  expect(both).toMatchObject({ code: 2, stdout: '' })
  expect(await snapshot(machine.home)).toEqual(before)
})

test('S36 after the last client the connection is still there, its shim is not', async () => {
  await setup()
  await machine.gate('teardown', 'codex')
  expect(await machine.exists(machine.helper(gateway.url))).toBe(true)
  await machine.gate('teardown', 'claude-code')
  expect(await machine.exists(machine.helper(gateway.url))).toBe(false)
  expect((await machine.gate('config', 'get', 'gateway-url')).stdout).toBe(`${gateway.url}\n`)
})

test('S118 a key that the user changed is left alone and named; --force removes it', async () => {
  await setup('--client', 'claude-code')
  const changed = (await machine.read('.claude/settings.json')).replace(gateway.url, 'https://mine.example.com')
  await machine.write('.claude/settings.json', changed)
  const undone = await machine.gate('teardown')
  expect(undone.code).toBe(0)
  expect(undone.stdout).toContain('env.ANTHROPIC_BASE_URL (kept: you changed it)')
  expect(JSON.parse(await machine.read('.claude/settings.json'))).toEqual({
    env: { ANTHROPIC_BASE_URL: 'https://mine.example.com' },
  })
  await rm(machine.path('.claude/settings.json'))
  await setup('--client', 'claude-code')
  await machine.write('.claude/settings.json', changed)
  expect((await machine.gate('teardown', '--force')).code).toBe(0)
  expect(await machine.exists('.claude/settings.json')).toBe(false)
})

test('S121 config reset is refused while clients are configured, unless it tears down first', async () => {
  await setup()
  const before = await snapshot(machine.home)
  const refused = await machine.gate('config', 'reset', '--json')
  expect(refused.code).toBe(2)
  expect(errorOf(refused)).toMatchObject({ code: 'clients-still-configured', fix: 'gate config reset --teardown' })
  expect(await snapshot(machine.home)).toEqual(before)
  expect((await machine.gate('config', 'reset', '--teardown')).code).toBe(0)
  expect(await machine.exists('.claude/settings.json')).toBe(false)
  expect((await machine.gate('config', 'show')).stdout).toContain('not configured')
})

test('teardown works with a broken config.json, from the receipts', async () => {
  await setup()
  await machine.write('.config/gate/config.json', '{ broken')
  expect((await machine.gate('teardown')).code).toBe(0)
  expect(await machine.exists('.claude/settings.json')).toBe(false)
})

test('teardown reverts the file that was written, whatever the environment says now', async () => {
  const env = { CODEX_HOME: machine.path('elsewhere') }
  await mkdir(env.CODEX_HOME)
  await machine.gateWith({ env }, 'setup', '--lazy', '--client', 'codex', ...connectionFlags(gateway))
  expect(await machine.exists('elsewhere/config.toml')).toBe(true)
  expect((await machine.gate('teardown')).code).toBe(0)
  expect(await machine.exists('elsewhere/config.toml')).toBe(false)
})

test('teardown --dry-run shows what would be undone and writes nothing', async () => {
  await setup()
  const before = await snapshot(machine.home)
  const dry = await machine.gate('teardown', '--purge', '--dry-run')
  expect(dry.code).toBe(0)
  expect(dry.stdout).toMatch(/^- {2}"apiKeyHelper"/m)
  expect(await snapshot(machine.home)).toEqual(before)
})
