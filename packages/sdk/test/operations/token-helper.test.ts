import * as fs from 'node:fs/promises'
import type { HostFileSystem } from '@gate/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setup } from '../../src/setup/setup.js'
import { teardown } from '../../src/teardown/teardown.js'
import { createMachine, type Machine } from '../harness/machine.js'
import { type ScriptedGateway, startScripted } from '../harness/scripted-gateway.js'
import { connectionTo, sessionOn } from '../harness/session.js'

let machine: Machine
let gateway: ScriptedGateway
const shim = () => machine.helper(gateway.url)

beforeEach(async () => {
  machine = await createMachine()
  gateway = await startScripted(() => 401)
})

afterEach(async () => {
  await gateway.stop()
  await machine.remove()
})

const session = (profile?: string, files?: HostFileSystem) => sessionOn(machine, files, profile)

const options = (client: string) => ({
  changes: connectionTo(gateway),
  clients: [client],
  lazy: true,
})

test('T7.4-A2 a helper that another gate sets a client up with is not taken away by a teardown', async () => {
  await setup(await session(), options('codex'))
  // The teardown has found that no client is left that would run the helper, and is about to remove it.
  let resume = () => {}
  const paused = new Promise<void>((resolve) => {
    resume = resolve
  })
  let reached = () => {}
  const atRemoval = new Promise<void>((resolve) => {
    reached = resolve
  })
  const slow = {
    ...fs,
    unlink: async (path: string) => {
      if (path.endsWith(shim())) {
        reached()
        await paused
      }
      return fs.unlink(path)
    },
  } as HostFileSystem
  const undoing = teardown(await session(undefined, slow))
  await atRemoval
  const setting = setup(await session(), options('claude-code'))
  // Long enough for a set-up that waits for nobody to be done.
  await Promise.race([setting, new Promise((resolve) => setTimeout(resolve, 1500))])
  resume()
  for (const { clients } of [await undoing, await setting]) expect(clients.filter(({ error }) => error)).toEqual([])
  expect(await machine.exists(shim())).toBe(true)
  expect(await machine.read('.claude/settings.json')).toContain(shim())
})

test('S64 the helper goes with its last client, and a teardown of nothing leaves nothing behind', async () => {
  await teardown(await session())
  await expect(fs.readdir(machine.path('.local'))).rejects.toMatchObject({ code: 'ENOENT' })
  await setup(await session(), options('codex'))
  await setup(await session(), options('claude-code'))
  await teardown(await session(), { clients: ['codex'] })
  expect(await machine.exists(shim())).toBe(true)
  await teardown(await session(), { clients: ['claude-code'] })
  expect(await machine.exists(shim())).toBe(false)
})

test('the helper of a profile that no client uses any more goes with the next teardown', async () => {
  await setup(await session(), options('codex'))
  await setup(await session('work'), options('codex'))
  expect(await machine.exists(shim())).toBe(true)
  await teardown(await session('work'))
  expect(await machine.exists(shim())).toBe(false)
  expect(await machine.exists(machine.helper(gateway.url, 'work'))).toBe(false)
})
