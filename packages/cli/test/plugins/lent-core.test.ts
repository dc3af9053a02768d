import { afterEach, beforeEach, expect, test } from 'vitest'
import { installPlugin } from '../../../sdk/test/harness/foreign-plugin.js'
import { createMachine, json, type Machine } from '../harness/machine.js'

let machine: Machine

beforeEach(async () => {
  machine = await createMachine({ clients: [] })
})

afterEach(async () => {
  await machine.remove()
})

test('a plugin without a copy of @gate/core is lent one, with what plugins may import of it', async () => {
  const body = `
import { defineClient, isDirectory } from '@gate/core'
import { readPropertyList } from '@gate/core/machine'
export default defineClient({
  id: 'borrower', displayName: 'Borrower',
  async detect(host) {
    const { state } = await readPropertyList(host, host.path.join(host.home, 'a.plist'))
    return { installed: state === 'parsed' && (await isDirectory(host, host.home)), evidence: [] }
  },
  plan: () => ({ clientId: 'borrower', edits: [] }),
})`
  await machine.write('a.plist', '<plist version="1.0"><dict><key>a</key><string>b</string></dict></plist>')
  await machine.gate('config', 'set', 'plugins', await installPlugin(machine.home, 'borrower', body))
  const { clients } = json<{ clients: { id: string }[] }>(await machine.gate('list', '--json'))
  expect(clients.find(({ id }) => id === 'borrower')).toMatchObject({ installed: true, error: null })
})

test('the entries that are for programs alone are not lent', async () => {
  const directory = await installPlugin(machine.home, 'greedy', `import '@gate/engine'\nexport default {}\n`)
  await machine.gate('config', 'set', 'plugins', directory)
  const { clients } = json<{ clients: { id: string }[] }>(await machine.gate('list', '--json'))
  expect(clients.find(({ id }) => id === 'greedy')).toMatchObject({ error: { code: 'plugin-failed' } })
})
