import { readdir, readFile, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { connectionFlags, createMachine, GATE, json, type Machine } from '../harness/machine.js'

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

const setup = (...flags: string[]) => machine.gate('setup', ...connectionFlags(gateway), ...flags)

/** Names every module that a run loads on stderr. */
const LISTING = new URL('../__fixtures__/list-modules.mjs', import.meta.url).href

test('S75 the cached token is what is printed, with a newline and nothing else, and without the command framework', async () => {
  await setup()
  gateway.clearRequests()
  const first = await machine.gate('token')
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout).toMatch(/^[\x21-\x7e]+\n$/)
  expect(gateway.counters.tokenRequests).toBe(0)

  const traced = await machine.run(process.execPath, ['--import', LISTING, GATE, 'token'])
  expect(traced.stdout).toBe(first.stdout)
  const loaded = traced.stderr.split('\n').filter((line) => line.startsWith('LOAD '))
  expect(loaded.some((line) => line.endsWith('/dist/token.js'))).toBe(true)
  expect(loaded.some((line) => line.includes('/dist/main.js') || line.includes('/dist/start.js'))).toBe(false)
  // Nothing that is not there already, or that writing to a pipe brings along.
  const builtins = loaded.filter((line) => line.includes('node:')).map((line) => line.slice('LOAD node:'.length))
  for (const name of ['crypto', 'http', 'https', 'tls', 'child_process', 'fs/promises', 'os', 'zlib']) {
    expect(builtins).not.toContain(name)
  }
  const own = await Promise.all(
    loaded
      .filter((line) => line.includes('/dist/'))
      .map((line) => readFile(new URL(line.slice('LOAD '.length)), 'utf8')),
  )
  expect(own.join('').length).toBeLessThan(40_000)
})

test('S76 an expired token is never printed; a fresh one takes its place without a browser', async () => {
  const short = await startDevGateway({ accessTokenLifetime: 1 })
  const own = await createMachine({ gateway: short })
  await own.gate('setup', ...connectionFlags(short))
  const first = (await own.gate('token')).stdout
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  const second = await own.gate('token')
  expect(second.code).toBe(0)
  expect(second.stdout).not.toBe(first)
  expect(short.counters.browserStarts).toBe(1)
  await own.remove()
  await short.stop()
})

test('S77 after a lazy setup, gate login leads to a token', async () => {
  await setup('--lazy')
  expect((await machine.gate('login')).code).toBe(0)
  const token = await machine.gate('token')
  expect(token).toMatchObject({ code: 0, stderr: '' })
  expect(token.stdout.length).toBeGreaterThan(20)
})

