import * as fs from 'node:fs/promises'
import type { HostFileSystem } from '@gate/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setup } from '../../src/setup/setup.js'
import { teardown } from '../../src/teardown/teardown.js'
import { createMachine, type Machine } from '../harness/machine.js'
import { type ScriptedGateway, startScripted } from '../harness/scripted-gateway.js'
import { connectionTo, sessionOn } from '../harness/session.js'
import { snapshot } from '../harness/snapshot.js'

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

const session = (files?: HostFileSystem) => sessionOn(machine, files)

const options = (dryRun = false) => ({
  changes: connectionTo(gateway),
  lazy: true,
  dryRun,
})

/** A gate that is killed when it puts the client's file in its place: nothing that it calls afterwards happens. */
async function killedSetup(): Promise<void> {
  const dead = () => new Promise<never>(() => {})
  let killed = () => {}
  const kill = new Promise<void>((resolve) => {
    killed = resolve
  })
  const files: HostFileSystem = {
    ...fs,
    rename: async (from, to) => {
      if (!String(to).endsWith('settings.json')) return fs.rename(from, to)
      killed()
      return dead()
    },
  }
  void setup(await session(files), options())
  await kill
  // Its lock shows no signs of life any more.
  await fs.rm(machine.path('.local/state/gate/locks'), { recursive: true })
}

test('a dry run leaves an interrupted change to the next command, and says so', async () => {
  await killedSetup()
  const before = await snapshot(machine.home)
  const pending = expect.objectContaining({
    code: 'recovery-pending',
    message: expect.stringContaining('the next command finishes it'),
  })
  expect((await teardown(await session(), { dryRun: true })).notes).toContainEqual(pending)
  expect((await setup(await session(), options(true))).notes).toContainEqual(pending)
  expect(await snapshot(machine.home)).toEqual(before)

  const done = await teardown(await session())
  expect(done.notes.map(({ code }) => code)).toContain('recovery-finished')
  const after = await teardown(await session(), { dryRun: true })
  expect(after.notes.map(({ code }) => code)).toEqual(['nothing-configured'])
})
