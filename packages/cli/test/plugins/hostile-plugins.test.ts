import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { installPlugin, pluginModule } from '../../../sdk/test/harness/foreign-plugin.js'
import { connectionFlags, createMachine, json, type Machine } from '../harness/machine.js'

interface Listed {
  readonly package: string
  readonly client: string
  readonly apiVersion: number | null
  readonly directory: string
  readonly error: { readonly code: string; readonly message: string } | null
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
  machine = await createMachine({ gateway, clients: ['codex'] })
})

afterEach(async () => {
  await machine.remove()
})

const use = async (...directories: string[]) => {
  expect((await machine.gate('config', 'set', 'plugins', directories.join(','))).code).toBe(0)
}
const install = async (id: string, body: string, gate?: object) =>
  use(await installPlugin(machine.home, id, body, gate))
const plugins = async () => json<{ plugins: Listed[] }>(await machine.gate('plugins', 'list', '--json')).plugins
const statuses = async () => {
  const status = await machine.gate('status', '--json')
  expect(status.code, status.stderr).toBe(0)
  const { clients } = json<{ clients: { id: string; state: string; reasons: { code: string; message: string }[] }[] }>(
    status,
  )
  return { stderr: status.stderr, state: (id: string) => clients.find((client) => client.id === id) }
}

test('P20 "plugins list" says what was found, from where, for which API, and why it was not loaded', async () => {
  const [newer, thrower] = [
    await installPlugin(machine.home, 'newer', 'throw new Error("must not run")\n', { apiVersion: 2 }),
    await installPlugin(machine.home, 'thrower', 'throw new Error("cannot start today")\n'),
  ]
  await use(newer, thrower)
  const found = await plugins()
  expect(found.find(({ client }) => client === 'newer')).toMatchObject({
    package: 'gate-client-newer',
    directory: newer,
    source: 'config',
    apiVersion: 2,
    error: { code: 'plugin-invalid', message: expect.stringContaining('plugin API 2, this gate supports 1') },
  })
  expect(found.find(({ client }) => client === 'thrower')).toMatchObject({
    apiVersion: 1,
    error: { code: 'plugin-failed', message: expect.stringContaining('cannot start today') },
  })
  expect(found.find(({ client }) => client === 'codex')).toMatchObject({ source: 'installed', error: null })
  const text = (await machine.gate('plugins', 'list')).stdout
  expect(text).toMatch(/gate-client-newer 9\.9\.9 +newer +API 2 +does not load +configuration +\//)
  expect(text).toMatch(/@gate\/client-codex \S+ +codex +API 1 +loads/)
  expect((await machine.gate('list')).stdout).toMatch(/gate-client-newer 9\.9\.9 +API 2/)
})

test('P20 a plugin that ends the process ends only itself', async () => {
  await install('quitter', 'process.exit(0)\n')
  expect((await plugins()).find(({ client }) => client === 'quitter')?.error).toMatchObject({ code: 'plugin-failed' })
  await install('quitter', pluginModule('quitter', { status: 'async () => process.exit(0)' }))
  const { state } = await statuses()
  expect(state('quitter')).toMatchObject({
    state: 'unknown',
    reasons: [
      { code: 'plugin-failed', message: expect.stringContaining('status() failed: its process ended with code 0') },
    ],
  })
  expect(state('codex')?.state).toBe('detected')
})

test('P20 what fails in a plugin when nobody waits for it is a warning', async () => {
  const later = `async () => {
    setTimeout(() => { throw new Error('thrown later') }, 0)
    Promise.reject(new Error('rejected later'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    return { id: 'late', displayName: 'Late', state: 'connected', files: [], reasons: [], overrides: [], notes: [] }
  }`
  await install('late', pluginModule('late', { status: later }))
  const { state, stderr } = await statuses()
  expect(state('late')?.state).toBe('connected')
  expect(state('codex')?.state).toBe('detected')
  expect(stderr).toContain('Warning: gate-client-late failed in the background: thrown later')
  expect(stderr).toContain('Warning: gate-client-late failed in the background: rejected later')
})

test('P20 a verb that loops for ever is stopped and named, and one that waits beside it is not', async () => {
  const waits = `async () => {
    await new Promise((resolve) => setTimeout(resolve, 200))
    return { displayName: 'Waiter', state: 'connected', files: [], reasons: [], overrides: [], notes: [] }
  }`
  await use(
    await installPlugin(machine.home, 'waiter', pluginModule('waiter', { status: waits })),
    await installPlugin(machine.home, 'spinner', pluginModule('spinner', { status: '() => { for (;;) {} }' })),
  )
  const { state } = await statuses()
  expect(state('spinner')).toMatchObject({
    state: 'unknown',
    reasons: [{ code: 'plugin-failed', message: 'gate-client-spinner: status() did not finish within 10 s' }],
  })
  expect(state('waiter')?.state).toBe('connected')
  expect(state('codex')?.state).toBe('detected')
})

test('P20 two packages for one client: the first is used, the other is named', async () => {
  const first = await installPlugin(machine.home, 'twin', pluginModule('twin'))
  const second = join(machine.home, 'other-twin')
  await cp(first, second, { recursive: true })
  const manifest = join(second, 'package.json')
  await writeFile(
    manifest,
    (await readFile(manifest, 'utf8')).replace('"gate-client-twin"', '"@acme/gate-client-twin"'),
  )
  await use(first, second)
  expect((await plugins()).filter(({ client }) => client === 'twin')).toMatchObject([
    { package: 'gate-client-twin', error: null },
    {
      package: '@acme/gate-client-twin',
      error: { code: 'plugin-invalid', message: expect.stringContaining('already served by gate-client-twin') },
    },
  ])
  expect((await statuses()).state('twin')?.state).toBe('connected')
})

/** A plugin that writes a file, and refuses when a variable says so. */
const WRITING = `
import { defineClient, GateError } from '@gate/core'
export default defineClient({
  id: 'writer', displayName: 'Writer',
  detect: async (host) => {
    if (host.env.WRITER_REFUSES) {
      throw new GateError({ code: 'file-read-only', message: 'refused by the other core', fix: { action: 'advice', text: 'Allow it.' } })
    }
    return { installed: true, evidence: [] }
  },
  plan: (host, connection) => ({ clientId: 'writer', edits: [
    { kind: 'json', dialect: 'jsonc', file: host.path.join(host.home, '.writer.json'), path: ['url'], value: connection.gatewayUrl },
  ] }),
})`

test.each([
  ['a copy of core of its own', true],
  ['no core at all, as yarn 1 installs it', false],
])('P20 a plugin with %s is set up by the one engine of this gate, and its errors are understood', async (_, copy) => {
  const directory = await installPlugin(machine.home, 'writer', WRITING)
  if (copy) {
    const core = fileURLToPath(new URL('../../../core/', import.meta.url))
    const target = join(directory, 'node_modules/@gate/core')
    await cp(join(core, 'package.json'), join(target, 'package.json'))
    await cp(join(core, 'dist'), join(target, 'dist'), { recursive: true })
  }
  await use(directory)
  const original = '{\n  // mine\n  "a": 1\n}\n'
  await machine.write('.writer.json', original)
  const setup = ['setup', '--lazy', ...connectionFlags(gateway), '--client', 'writer']
  expect(await machine.gateWith({ env: { WRITER_REFUSES: '1' } }, ...setup)).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('refused by the other core'),
  })
  expect((await machine.gate(...setup)).code).toBe(0)
  expect(await machine.read('.writer.json')).toContain(gateway.url)
  expect((await statuses()).state('writer')?.state).toBe('no-token')
  expect((await machine.gate('teardown')).code).toBe(0)
  expect(await machine.read('.writer.json')).toBe(original)
})

