import * as fs from 'node:fs/promises'
import type { HostFileSystem } from '@gate/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setup } from '../../src/setup/setup.js'
import { teardown } from '../../src/teardown/teardown.js'
import { createMachine, type Machine } from '../harness/machine.js'
import { type ScriptedGateway, startScripted } from '../harness/scripted-gateway.js'
import { connectionTo, sessionOn } from '../harness/session.js'
import { snapshot } from '../harness/snapshot.js'

const CLIENTS = '.local/state/gate/clients'

let machine: Machine
let gateway: ScriptedGateway

beforeEach(async () => {
  machine = await createMachine()
  gateway = await startScripted(() => 401)
})

afterEach(async () => {
  await gateway.stop()
  await machine.remove()
})

/** A disk that is full as soon as something is put in the place of a file of this name. */
function fullFor(name: string): HostFileSystem {
  return {
    ...fs,
    rename: async (from, to) => {
      if (String(to).endsWith(name)) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      await fs.rename(from, to)
    },
  }
}

const session = (files?: HostFileSystem) => sessionOn(machine, files)

const options = () => ({ changes: connectionTo(gateway), lazy: true })

test('S28 when the connection cannot be saved, no client is touched', async () => {
  const before = await snapshot(machine.path('.claude'))
  await expect(setup(await session(fullFor('config.json')), options())).rejects.toMatchObject({ code: 'disk-full' })
  expect(await snapshot(machine.path('.claude'))).toEqual(before)
  expect(await machine.exists('.codex/config.toml')).toBe(false)
})

test('S28 when the receipt cannot be written, the client’s files are as they were', async () => {
  await machine.write('.claude/settings.json', '{ "model": "sonnet" }\n')
  const before = await snapshot(machine.path('.claude'))
  const done = await setup(await session(fullFor('ledger.json')), options())
  const installed = done.clients.filter(({ result }) => result !== 'skipped')
  expect(installed.map(({ result, error }) => [result, error?.code])).toEqual([
    ['failed', 'disk-full'],
    ['failed', 'disk-full'],
  ])
  // The next command finishes or rolls back what is left; either way the files say the same as the receipts.
  const healed = await session()
  await healed.host.engine.recover()
  expect(await healed.host.engine.receipts()).toEqual([])
  expect(await snapshot(machine.path('.claude'))).toEqual(before)
  expect(await machine.exists('.codex/config.toml')).toBe(false)
})

test('S28 when what is remembered of a plugin cannot be written, its client is not touched', async () => {
  await machine.write('.claude/settings.json', '{ "model": "sonnet" }\n')
  const before = await snapshot(machine.path('.claude'))
  const done = await setup(await session(fullFor('plugin.json')), options())
  const installed = done.clients.filter(({ result }) => result !== 'skipped')
  expect(installed.map(({ result, error }) => [result, error?.code])).toEqual([
    ['failed', 'disk-full'],
    ['failed', 'disk-full'],
  ])
  expect(await snapshot(machine.path('.claude'))).toEqual(before)
  expect(await machine.exists('.codex/config.toml')).toBe(false)
})

test('a client that could not be set up leaves nothing remembered; one that was set up before keeps it', async () => {
  await machine.write('.claude/settings.json', '{ "model": ')
  const first = await setup(await session(), options())
  expect(first.clients.map(({ id, result }) => [id, result])).toContainEqual(['claude-code', 'failed'])
  expect(Object.keys(await snapshot(machine.path(CLIENTS))).sort()).toEqual(['codex', 'codex/plugin.json'])
  await machine.write('.codex/config.toml', 'model = ')
  const second = await setup(await session(), options())
  expect(second.clients.map(({ id, result }) => [id, result])).toContainEqual(['codex', 'failed'])
  expect(Object.keys(await snapshot(machine.path(CLIENTS))).sort()).toEqual(['codex', 'codex/plugin.json'])
})

test('S32 when the receipt cannot be taken away, nothing is forgotten and the retry works', async () => {
  await setup(await session(), options())
  const done = await teardown(await session(fullFor('ledger.json')))
  expect(done.clients.map(({ result }) => result)).toEqual(['failed', 'failed'])
  const next = await session()
  expect((await next.host.engine.receipts()).map(({ clientId }) => clientId).sort()).toEqual(['claude-code', 'codex'])
  expect((await teardown(next)).clients.map(({ error }) => error)).toEqual([undefined, undefined])
  expect(await machine.exists('.claude/settings.json')).toBe(false)
  expect(await machine.exists('.codex/config.toml')).toBe(false)
})
