import { cp } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
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

test('a plugin without a copy of @gate/core is lent one, and so is what it depends on', async () => {
  const body = `
import { isDirectory } from '@gate/client-kit'
import { defineClient } from '@gate/core'
export default defineClient({
  id: 'borrower', displayName: 'Borrower',
  async detect(host) { return { installed: await isDirectory(host, host.home), evidence: [] } },
  plan: () => ({ clientId: 'borrower', edits: [] }),
})`
  const directory = await installPlugin(machine.home, 'borrower', body)
  const kit = dirname(fileURLToPath(import.meta.resolve('@gate/client-kit/package.json')))
  const installed = join(directory, 'node_modules/@gate/client-kit')
  await cp(join(kit, 'package.json'), join(installed, 'package.json'))
  await cp(join(kit, 'dist'), join(installed, 'dist'), { recursive: true })
  await machine.gate('config', 'set', 'plugins', directory)
  const { clients } = json<{ clients: { id: string }[] }>(await machine.gate('list', '--json'))
  expect(clients.find(({ id }) => id === 'borrower')).toMatchObject({ installed: true, error: null })
})

test.each(['@gate/engine', '@gate/client-kit'])('%s is not lent', async (name) => {
  const directory = await installPlugin(machine.home, 'greedy', `import '${name}'\nexport default {}\n`)
  await machine.gate('config', 'set', 'plugins', directory)
  const { clients } = json<{ clients: { id: string }[] }>(await machine.gate('list', '--json'))
  expect(clients.find(({ id }) => id === 'greedy')).toMatchObject({ error: { code: 'plugin-failed' } })
})