test('S114 a helper without a login starts one detached login, and all that wait get its token', async () => {
  await setup('--lazy')
  const helpers = await Promise.all([1, 2, 3].map(() => machine.gate('token', '--client', 'claude-code')))
  expect(helpers.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(new Set(helpers.map(({ stdout }) => stdout)).size).toBe(1)
  expect(gateway.counters).toMatchObject({ browserStarts: 1, logins: 1 })
})

test.each([
  ['codex', ['--client', 'codex'], {}],
  ['--skip-browser', ['--skip-browser'], {}],
  ['no desktop', [], { BROWSER: undefined, DISPLAY: undefined, WAYLAND_DISPLAY: undefined }],
  ['BROWSER=none', [], { BROWSER: 'none' }],
])(
  'S116 without a login and with nobody to look at a browser (%s): code 3, one line, no browser, empty stdout',
  async (_name, args, env) => {
    await setup('--lazy')
    const token = await machine.gateWith({ env }, 'token', ...args)
    expect(token).toMatchObject({ code: 3, stdout: '' })
    expect(token.stderr.trim().split('\n')).toHaveLength(1)
    expect(token.stderr).toContain('gate login')
    expect(gateway.counters.browserStarts).toBe(0)
  },
)

test('S115 after a change of gateway or issuer no old token goes to the new place', async () => {
  await setup()
  const old = (await machine.gate('token')).stdout
  const other = await startDevGateway()
  await machine.gate('config', 'set', 'gateway-url', other.url)
  const toNewGateway = await machine.gate('token', '--skip-browser')
  expect(toNewGateway.stdout).not.toBe(old)
  expect(toNewGateway.code).toBe(3)
  await machine.gate('config', 'set', 'gateway-url', gateway.url)
  await machine.gate('config', 'set', 'issuer', other.issuer)
  expect(await machine.gate('token', '--skip-browser')).toMatchObject({ code: 3, stdout: '' })
  expect(other.requests.every(({ bearer, apiKey }) => bearer === undefined && apiKey === undefined)).toBe(true)
  expect(other.counters.refreshRequests).toBe(0)
  await other.stop()
})

test('GATE_TOKEN is handed out as it is and stored nowhere, without any configuration', async () => {
  const token = await machine.gateWith({ env: { GATE_TOKEN: 'given-by-ci' } }, 'token')
  expect(token).toMatchObject({ code: 0, stdout: 'given-by-ci\n', stderr: '' })
  const broken = await machine.gateWith({ env: { GATE_TOKEN: 'given by\nci' } }, 'token')
  expect(broken).toMatchObject({ code: 1, stdout: '' })
  expect(broken.stderr).not.toContain('given by')
  expect(await readdir(machine.home)).toEqual(['.claude', '.codex'])
})

test('--force-refresh gets a new token although the cached one is valid', async () => {
  await setup()
  const cached = (await machine.gate('token')).stdout
  expect((await machine.gate('token')).stdout).toBe(cached)
  const fresh = await machine.gate('token', '--force-refresh')
  expect(fresh.code).toBe(0)
  expect(fresh.stdout).not.toBe(cached)
})

test('logout ends it: no token afterwards, and the grant is revoked', async () => {
  await setup()
  const out = await machine.gate('logout', '--json')
  expect(json(out)).toMatchObject({ wasSignedIn: true, revocation: 'revoked', reason: null })
  expect(await machine.gate('token', '--skip-browser')).toMatchObject({ code: 3, stdout: '' })
  expect(gateway.counters.revocationRequests).toBeGreaterThan(0)
  expect(json(await machine.gate('logout', '--json'))).toMatchObject({ wasSignedIn: false })
})

test('A19 the helper works with a deleted working directory and a hostile one', async () => {
  await setup()
  const expected = (await machine.gate('token')).stdout
  await machine.write('hostile/.env', 'GATE_TOKEN=stolen\n')
  await machine.write('hostile/package.json', '{"type":"commonjs","imports":{"#x":"./evil.js"}}')
  await machine.write(
    'hostile/node_modules/gate-client-evil/package.json',
    '{"gate":{"client":"./x.js","apiVersion":1}}',
  )
  const hostile = await machine.gateWith({ cwd: machine.path('hostile') }, 'token')
  expect(hostile.stdout).toBe(expected)
  const shim = machine.path(machine.helper(gateway.url))
  const gone = machine.path('gone')
  await machine.write('gone/file', '')
  const script = `cd '${gone}' && rm -r '${gone}' && exec '${shim}' --client codex`
  expect(await machine.run('/bin/sh', ['-c', script])).toMatchObject({ code: 0, stdout: expected })
  await rm(machine.path('hostile'), { recursive: true })
})

test.each([
  ['the helper', false],
  ['the token command', true],
])('A19 with GATE_HOME and without HOME, %s starts the login', async (_what, direct) => {
  const env = { GATE_HOME: machine.path('gate') }
  await machine.gateWith({ env }, 'setup', '--lazy', ...connectionFlags(gateway))
  const bare = { ...env, HOME: undefined, DISPLAY: ':0' }
  const shim = machine.path('gate/state/bin', basename(machine.helper(gateway.url)))
  const ended = direct
    ? await machine.gateWith({ env: bare }, 'token', '--client', 'claude-code')
    : await machine.run(shim, ['--client', 'claude-code'], { env: bare })
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(gateway.counters).toMatchObject({ logins: 1, browserStarts: 1 })
})

test('usage errors of the helper are one line and code 2', async () => {
  const wrong = await machine.gate('token', '--nonsense')
  expect(wrong).toMatchObject({ code: 2, stdout: '' })
  expect(wrong.stderr.trim().split('\n')).toHaveLength(1)
  expect((await machine.gate('token', '--profile')).code).toBe(2)
})
