import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { snapshot } from '../../../sdk/test/harness/snapshot.js'
import { connectionFlags, createMachine, errorOf, json, type Machine } from '../harness/machine.js'

interface SetupAnswer {
  readonly clients: readonly {
    readonly id: string
    readonly result: string
    readonly edits: readonly { readonly kind: string; readonly file: string; readonly path: string }[]
    readonly error: { readonly code: string } | null
  }[]
  readonly notes: readonly { readonly code: string }[]
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

const lazy = () => ['setup', '--lazy', ...connectionFlags(gateway)]
/** Of the clients that are installed on the machine. */
const results = ({ clients }: SetupAnswer) =>
  Object.fromEntries(clients.filter(({ result }) => result !== 'skipped').map(({ id, result }) => [id, result]))

test('S15 S20 setup signs in and points both clients at the gateway; the helper prints the token', async () => {
  const setup = await machine.gate('setup', ...connectionFlags(gateway), '--json')
  expect(setup.code).toBe(0)
  expect(results(json<SetupAnswer>(setup))).toEqual({
    'claude-code': 'configured',
    codex: 'configured',
  })
  expect(gateway.counters.logins).toBe(1)

  const settings = JSON.parse(await machine.read('.claude/settings.json')) as { apiKeyHelper: string; env: object }
  expect(settings.env).toMatchObject({ ANTHROPIC_BASE_URL: gateway.url })
  expect(await machine.read('.codex/config.toml')).toContain(`base_url = "${gateway.url}/v1"`)
  const status = json<{ clients: { id: string; state: string }[] }>(await machine.gate('status', '--json'))
  const installed = status.clients.filter(({ state }) => state !== 'not-installed')
  expect(installed.map(({ id, state }) => [id, state])).toEqual([
    ['claude-code', 'connected'],
    ['codex', 'connected'],
  ])

  // As Claude Code runs it, and in an environment that has nothing but a home.
  const helper = await machine.run('/bin/sh', ['-c', settings.apiKeyHelper], {
    env: {
      PATH: '/usr/bin:/bin',
      BROWSER: undefined,
      GATE_SECRET_STORE: undefined,
      GATE_SECRET_STORE_PASSPHRASE: undefined,
    },
  })
  expect(helper).toMatchObject({ code: 0, stderr: '' })
  expect(helper.stdout).toBe((await machine.gate('token')).stdout)
  const answer = await fetch(`${gateway.url}/v1/models`, {
    headers: { authorization: `Bearer ${helper.stdout.trim()}` },
  })
  expect(answer.status).toBe(200)
})

test('S18 S26 setup without configuration and flags fails before anything is touched', async () => {
  const before = await snapshot(machine.home)
  const setup = await machine.gate('setup')
  expect(setup.code).toBe(2)
  expect(setup.stderr).toContain('not configured')
  expect(setup.stderr).toContain('--gateway-url')
  expect(await snapshot(machine.home)).toEqual(before)
})

test('S21 one setup configures every installed client', async () => {
  const answer = json<SetupAnswer>(await machine.gate(...lazy(), '--json'))
  expect(results(answer)).toEqual({ 'claude-code': 'configured', codex: 'configured' })
})

test('S23 S122 with no client installed, setup says so, succeeds, and keeps the connection', async () => {
  const bare = await createMachine({ gateway, clients: [] })
  const setup = await bare.gate(...lazy())
  expect(setup.code).toBe(0)
  expect(setup.stdout).toContain('No installed client')
  expect((await bare.gate('config', 'get', 'issuer')).stdout).toBe(`${gateway.issuer}\n`)
  await bare.remove()
})

test('S24 an unparsable settings file fails its client with the place, and keeps every byte', async () => {
  const broken = '{ "model": "sonnet", // mine\n  "env": { }\n'
  const file = await machine.write('.claude/settings.json', broken)
  const setup = await machine.gate(...lazy(), '--client', 'claude-code', '--json')
  expect(setup.code).toBe(5)
  const [client] = json<{ clients: { result: string; error: { file: string; line: number; fix: string } }[] }>(
    setup,
  ).clients
  expect(client).toMatchObject({ result: 'failed', error: { file, line: expect.any(Number), fix: expect.any(String) } })
  expect(await readFile(file, 'utf8')).toBe(broken)
})

test('S25 an issuer that cannot be reached fails the setup before any client is touched', async () => {
  const before = await snapshot(machine.path('.claude'))
  const setup = await machine.gate(
    ...['setup', '--gateway-url', gateway.url, '--issuer', 'http://127.0.0.1:9', '--client-id', 'gate', '--json'],
  )
  expect(setup.code).toBe(6)
  expect(errorOf(setup)).toMatchObject({ code: 'issuer-unreachable' })
  expect(await snapshot(machine.path('.claude'))).toEqual(before)
  expect(await machine.exists('.codex/config.toml')).toBe(false)
})

test('S27 B26 a client that fails does not stop the other, and the exit code says that some failed', async () => {
  await chmod(machine.path('.claude'), 0o555)
  const setup = await machine.gate(...lazy(), '--json')
  expect(setup.code).toBe(4)
  const answer = json<SetupAnswer>(setup)
  expect(results(answer)).toEqual({ 'claude-code': 'failed', codex: 'configured' })
  expect(answer.clients[0]?.error).toMatchObject({ code: 'file-read-only' })
  const human = await machine.gate(...lazy())
  expect(human.code).toBe(4)
  expect(human.stdout).toContain('Claude Code was not configured')
})

test('S28 S119 a connection that cannot be saved changes no client, and a working set-up stays as it was', async () => {
  expect((await machine.gate(...lazy())).code).toBe(0)
  const before = await snapshot(machine.home)
  // Root may write anywhere, so the way is blocked by a directory instead of a mode.
  const blocked = await createMachine({ gateway })
  await mkdir(blocked.path('.config/gate/config.json'), { recursive: true })
  const blockedBefore = await snapshot(blocked.path('.claude'))
  const failed = await blocked.gate(...lazy())
  expect(failed.code).not.toBe(0)
  expect(await snapshot(blocked.path('.claude'))).toEqual(blockedBefore)
  expect(await blocked.exists('.codex/config.toml')).toBe(false)
  await blocked.remove()

  const refused = await machine.gate('setup', '--lazy', '--gateway-url', 'http://elsewhere.example.com')
  expect(refused.code).toBe(2)
  expect(await snapshot(machine.home)).toEqual(before)
})

test('S29 a denied login fails the setup, configures nothing and opens no second browser', async () => {
  gateway.set({ consent: 'deny' })
  try {
    const setup = await machine.gate('setup', ...connectionFlags(gateway), '--json')
    expect(setup.code).toBe(3)
    expect(errorOf(setup)).toMatchObject({ code: 'login-denied' })
    expect(gateway.counters.browserStarts).toBe(1)
    expect(await machine.exists('.claude/settings.json')).toBe(false)
    expect(await machine.exists('.codex/config.toml')).toBe(false)
  } finally {
    gateway.set({ consent: 'approve' })
  }
})

test('a set-up that something stronger beats is not told as a plain success', async () => {
  const env = { ANTHROPIC_AUTH_TOKEN: 'of-the-shell' }
  const setup = await machine.gateWith({ env }, 'setup', ...connectionFlags(gateway), '--lazy')
  expect(setup.code).toBe(0)
  expect(setup.stdout).toContain('! Claude Code configured, but overridden\n    overridden by ')
  expect(setup.stdout).toContain('ANTHROPIC_AUTH_TOKEN')
  expect(setup.stdout).toContain('✓ Codex CLI configured\n')
  expect(setup.stdout).not.toContain('of-the-shell')
  const again = await machine.gateWith({ env }, 'setup', '--lazy', '--json')
  const [claude, codex] = json<{ clients: { result: string; overrides: object[] }[] }>(again).clients.filter(
    ({ result }) => result === 'unchanged',
  )
  expect(claude?.overrides).toContainEqual(expect.objectContaining({ severity: 'override' }))
  expect(codex?.overrides).toEqual([])
})

test('S33 --client touches that client only', async () => {
  const answer = json<SetupAnswer>(await machine.gate(...lazy(), '--client', 'codex', '--json'))
  expect(results(answer)).toEqual({ codex: 'configured' })
  expect(await machine.exists('.claude/settings.json')).toBe(false)
})

test('S34 a named client that is not installed, and one that nobody knows, are usage errors', async () => {
  const bare = await createMachine({ gateway, clients: ['claude'] })
  const absent = await bare.gate(...lazy(), '--client', 'codex', '--json')
  expect(absent.code).toBe(2)
  expect(errorOf(absent)).toMatchObject({ code: 'client-not-installed', message: expect.stringContaining('codex') })
  const plugin = await bare.gate(...lazy(), '--client', 'pi', '--json')
  expect(plugin.code).toBe(2)
  expect(errorOf(plugin)).toMatchObject({ code: 'unknown-client', fix: 'gate plugins add @gate/client-pi' })
  const nobody = await bare.gate(...lazy(), '--client', '../../x', '--json')
  expect(nobody.code).toBe(2)
  expect(await bare.exists('.config/gate/config.json')).toBe(false)
  await bare.remove()
})

test('S37 a second setup changes nothing and keeps one record per client', async () => {
  await machine.gate(...lazy())
  const before = await snapshot(machine.home)
  const again = await machine.gate(...lazy(), '--json')
  expect(again.code).toBe(0)
  expect(results(json<SetupAnswer>(again))).toEqual({
    'claude-code': 'unchanged',
    codex: 'unchanged',
  })
  const after = await snapshot(machine.home)
  for (const file of [
    '.claude/settings.json',
    '.codex/config.toml',
    '.config/gate/config.json',
    '.local/state/gate/ledger.json',
  ]) {
    expect(after[file]).toBe(before[file])
  }
  const shown = json<{ clients: { id: string }[] }>(await machine.gate('config', 'show', '--json'))
  expect(shown.clients.map(({ id }) => id).sort()).toEqual(['claude-code', 'codex'])
})

test('S38 S88 --skip-browser exists on setup, login and token, reaches the login, and starts no browser', async () => {
  for (const command of ['setup', 'login', 'token']) {
    expect((await machine.gate(command, '--help')).stdout).toContain('--skip-browser')
  }
  await machine.gate(...lazy())
  const token = await machine.gate('token', '--skip-browser')
  expect(token).toMatchObject({ code: 3, stdout: '' })
  expect(token.stderr).toContain('gate login')
  expect(gateway.counters.browserStarts).toBe(0)
})

test('S109 S110 lazy setup asks the issuer nothing and writes what a full one writes', async () => {
  const setup = await machine.gate(...lazy(), '--json')
  expect(setup.code).toBe(0)
  expect(json<SetupAnswer>(setup).notes).toContainEqual(expect.objectContaining({ code: 'login-deferred' }))
  expect(gateway.counters).toMatchObject({ authorizationRequests: 0, tokenRequests: 0, browserStarts: 0 })

  const full = await createMachine({ gateway })
  await full.gate('setup', ...connectionFlags(gateway))
  expect(gateway.counters.authorizationRequests).toBe(1)
  for (const file of ['.claude/settings.json', '.codex/config.toml']) {
    const written = (await full.read(file)).replaceAll(full.home, '~')
    expect((await machine.read(file)).replaceAll(machine.home, '~')).toBe(written)
  }
  await full.remove()
})

test('setup with a valid grant does not sign in again', async () => {
  await machine.gate('setup', ...connectionFlags(gateway))
  await machine.gate('setup')
  expect(gateway.counters).toMatchObject({ logins: 1, browserStarts: 1 })
})

test('S125 a callback port that is taken is a clear error, and no other port is used', async () => {
  const { createServer } = await import('node:net')
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }
  const setup = await machine.gate('setup', ...connectionFlags(gateway), '--callback-port', String(port), '--json')
  taken.close()
  expect(setup.code).toBe(1)
  expect(errorOf(setup)).toMatchObject({ code: 'callback-port-busy', message: expect.stringContaining(String(port)) })
  expect(gateway.counters.authorizationRequests).toBe(0)
})

