import type { Clock } from '@gate/core'
import { expect, it } from 'vitest'
import type { Auth } from '../../src/contract.js'
import { createAuthWith } from '../../src/create-auth.js'
import { createKeychain } from '../../src/secret-store/keychain.js'
import { hurriedClock, presenter } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

const minute = 60_000
const context = suite({}, () => ({ clock: adjustable() }))
const detached = { interaction: 'detached', waitMs: 3_000 } as const

function adjustable(): Clock {
  const { now, sleep } = hurriedClock()
  // The tests put their own `now` over this one.
  return { now, sleep }
}

/** Puts the machine's wall clock forward, as when its lid was closed: timers do not count that time. */
function wakeLater(ms: number): void {
  const { clock } = context.machine.host
  const { now } = clock
  Object.assign(clock, { now: () => now() + ms })
}

/** The same sign-in for a process whose clock is ahead. */
function authLater(ms: number): Auth & { readonly launches: unknown[] } {
  const { gateway, machine } = context
  const { host, keychain } = machine
  const launches: unknown[] = []
  const { now, sleep } = host.clock
  const launch = async (...start: unknown[]) => {
    launches.push(start)
    return { pid: process.pid, exited: new Promise<null>(() => {}) }
  }
  const { url: gatewayUrl, issuer, clientId } = gateway
  const auth = createAuthWith(
    { ...host, clock: { now: () => now() + ms, sleep }, process: { ...host.process, launch } },
    {
      profileName: 'default',
      profile: { gatewayUrl, auth: { kind: 'oidc', issuer, clientId, scopes: ['openid', 'offline_access'] } },
      loginCommand: { command: '/nowhere/gate', args: ['login'] },
    },
    createKeychain(host, { load: async () => keychain }),
  )
  return { ...auth, launches }
}

/** A login that waits for its person. */
async function begin(): Promise<{ login: Promise<unknown>; url: string }> {
  const { gateway, machine } = context
  let login: Promise<unknown> = Promise.resolve()
  const url = await new Promise<string>((resolve) => {
    const present = presenter((event) => {
      if (event.kind === 'print-url') resolve(event.url)
    })
    login = machine.auth(gateway).login({ method: 'print-url', present })
    login.catch(() => {})
  })
  return { login, url }
}

const recordFile = () => {
  const { path, directories } = context.machine.host
  return path.join(directories.state, 'login', 'default.json')
}
const record = async () => JSON.parse(await context.machine.host.fs.readFile(recordFile(), 'utf8'))

it('A21 a login ends when its time is over by the wall clock, however long the machine slept', async () => {
  const { login } = await begin()
  wakeLater(11 * minute)
  expect(await codeOf(login)).toBe('login-timeout')
  // The clock of the test hurries through the moment that the login has for its last words, too.
  await expect.poll(record).toMatchObject({ state: 'failed', code: 'login-timeout' })
})

it('A21 a helper after the deadline of a login that lives starts no other one, and leaves its record alone', async () => {
  const { login, url } = await begin()
  const late = authLater(11 * minute)
  expect(await codeOf(late.accessToken(detached))).toBe('login-pending')
  expect(late.launches).toEqual([])
  expect(await record()).toMatchObject({ state: 'running', url })
  await context.gateway.visit(url)
  await login
})

it('A21 a helper that wakes up before the login has ended is told how it ended', async () => {
  const { login } = await begin()
  const late = authLater(11 * minute)
  const waiting = codeOf(late.accessToken({ ...detached, waitMs: 20 * minute }))
  await context.machine.host.clock.sleep(50)
  wakeLater(11 * minute)
  expect(await codeOf(login)).toBe('login-timeout')
  expect(await waiting).toBe('login-timeout')
  expect(late.launches).toEqual([])
})

it('A21 a detached login that finds another one at work takes back what announced it', async () => {
  const { gateway, machine } = context
  const { login, url } = await begin()
  const announced = { ...(await record()), state: 'starting', url: undefined }
  await machine.host.fs.writeFile(recordFile(), JSON.stringify(announced), { mode: 0o600 })
  const other = machine.auth(gateway).login({ method: 'browser', present: presenter(), detached: true })
  expect(await codeOf(other)).toBe('lock-timeout')
  await expect(record()).rejects.toMatchObject({ code: 'ENOENT' })
  // Who comes now waits for the one at work.
  const waiting = authLater(0)
  const token = waiting.accessToken({ ...detached, waitMs: 20 * minute })
  await gateway.visit(url)
  await login
  expect((await token).token.reveal()).toBe((await machine.cached()).token)
  expect(waiting.launches).toEqual([])
})
