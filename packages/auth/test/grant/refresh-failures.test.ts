import { GateError } from '@gate/core'
import { startDevGateway, type TokenFailureKind } from '@gate/dev-gateway'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPaused, nextPause } from '../../src/grant/refresh-pause.js'
import { createMachine, hurriedClock, type Machine, presenter, signIn } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

const context = suite({}, () => ({ clock: hurriedClock() }))
const never = { interaction: 'never' } as const

async function signedIn(): Promise<Machine> {
  await signIn(context.machine, context.gateway)
  context.gateway.clearRequests()
  return context.machine
}

/** Makes the cached token old enough to be renewed, but still valid. */
async function makeDue(machine: Machine): Promise<string> {
  const { refreshAt, token } = await machine.cached()
  await machine.age(refreshAt - machine.host.clock.now() + 1000)
  return token
}

const quick: readonly [TokenFailureKind, string][] = [
  ['500', 'issuer-unreachable'],
  ['503', 'issuer-unreachable'],
  ['429', 'issuer-unreachable'],
  ['reset', 'issuer-unreachable'],
  ['html', 'issuer-error'],
  ['empty', 'issuer-error'],
  ['huge', 'issuer-error'],
]

describe.each(quick)('S112 A3 token endpoint: %s', (kind, code) => {
  it('a token that is still valid is served, with a warning and no browser', async () => {
    const machine = await signedIn()
    const token = await makeDue(machine)
    const failure = context.gateway.failToken({ kind, times: Number.POSITIVE_INFINITY })
    const served = await machine.auth(context.gateway).accessToken({ interaction: 'detached' })
    expect(served.token.reveal()).toBe(token)
    expect(machine.warnings).toHaveLength(1)
    expect(failure.hits).toBe(1)
    expect(context.gateway.counters.browserStarts).toBe(0)
    failure.cancel()
  })

  it(`an expired one leads to ${code} within bounds, no browser, and nothing is lost`, async () => {
    const machine = await signedIn()
    await machine.expire()
    const grants = new Map(machine.keychain.entries)
    const failure = context.gateway.failToken({ kind, times: Number.POSITIVE_INFINITY })
    expect(await codeOf(machine.auth(context.gateway).accessToken({ interaction: 'detached' }))).toBe(code)
    expect(failure.hits).toBeLessThanOrEqual(3)
    expect(machine.keychain.entries).toEqual(grants)
    expect(context.gateway.counters.browserStarts).toBe(0)
    failure.cancel()
    // The issuer is back, and somebody who waits does not have to wait out the pause.
    await machine.auth(context.gateway).accessToken({ interaction: 'never', forceRefresh: true })
    expect(context.gateway.counters.logins).toBe(0)
  })
})

describe('endpoints that keep the connection open', () => {
  it('S112 A3 hang, drip and a slow answer are given up in bounded time, no browser', async () => {
    const { gateway } = context
    const kinds: readonly TokenFailureKind[] = ['hang', 'drip']
    for (const kind of kinds) {
      const machine = await createMachine({ clock: hurriedClock(), env: { BROWSER: gateway.browser } })
      await signIn(machine, gateway)
      gateway.clearRequests()
      await makeDue(machine)
      const grants = new Map(machine.keychain.entries)
      const failure = gateway.failToken({ kind, times: Number.POSITIVE_INFINITY })
      const timeouts: number[] = []
      const { timeout } = AbortSignal
      // The limit itself is what is under test, not the patience of the test: 6 seconds become 60 milliseconds.
      AbortSignal.timeout = (ms) => {
        timeouts.push(ms)
        return timeout.call(AbortSignal, ms / 100)
      }
      try {
        expect((await machine.auth(gateway).accessToken(never)).token.reveal()).toBe((await machine.cached()).token)
        await machine.expire()
        const forced = machine.auth(gateway).accessToken({ interaction: 'never', forceRefresh: true })
        expect(await codeOf(forced)).toBe('issuer-unreachable')
      } finally {
        AbortSignal.timeout = timeout
      }
      expect(Math.max(...timeouts.filter((ms) => ms !== 30_000))).toBeLessThanOrEqual(6_000)
      expect(machine.keychain.entries).toEqual(grants)
      expect(gateway.counters.browserStarts).toBe(0)
      failure.cancel()
      await machine.remove()
    }
  })
})

it('A3 a failure that passes within a moment is not seen at all', async () => {
  const machine = await signedIn()
  await machine.expire()
  context.gateway.failToken({ kind: '503', times: 2 })
  await machine.auth(context.gateway).accessToken(never)
  expect(context.gateway.counters.refreshRequests).toBe(3)
})

it('A3 after a failure nobody asks again for a while, and everybody is told the same at once', async () => {
  const machine = await signedIn()
  await machine.expire()
  const failure = context.gateway.failToken({ kind: '503', times: Number.POSITIVE_INFINITY })
  const calls = Array.from({ length: 10 }, () => codeOf(machine.auth(context.gateway).accessToken(never)))
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['issuer-unreachable']))
  expect(await codeOf(machine.auth(context.gateway).accessToken(never))).toBe('issuer-unreachable')
  expect(failure.hits).toBeLessThanOrEqual(3)
  expect((await machine.auth(context.gateway).state()).reasons).toMatchObject([{ code: 'issuer-unreachable' }])
  failure.cancel()
})