test('--dry-run shows a diff and writes nothing at all', async () => {
  await machine.write('.claude/settings.json', '{\n  "model": "sonnet"\n}\n')
  const before = await snapshot(machine.home)
  const dry = await machine.gate('setup', ...connectionFlags(gateway), '--dry-run')
  expect(dry.code).toBe(0)
  expect(dry.stdout).toMatch(/^\+ {2}"apiKeyHelper": /m)
  expect(dry.stdout).toMatch(/^ {3}"model": "sonnet"|^- {2}"model": "sonnet"$/m)
  expect(dry.stdout).toContain('Nothing was written')
  expect(await snapshot(machine.home)).toEqual(before)
  expect(gateway.counters.authorizationRequests).toBe(0)
  const asJson = json<{ dryRun: boolean; clients: { result: string; diff: string }[] }>(
    await machine.gate('setup', ...connectionFlags(gateway), '--dry-run', '--json'),
  )
  expect(asJson.dryRun).toBe(true)
  const installed = asJson.clients.filter(({ result }) => result !== 'skipped')
  expect(installed.map(({ diff }) => diff.includes('+'))).toEqual([true, true])
})

test('an API key comes from stdin, is kept in the secret store, and is what the helper prints', async () => {
  const withKey = await startDevGateway({ auth: 'api-key', apiKeys: ['key-of-the-tests-1'] })
  const setup = await machine.gateWith(
    { stdin: 'key-of-the-tests-1\n' },
    ...['setup', '--gateway-url', withKey.url, '--api-key-stdin'],
  )
  expect(setup.code).toBe(0)
  expect((await machine.gate('token')).stdout).toBe('key-of-the-tests-1\n')
  expect(json<{ auth: object }>(await machine.gate('status', '--json')).auth).toMatchObject({
    kind: 'api-key',
    state: 'signed-in',
  })
  const empty = await machine.gateWith({ stdin: '' }, 'setup', '--api-key-stdin', '--json')
  expect(empty.code).toBe(2)
  await withKey.stop()
})

