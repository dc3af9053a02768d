import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { installPlugin } from '../harness/foreign-plugin.js'
import { connectionFlags, createMachine, errorOf, json, type Machine } from '../harness/machine.js'

const RECORD = '.local/state/gate/clients/leaver/plugin.json'
const SETUP = ['setup', '--lazy', '--client', 'leaver']
const ORIGINAL = '{\n  // mine\n  "a": 1\n}\n'

let gateway: DevGateway
let machine: Machine

beforeAll(async () => {
  gateway = await startDevGateway()
})

afterAll(async () => {
  await gateway.stop()
})

beforeEach(async () => {
  machine = await createMachine({ gateway, clients: [] })
  await machine.write('.foreign.json', ORIGINAL)
})

afterEach(async () => {
  await machine.remove()
})

/** Installs a plugin of the client `leaver`, whose package name does not follow from that id, and sets it up. */
async function setUp(): Promise<void> {
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
  const directory = await installPlugin(machine.home, 'leaver', body, {}, { name: '@acme/gate-client-leaver' })
  expect((await machine.gate('config', 'set', 'plugins', directory)).code).toBe(0)
  expect((await machine.gate(...SETUP, ...connectionFlags(gateway))).code).toBe(0)
}

const leave = () => machine.gate('config', 'unset', 'plugins')

test('a client whose plugin is gone names the package that it was set up with', async () => {
  await setUp()
  await leave()
  const status = json<{ clients: object[] }>(await machine.gate('status', 'leaver', '--json'))
  const fix = 'gate plugins add @acme/gate-client-leaver'
  expect(status.clients).toMatchObject([{ state: 'unknown', reasons: [{ code: 'plugin-missing', fix }] }])
  const refused = await machine.gate(...SETUP, '--json', ...connectionFlags(gateway))
  expect(errorOf(refused)).toMatchObject({ code: 'unknown-client', fix })
  expect((await machine.gate('teardown')).code).toBe(0)
  expect(await machine.read('.foreign.json')).toBe(ORIGINAL)
  expect(await machine.exists(RECORD)).toBe(false)
})

test('a damaged record is as good as none', async () => {
  await setUp()
  await leave()
  for (const text of ['{', '[]', '{"package":7}', '{"package":"x; rm -r /"}']) {
    await machine.write(RECORD, text)
    const status = json<{ clients: object[] }>(await machine.gate('status', 'leaver', '--json'))
    expect(status.clients).toMatchObject([{ reasons: [{ fix: 'gate plugins add gate-client-leaver' }] }])
  }
})