it('A3 Retry-After is honoured: one request, and the next not before', async () => {
  const machine = await signedIn()
  await machine.expire()
  const failure = context.gateway.failToken({ kind: '429', times: Number.POSITIVE_INFINITY, retryAfter: 120 })
  await expect(machine.auth(context.gateway).accessToken(never)).rejects.toMatchObject({ code: 'issuer-unreachable' })
  await expect(machine.auth(context.gateway).accessToken(never)).rejects.toThrow(/asks again in 1[12]\d s/)
  expect(failure.hits).toBe(1)
  failure.cancel()
})

it('A3 an issuer that is down altogether: served while valid, then unreachable', async () => {
  const own = await startDevGateway()
  const machine = await createMachine({ clock: hurriedClock(), env: { BROWSER: own.browser } })
  await signIn(machine, own)
  await makeDue(machine)
  await own.stop()
  const { token } = await machine.cached()
  expect((await machine.auth(own).accessToken(never)).token.reveal()).toBe(token)
  await machine.expire()
  expect(await codeOf(machine.auth(own).accessToken({ interaction: 'never', forceRefresh: true }))).toBe(
    'issuer-unreachable',
  )
  await machine.remove()
})

it('A2 an answer that was lost on the way: within the issuer’s grace the next try goes through, else one login is needed', async () => {
  const machine = await signedIn()
  context.gateway.set({ rotationGrace: 30 })
  await machine.expire()
  context.gateway.failToken({ kind: 'lost', grantType: 'refresh_token' })
  await machine.auth(context.gateway).accessToken(never)
  expect(context.gateway.counters).toMatchObject({ refreshRequests: 2, logins: 0 })

  context.gateway.set({ rotationGrace: 0 })
  await machine.auth(context.gateway).accessToken({ interaction: 'never', forceRefresh: true })
  await machine.expire()
  context.gateway.failToken({ kind: 'lost', grantType: 'refresh_token' })
  for (let call = 0; call < 3; call++) {
    expect(await codeOf(machine.auth(context.gateway).accessToken(never))).toBe('login-required')
  }
  context.gateway.clearRequests()
  await machine.auth(context.gateway).accessToken({ interaction: 'foreground', present: presenter() })
  await machine.auth(context.gateway).accessToken(never)
  expect(context.gateway.counters.logins).toBe(1)
})

it('S93 an OAuth error is told by code and description, never by its body', async () => {
  const machine = await signedIn()
  await machine.expire()
  const failure = context.gateway.failToken({ kind: '400', times: Number.POSITIVE_INFINITY })
  const error = await machine
    .auth(context.gateway)
    .accessToken(never)
    .catch((reason: GateError) => reason)
  expect(error).toMatchObject({ code: 'login-required' })
  expect((error as GateError).message).toContain('invalid_request: scripted: bad request')
  expect((error as GateError).cause).toBeUndefined()
  failure.cancel()
})

it('A4 a grant that somebody outside the lock has renewed meanwhile is used instead of a login', async () => {
  const machine = await signedIn()
  await machine.expire()
  const [account = ''] = machine.keychain.entries.keys()
  const stale = machine.keychain.entries.get(account) ?? ''
  // Another machine with the same roaming keychain: it rotates the grant between our reading and our asking.
  context.gateway.set({ rotationGrace: 30 })
  await machine.auth(context.gateway).accessToken(never)
  const newer = machine.keychain.entries.get(account) ?? ''
  expect(newer).not.toBe(stale)
  await machine.expire()
  context.gateway.failToken({ kind: 'invalid_grant' })
  machine.keychain.entries.set(account, stale)
  const { getPassword } = machine.keychain
  let reads = 0
  machine.keychain.getPassword = async (service, name) => {
    if (name === account && ++reads > 1) machine.keychain.entries.set(account, newer)
    return await getPassword(service, name)
  }
  await machine.auth(context.gateway).accessToken(never)
  expect(context.gateway.counters.logins).toBe(0)
})

it('pauses double up to a minute, follow Retry-After up to five, and end when the clock is set back', () => {
  const error = new GateError({ code: 'issuer-unreachable', message: 'm' })
  const asked = fc.option(fc.integer({ min: 0, max: 10 ** 9 }), { nil: undefined })
  fc.assert(
    fc.property(fc.nat(50), asked, fc.nat(10 ** 12), (failures, retryAfterMs, now) => {
      const previous = failures === 0 ? undefined : { failures, since: 0, until: 0, code: 'c', message: 'm' }
      const pause = nextPause(previous, error, now, retryAfterMs)
      const length = pause.until - now
      expect(length).toBeGreaterThanOrEqual(Math.min(2_000 * 2 ** failures, 60_000))
      expect(length).toBeLessThanOrEqual(5 * 60_000)
      if (retryAfterMs !== undefined && retryAfterMs <= 5 * 60_000) expect(length).toBeGreaterThanOrEqual(retryAfterMs)
      expect(isPaused(pause, now)).toBe(true)
      expect(isPaused(pause, pause.until)).toBe(false)
      expect(isPaused(pause, now - 3_600_000)).toBe(false)
    }),
  )
})
