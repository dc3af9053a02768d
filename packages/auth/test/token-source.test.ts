import { expect, it } from 'vitest'
import { presenter } from './harness/machine.js'
import { codeOf, suite } from './harness/suite.js'

const context = suite()

it('S77 a lazy setup signs in at first use and hands out a token', async () => {
  const { gateway, machine } = context
  const present = presenter()
  const { token, expiresAt } = await machine.auth(gateway).accessToken({ interaction: 'foreground', present })
  expect(token.reveal().length).toBeGreaterThan(10)
  expect(expiresAt).toBeGreaterThan(machine.host.clock.now())
  expect(gateway.counters).toMatchObject({ logins: 1, browserStarts: 1, tokenRequests: 1 })
  expect(present.events.map((event) => event.kind)).toEqual(['browser'])
})

it('S75 a valid cached token is served exactly, with no request to the issuer', async () => {
  const { gateway, machine } = context
  const first = await machine.auth(gateway).accessToken({ interaction: 'foreground', present: presenter() })
  gateway.clearRequests()
  const again = await machine.auth(gateway).accessToken({ interaction: 'never' })
  expect(again.token.reveal()).toBe(first.token.reveal())
  expect(gateway.counters.tokenRequests).toBe(0)
})

it('S76 an expired cached token is never handed out', async () => {
  const { gateway, machine } = context
  const first = await machine.auth(gateway).accessToken({ interaction: 'foreground', present: presenter() })
  await machine.expire()
  const next = await machine.auth(gateway).accessToken({ interaction: 'never' })
  expect(next.token.reveal()).not.toBe(first.token.reveal())
  expect(gateway.counters).toMatchObject({ logins: 1, refreshRequests: 1 })
})

it('S80 nothing cached and nobody to ask: login-required, naming the command', async () => {
  const { gateway, machine } = context
  await expect(machine.auth(gateway).accessToken({ interaction: 'never' })).rejects.toMatchObject({
    code: 'login-required',
    fix: 'gate login',
  })
  expect(gateway.counters).toMatchObject({ browserStarts: 0, tokenRequests: 0 })
})

it('A4 invalid_grant: the dead grant is removed, and a login is needed once', async () => {
  const { gateway, machine } = context
  await machine.auth(gateway).login({ method: 'browser', present: presenter() })
  await machine.expire()
  gateway.revokeEverything()
  gateway.clearRequests()
  expect(await codeOf(machine.auth(gateway).accessToken({ interaction: 'never' }))).toBe('login-required')
  expect(await codeOf(machine.auth(gateway).accessToken({ interaction: 'never' }))).toBe('login-required')
  expect(gateway.counters.refreshRequests).toBe(1)
  expect([...machine.keychain.entries.keys()]).toEqual([])
  await machine.auth(gateway).accessToken({ interaction: 'foreground', present: presenter() })
  expect(gateway.counters.logins).toBe(1)
})
