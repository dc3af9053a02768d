import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runHelper } from '../test/harness/helper-processes.js'
import { createMachine, type Machine } from '../test/harness/machine.js'
import { type KeyringSession, startSession } from './session.js'

const PASSWORD = 'password of the login keyring'
const DRIVER = fileURLToPath(new URL('./api-key-driver.ts', import.meta.url))

let session: KeyringSession
let home: string
beforeEach(async () => {
  session = await startSession()
  home = await mkdtemp(join(tmpdir(), 'gate-home-'))
})
afterEach(async () => {
  await session.stop()
  await rm(home, { recursive: true, force: true })
})

async function apiKey(...args: string[]): Promise<unknown> {
  const env = { ...session.env, GATE_HOME: home }
  const { stdout } = await promisify(execFile)(process.execPath, [DRIVER, ...args], { env })
  return JSON.parse(stdout)
}

describe('A14 an API key in a real gnome-keyring', () => {
  it('is kept across processes, at any length, and deleted', async () => {
    await session.startDaemon(PASSWORD)
    expect(await apiKey('state')).toEqual({ state: 'signed-out', reasons: [], found: 'login-required' })
    for (const length of ['20', '2000', '65536']) {
      expect(await apiKey('store', length)).toEqual({ state: 'signed-in', reasons: [], found: Number(length) })
      expect(await apiKey('state')).toMatchObject({ found: Number(length) })
    }
    expect(await apiKey('delete')).toMatchObject({ state: 'signed-out' })
  })

  it('survives the end of the session', async () => {
    await session.startDaemon(PASSWORD)
    await apiKey('store', '50')
    await session.startDaemon(PASSWORD)
    expect(await apiKey('state')).toMatchObject({ found: 50 })
  })

  it('cannot be stored while the keyring is locked, which is told by name', async () => {
    await session.startDaemon(PASSWORD)
    await apiKey('store', '50')
    await session.startDaemon(undefined)
    expect(await apiKey('store', '60')).toEqual({ error: 'secret-store-locked' })
    await session.startDaemon(PASSWORD)
    expect(await apiKey('state')).toMatchObject({ found: 50 })
  })

  it('without a session there is no keychain, which is told by name and at once', async () => {
    const { DBUS_SESSION_BUS_ADDRESS: _none, XDG_RUNTIME_DIR: _neither, ...bare } = session.env
    const { stdout } = await promisify(execFile)(process.execPath, [DRIVER, 'store', '5'], {
      env: { ...bare, GATE_HOME: home },
    })
    expect(JSON.parse(stdout)).toEqual({ error: 'secret-store-unavailable' })
  })
})

describe('a sign-in in a real gnome-keyring', () => {
  let gateway: DevGateway
  let machine: Machine
  beforeAll(async () => {
    gateway = await startDevGateway()
  })
  afterAll(() => gateway.stop())
  beforeEach(async () => {
    gateway.clearRequests()
    machine = await createMachine({ env: { BROWSER: gateway.browser } })
    Object.assign(machine.env, session.env, { GATE_HOME: machine.env.GATE_HOME })
  })
  afterEach(() => machine.remove())

  const helper = (order: Record<string, unknown> = {}) =>
    runHelper(machine, gateway, order, { GATE_SECRET_STORE: 'keychain' })

  it('logs in, renews with a rotated token from another process, and logs out', async () => {
    await session.startDaemon(PASSWORD)
    expect(await helper({ interaction: 'detached', waitMs: 20_000 })).toMatchObject({ code: 0, stderr: '' })
    for (let round = 0; round < 2; round++) {
      await machine.expire()
      expect(await helper()).toMatchObject({ code: 0, stderr: '' })
    }
    expect(gateway.counters).toMatchObject({ logins: 1, refreshRequests: 2 })
    expect(JSON.parse((await helper({ command: 'logout' })).stdout)).toEqual({
      wasSignedIn: true,
      revocation: 'revoked',
    })
    expect(await helper()).toMatchObject({ code: 3, stdout: '' })
  })

  it('A14 a keyring that is locked again is not taken for a sign-out: no browser, no request, and it works once unlocked', async () => {
    await session.startDaemon(PASSWORD)
    await helper({ interaction: 'detached', waitMs: 20_000 })
    await machine.expire()
    gateway.clearRequests()
    await session.startDaemon(undefined)
    const locked = await helper({ interaction: 'detached', waitMs: 5_000 })
    expect(locked).toMatchObject({ code: 1, stdout: '' })
    expect(locked.stderr).toMatch(/^secret-store-locked: /)
    expect(gateway.counters).toMatchObject({ browserStarts: 0, tokenRequests: 0 })
    await session.startDaemon(PASSWORD)
    expect(await helper()).toMatchObject({ code: 0, stderr: '' })
    expect(gateway.counters).toMatchObject({ logins: 0, refreshRequests: 1 })
  })
})
