import { setTimeout as sleep } from 'node:timers/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installPlugin } from '../../../sdk/test/harness/foreign-plugin.js'
import { connectionFlags, createMachine, errorOf, type Machine } from '../harness/machine.js'

let gateway: DevGateway
let machine: Machine

beforeEach(async () => {
  gateway = await startDevGateway()
  machine = await createMachine({ gateway, clients: [] })
})

afterEach(async () => {
  await machine.remove()
  await gateway.stop()
})

/** Sets up the client `waiter` of a third-party plugin without signing in. */
async function setUp(field: string) {
  const body = `
import { defineClient } from ${JSON.stringify(import.meta.resolve('@gate/core'))}
const plugin = defineClient({
  id: 'waiter', displayName: 'Waiter',
  detect: async () => ({ installed: true, evidence: [] }),
  plan: (host, connection) => ({ clientId: 'waiter', edits: [
    { kind: 'json', dialect: 'jsonc', file: host.path.join(host.home, '.w.json'), path: ['url'], value: connection.gatewayUrl },
  ] }),
})
export default { ...plugin, ${field} }`
  const directory = await installPlugin(machine.home, 'waiter', body)
  await machine.gate('config', 'set', 'plugins', directory)
  return machine.gate('setup', '--lazy', '--client', 'waiter', '--json', ...connectionFlags(gateway))
}

/** Asks where somebody could sign in, who does not. */
const askForToken = async () => {
  const browser = await machine.write('browser', `#!/bin/sh\nprintf %s "$1" >'${machine.path('url')}'\n`, 0o755)
  const began = Date.now()
  const finished = await machine.gateWith({ env: { BROWSER: browser } }, 'token', '--client', 'waiter')
  return { ...finished, seconds: (Date.now() - began) / 1000 }
}

test('the helper waits for a login as long as the plugin says', async () => {
  expect((await setUp('loginWaitSeconds: 2')).code).toBe(0)
  const { code, stderr, seconds } = await askForToken()
  expect({ code, stderr }).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/A sign-in is (?:waiting in the browser|being started)/),
  })
  expect(seconds).toBeGreaterThanOrEqual(2)
  expect(seconds).toBeLessThan(20)
  // Ends the login, which goes on by itself; on a busy machine the browser comes later than the two seconds.
  while (!(await machine.exists('url'))) await sleep(100)
  await gateway.visit(await machine.read('url'))
})

test('a client that does not wait leads to no login, not even without its plugin', async () => {
  expect((await setUp('loginWaitSeconds: 0')).code).toBe(0)
  await machine.gate('config', 'unset', 'plugins')
  expect(await askForToken()).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('gate login') })
  expect(gateway.counters.authorizationRequests).toBe(0)
  expect(await machine.exists('.local/state/gate/login/default.json')).toBe(false)
})

test.each(['-1', '601', '1.5', "'60'", 'null'])('a plugin that says %s is refused', async (value) => {
  expect(errorOf(await setUp(`loginWaitSeconds: ${value}`))).toMatchObject({
    code: 'plugin-invalid',
    message: expect.stringContaining('loginWaitSeconds'),
  })
})
