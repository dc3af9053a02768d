import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { installPlugin, pluginModule } from '../../../sdk/test/harness/foreign-plugin.js'
import { connectionFlags, createMachine, errorOf, json, type Machine } from '../harness/machine.js'

interface Listed {
  readonly id: string
  readonly plugin: {
    readonly package: string
    readonly version: string
    readonly source: string
    readonly apiVersion: number
  } | null
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

async function install(id: string, body: string, gate?: object): Promise<void> {
  const directory = await installPlugin(machine.home, id, body, gate)
  expect((await machine.gate('config', 'set', 'plugins', directory)).code).toBe(0)
}

const listed = async (id: string) =>
  json<{ clients: Listed[] }>(await machine.gate('list', '--json')).clients.find((client) => client.id === id)
const setup = (...flags: string[]) => machine.gate('setup', '--lazy', ...connectionFlags(gateway), ...flags)

/** The other client is configured, shown and undone as if the broken plugin were not there. */
async function othersWork(id: string): Promise<void> {
  const done = await setup('--json')
  expect(done.code).toBe(0)
  const { clients } = json<{ clients: { id: string; result: string; error: { code: string } | null }[] }>(done)
  expect(clients.find((client) => client.id === 'codex')?.result).toBe('configured')
  expect(clients.find((client) => client.id === id)).toMatchObject({
    result: 'skipped',
    error: { code: expect.stringContaining('plugin-') },
  })
  const status = await machine.gate('status', '--json')
  expect(status.code).toBe(0)
  const states = json<{ clients: { id: string; state: string; reasons: { code: string }[] }[] }>(status).clients
  expect(states.find((client) => client.id === 'codex')?.state).toBe('no-token')
  expect(states.find((client) => client.id === id)).toMatchObject({
    state: 'unknown',
    reasons: [{ code: expect.stringContaining('plugin-') }],
  })
  expect((await machine.gate('teardown')).code).toBe(0)
  expect(await machine.exists('.codex/config.toml')).toBe(false)
}

test('P20 a plugin that throws at import is reported and breaks nothing', async () => {
  await install('thrower', 'throw new Error("cannot start today")\n')
  const plugin = await listed('thrower')
  expect(plugin).toMatchObject({
    plugin: { package: 'gate-client-thrower', version: '9.9.9', source: 'config', apiVersion: 1 },
    error: { code: 'plugin-failed', message: expect.stringContaining('cannot start today') },
  })
  await othersWork('thrower')
})

test('P20 a plugin whose import never ends is given up after its time', async () => {
  await install('sleeper', 'setInterval(() => {}, 1000)\nawait new Promise(() => {})\n')
  expect(await listed('sleeper')).toMatchObject({
    error: { code: 'plugin-failed', message: expect.stringContaining('5 s') },
  })
})

test('P20 a plugin whose import loops for ever is given up, too', async () => {
  await install('looper', 'for (;;) {}\n')
  expect(await listed('looper')).toMatchObject({
    error: { code: 'plugin-failed', message: expect.stringContaining('5 s') },
  })
})

test('P20 a plugin for another version of the contract is refused before its code runs', async () => {
  await install('newer', 'throw new Error("must not run")\n', { apiVersion: 2 })
  const plugin = await listed('newer')
  expect(plugin).toMatchObject({ plugin: { apiVersion: 2 }, error: { code: 'plugin-invalid' } })
  expect(plugin?.error?.message).not.toContain('must not run')
  await othersWork('newer')
})

test('P20 a plugin that is not what its package.json says is named', async () => {
  await install('liar', pluginModule('somebody-else'))
  expect(await listed('liar')).toMatchObject({
    error: { code: 'plugin-invalid', message: expect.stringContaining('somebody-else') },
  })
  await install('empty', 'export default {}\n')
  expect(await listed('empty')).toMatchObject({ error: { code: 'plugin-invalid' } })
})

test('P20 a verb that never ends is given up, and status tells the rest', async () => {
  await install('hanger', pluginModule('hanger', { status: '() => new Promise(() => setInterval(() => {}, 1000))' }))
  const status = await machine.gate('status', '--json')
  expect(status.code).toBe(0)
  const { clients } = json<{ clients: { id: string; state: string; reasons: { code: string; message: string }[] }[] }>(
    status,
  )
  expect(clients.find(({ id }) => id === 'hanger')).toMatchObject({
    state: 'unknown',
    reasons: [{ code: 'plugin-failed' }],
  })
  expect(clients.find(({ id }) => id === 'codex')?.state).toBe('detected')
})

test('P20 a verb that throws fails its own client only, and the exit code says so', async () => {
  await install(
    'refuser',
    pluginModule('refuser', { configure: 'async () => { throw new TypeError("no such thing") }' }),
  )
  const done = await setup('--json')
  expect(done.code).toBe(4)
  const { clients } = json<{ clients: { id: string; result: string; error: { code: string; message: string } }[] }>(
    done,
  )
  expect(clients.map(({ id, result }) => [id, result])).toContainEqual(['codex', 'configured'])
  expect(clients.find(({ id }) => id === 'refuser')?.error).toMatchObject({
    code: 'plugin-failed',
    message: expect.stringContaining('no such thing'),
  })
})

test('P20 what a plugin prints does not get into the answer', async () => {
  const noise = 'console.log("noise at import"); process.stdout.write("more noise\\n")'
  await install(
    'talker',
    pluginModule('talker', { status: 'async () => { console.log("noise in a verb"); return {} }' }, noise),
  )
  const list = await machine.gate('list', '--json')
  expect(list.stdout).not.toContain('noise')
  expect(json<{ clients: Listed[] }>(list).clients.find(({ id }) => id === 'talker')?.error).toBeNull()
})

test('a named client with a broken plugin is an error of that command', async () => {
  await install('thrower', 'throw new Error("cannot start today")\n')
  const done = await setup('--client', 'thrower', '--json')
  expect(done.code).toBe(1)
  expect(errorOf(done)).toMatchObject({ code: 'plugin-failed' })
})

test('a plugin is imported only when its client is concerned', async () => {
  const mark = JSON.stringify(machine.path('imported'))
  await install(
    'marker',
    pluginModule('marker', {}, `import { writeFileSync } from 'node:fs'\nwriteFileSync(${mark}, '')`),
  )
  await setup('--client', 'codex')
  await machine.gate('status', 'codex')
  await machine.gate('config', 'show')
  await machine.gate('teardown')
  expect(await machine.exists('imported')).toBe(false)
  await machine.gate('status', 'marker')
  expect(await machine.exists('imported')).toBe(true)
})

test('a client whose plugin is gone is still shown, and undone from its receipt', async () => {
  const file = machine.path('.foreign.json')
  const body = `
import { defineClient } from ${JSON.stringify(import.meta.resolve('@gate/core'))}
export default defineClient({
  id: 'leaver', displayName: 'Leaver',
  detect: async () => ({ installed: true, evidence: [] }),
  plan: (_host, connection) => ({ clientId: 'leaver', edits: [
    { kind: 'json', dialect: 'jsonc', file: ${JSON.stringify(file)}, path: ['url'], value: connection.gatewayUrl },
  ] }),
})`
  const original = '{\n  // mine\n  "a": 1\n}\n'
  await machine.write('.foreign.json', original)
  await install('leaver', body)
  expect((await setup('--client', 'leaver')).code).toBe(0)
  expect(await machine.read('.foreign.json')).toContain(gateway.url)
  await machine.gate('config', 'unset', 'plugins')

  const status = json<{ clients: { id: string; state: string; reasons: { code: string; fix: string }[] }[] }>(
    await machine.gate('status', 'leaver', '--json'),
  )
  expect(status.clients).toMatchObject([
    {
      id: 'leaver',
      state: 'unknown',
      reasons: [{ code: 'plugin-missing', fix: 'gate plugins add gate-client-leaver' }],
    },
  ])
  const inList = await listed('leaver')
  expect(inList).toMatchObject({ plugin: null, configured: true })
  expect((await machine.gate('teardown', 'leaver')).code).toBe(0)
  expect(await machine.read('.foreign.json')).toBe(original)
})