test('a second profile becomes the active one, and its clients say so', async () => {
  await machine.gate(...lazy(), '--client', 'codex')
  await machine.gate(...lazy(), '--client', 'claude-code', '--profile', 'work')
  const status = json<{ profile: string; clients: { id: string; state: string; notes: { code: string }[] }[] }>(
    await machine.gate('status', '--json'),
  )
  expect(status.profile).toBe('work')
  const installed = status.clients.filter(({ state }) => state !== 'not-installed')
  expect(installed.map(({ id, state }) => [id, state])).toEqual([
    ['claude-code', 'no-token'],
    ['codex', 'no-token'],
  ])
  expect(installed[1]?.notes).toContainEqual({ code: 'profile', message: 'It uses profile "default".' })
})

test('homes with blanks, quotes and a newline work', async () => {
  const hostile = await createMachine({ gateway, homeName: `o'hara "x" $HOME \`id\` ;\n é` })
  expect((await hostile.gate('setup', ...connectionFlags(gateway))).code).toBe(0)
  const { apiKeyHelper } = JSON.parse(await hostile.read('.claude/settings.json')) as { apiKeyHelper: string }
  const helper = await hostile.run('/bin/sh', ['-c', apiKeyHelper])
  expect(helper).toMatchObject({ code: 0, stdout: (await hostile.gate('token')).stdout })
  expect((await hostile.gate('teardown')).code).toBe(0)
  expect(await hostile.exists('.claude/settings.json')).toBe(false)
  await hostile.remove()
})