test('of fifty plugins only the one is imported whose client is asked for', async () => {
  const mark = (id: string) => `import { appendFileSync } from 'node:fs'
appendFileSync(${JSON.stringify(machine.path('imported'))}, '${id}\\n')`
  const ids = Array.from({ length: 50 }, (_, index) => `client-${index}`)
  await use(...(await Promise.all(ids.map((id) => installPlugin(machine.home, id, pluginModule(id, {}, mark(id)))))))
  const status = json<{ clients: { id: string; state: string }[] }>(await machine.gate('status', 'codex', '--json'))
  expect(status.clients).toMatchObject([{ id: 'codex', state: 'detected' }])
  expect(await machine.exists('imported')).toBe(false)
  await machine.gate('status', 'client-7')
  expect(await machine.read('imported')).toBe('client-7\n')
})

test('R9 odd answers and ends cost their own row of a status, whatever they are', { timeout: 120_000 }, async () => {
  const answers = (fields: string) =>
    `async () => ({ displayName: 'X', state: 'connected', files: [], reasons: [], overrides: [], notes: [], ${fields} })`
  const evil: Readonly<Record<string, readonly [string, RegExp]>> = {
    nameless: [answers('displayName: undefined'), /without a usable "displayName"/],
    holes: [answers('reasons: [null]'), /without a usable "reasons.0"/],
    cyclic: ['async () => { const a = {}; a.a = a; return a }', /no plain data/],
    ender: ['async () => process.reallyExit(0)', /its process ended with code 0/],
    killer: ["async () => process.kill(process.pid, 'SIGKILL')", /its process ended with SIGKILL/],
    interrupts: [
      "async () => { throw { [Symbol.for('gate.error')]: true, code: 'interrupted', message: 'm' } }",
      /status\(\) failed: m/,
    ],
  }
  await use(
    ...(await Promise.all(
      Object.entries(evil).map(([id, [status]]) => installPlugin(machine.home, id, pluginModule(id, { status }))),
    )),
    await installPlugin(machine.home, 'honest', pluginModule('honest')),
  )
  const { state } = await statuses()
  for (const [id, [, message]] of Object.entries(evil)) {
    expect(state(id), id).toMatchObject({ state: 'unknown', reasons: [{ message: expect.stringMatching(message) }] })
    expect(state(id)?.reasons[0]?.message).toContain(`gate-client-${id}: `)
  }
  expect(state('codex')?.state).toBe('detected')
  expect(state('honest')?.state).toBe('connected')
  // For people, too.
  expect(await machine.gate('status')).toMatchObject({ code: 0, stdout: expect.stringContaining('Foreign honest') })
})

test('R9 a plugin that says that the user interrupted is one client that failed', { timeout: 120_000 }, async () => {
  const configure = "async () => { throw { [Symbol.for('gate.error')]: true, code: 'interrupted', message: 'm' } }"
  await install('liar', pluginModule('liar', { configure }))
  const done = await machine.gate('setup', '--lazy', '--json', ...connectionFlags(gateway))
  expect(done.code).toBe(4)
  const { clients } = json<{ clients: { id: string; result: string; error: { code: string } | null }[] }>(done)
  expect(clients.find(({ id }) => id === 'codex')).toMatchObject({ result: 'configured', error: null })
  expect(clients.find(({ id }) => id === 'liar')).toMatchObject({ result: 'failed', error: { code: 'plugin-failed' } })
})
