import * as fs from 'node:fs/promises'
import type { HostFileSystem } from '@gate/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setConfig } from '../../src/config/config.js'
import { checkDirectories } from '../../src/doctor/checks/machine.js'
import { setup } from '../../src/setup/setup.js'
import { createMachine, type Machine } from '../harness/machine.js'
import { type ScriptedGateway, startScripted } from '../harness/scripted-gateway.js'
import { connectionTo, hostOn, sessionOn } from '../harness/session.js'

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

/** A home in which nothing can be made; by hand, because root may write everywhere. */
function unwritable(code: string): HostFileSystem {
  const refuse = async (path: unknown) => {
    throw Object.assign(new Error(`${code}: cannot be written`), { code, path })
  }
  return { ...fs, mkdir: refuse, access: refuse } as HostFileSystem
}

test.each([
  ['EACCES', 'file-read-only', () => ({ action: 'run', command: `chmod u+w ${machine.home}` })],
  ['EPERM', 'file-read-only', () => ({ action: 'run', command: `chmod u+w ${machine.home}` })],
  ['EROFS', 'file-read-only', () => ({ text: expect.stringContaining('GATE_HOME') })],
  ['ENOSPC', 'disk-full', () => ({ text: expect.stringContaining('Free some space') })],
])('gate’s directories cannot be made (%s): %s, with the file and what helps', async (errno, code, fix) => {
  const file = machine.path('.config/gate')
  const session = () => sessionOn(machine, unwritable(errno))
  const changes = connectionTo(gateway)
  await expect(setup(await session(), { changes, lazy: true })).rejects.toMatchObject({ code, file, fix: fix() })
  await expect(setConfig(await session(), 'secret-store', 'file')).rejects.toMatchObject({ code, file, fix: fix() })
})

test('doctor says so where they are still to be made, and where they are there', async () => {
  expect(await checkDirectories(hostOn(machine))).toMatchObject({ result: 'pass' })
  expect(await checkDirectories(hostOn(machine, unwritable('EACCES')))).toMatchObject({
    result: 'fail',
    detail: expect.stringContaining(`${machine.path('.config/gate')} cannot be made`),
    fix: { action: 'run', command: `chmod u+w ${machine.home}` },
  })
  for (const directory of ['.config/gate', '.local/state/gate', '.cache/gate']) {
    await fs.mkdir(machine.path(directory), { recursive: true, mode: 0o700 })
  }
  expect(await checkDirectories(hostOn(machine, unwritable('EACCES')))).toMatchObject({
    result: 'fail',
    detail: expect.stringContaining(`${machine.path('.config/gate')} cannot be written`),
  })
  expect(await checkDirectories(hostOn(machine))).toMatchObject({ result: 'pass', detail: 'private, and yours' })
})