test('gate’s own directories are private', async () => {
  await machine.gate(...lazy())
  const entries = await snapshot(machine.home)
  for (const directory of ['.config/gate', '.local/state/gate', '.cache/gate'])
    expect(entries[directory]).toBe('other 700')
  expect(entries['.config/gate/config.json']).toMatch(/^file 600 /)
  await chmod(join(machine.home, '.config/gate'), 0o755)
  const doctor = await machine.gate('doctor', '--json')
  const checks = json<{ checks: { id: string; result: string; fix: string | null }[] }>(doctor).checks
  expect(checks).toContainEqual(
    expect.objectContaining({ id: 'directories', result: 'fail', fix: expect.stringContaining('chmod 700') }),
  )
})

test('an API key together with what only a login has is a usage error, before anything is written', async () => {
  const before = await snapshot(machine.home)
  for (const flag of ['--issuer', '--client-id', '--audience', '--scopes', '--callback-port']) {
    const refused = await machine.gateWith(
      { stdin: 'key\n' },
      ...['setup', '--gateway-url', gateway.url, '--api-key-stdin', flag, '4000', '--json'],
    )
    expect(refused.code, flag).toBe(2)
    expect(errorOf(refused)).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(flag) })
  }
  expect(await snapshot(machine.home)).toEqual(before)
})

test('setup signs in anew where the gateway accepts an earlier sign-in no more, and once only', async () => {
  await machine.gate('setup', ...connectionFlags(gateway))
  gateway.revokeEverything()
  gateway.clearRequests()
  const again = await machine.gate('setup', ...connectionFlags(gateway), '--json')
  expect(again.code, again.stdout).toBe(0)
  expect(gateway.counters.logins).toBe(1)
  const { clients } = json<{ clients: { id: string; state: string }[] }>(await machine.gate('status', '--json'))
  expect(clients.find(({ id }) => id === 'codex')?.state).toBe('connected')
})
