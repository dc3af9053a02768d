import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { hurriedClock, presenter, signIn } from './harness/machine.js'
import { codeOf, suite } from './harness/suite.js'

const context = suite({}, () => ({ clock: hurriedClock() }))
const never = { interaction: 'never' } as const

it('A22 logout deletes what is stored here, revokes it at the issuer, and no token is handed out any more', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const [grant = ''] = machine.keychain.entries.values()
  expect(await machine.auth(gateway).logout()).toEqual({ wasSignedIn: true, revocation: 'revoked' })
  expect(machine.keychain.entries.size).toBe(0)
  expect(await codeOf(machine.auth(gateway).accessToken(never))).toBe('login-required')
  expect((await machine.auth(gateway).state()).state).toBe('signed-out')
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: grant, client_id: gateway.clientId })
  const answer = await fetch(`${gateway.issuer}/token`, { method: 'POST', body })
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
})

it('A22 nothing to log out from is fine', async () => {
  const { gateway, machine } = context
  const nothing = { wasSignedIn: false, revocation: 'nothing-to-revoke' }
  expect(await machine.auth(gateway).logout()).toEqual(nothing)
  await signIn(machine, gateway)
  await machine.auth(gateway).logout()
  expect(await machine.auth(gateway).logout()).toEqual(nothing)
})

it('A22 an issuer that offers no revocation, or is not there: signed out here all the same, and told', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  gateway.set({ rewriteDiscovery: ({ revocation_endpoint: _none, ...rest }) => rest })
  expect(await machine.auth(gateway).logout()).toEqual({ wasSignedIn: true, revocation: 'not-offered' })

  gateway.set({ rewriteDiscovery: undefined })
  await signIn(machine, gateway)
  gateway.set({ rewriteDiscovery: () => 'gone' })
  expect(await machine.auth(gateway).logout()).toEqual({
    wasSignedIn: true,
    revocation: 'failed',
    reason: expect.stringContaining('not JSON'),
  })
  expect(machine.keychain.entries.size).toBe(0)
  expect(await codeOf(machine.auth(gateway).accessToken(never))).toBe('login-required')
})

it('A22 while a slow issuer is asked to revoke, nothing is handed out any more', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const asked: (() => void)[] = []
  const slow = createServer((_request, response) => asked.push(() => response.end()))
  await new Promise<void>((done) => slow.listen(0, '127.0.0.1', done))
  const revocation = `http://127.0.0.1:${(slow.address() as { port: number }).port}/revoke`
  gateway.set({ rewriteDiscovery: (document) => ({ ...document, revocation_endpoint: revocation }) })
  const logout = machine.auth(gateway).logout()
  while (asked.length === 0) await machine.host.clock.sleep(5)
  expect(await codeOf(machine.auth(gateway).accessToken(never))).toBe('login-required')
  asked[0]?.()
  while (asked.length === 1) await machine.host.clock.sleep(5)
  asked[1]?.()
  expect((await logout).revocation).toBe('revoked')
  slow.close()
})

it('A22 a login that is under way during a logout does not bring a token back', async () => {
  const { gateway, machine } = context
  let url = ''
  const present = presenter((event) => {
    if (event.kind === 'print-url') url = event.url
  })
  const login = machine.auth(gateway).login({ method: 'print-url', present })
  login.catch(() => {})
  while (url === '') await machine.host.clock.sleep(5)
  await machine.auth(gateway).logout()
  await gateway.visit(url)
  expect(await codeOf(login)).toBe('login-required')
  expect(machine.keychain.entries.size).toBe(0)
  expect(await codeOf(machine.auth(gateway).accessToken(never))).toBe('login-required')
})

it('S94 a logout touches the secrets of its own connection only', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  await signIn(machine, gateway, { profileName: 'second' })
  machine.keychain.entries.set('grant-of-somebody-else', 'x')
  expect(machine.keychain.entries.size).toBe(3)
  await machine.auth(gateway).logout()
  expect(machine.keychain.entries.size).toBe(2)
  await machine.auth(gateway, { profileName: 'second' }).accessToken(never)
})

it('S94 a store that cannot be read makes logout fail by name; the cached token is gone by then', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  machine.keychain.getPassword = async () => {
    throw new Error('User interaction is not allowed.')
  }
  expect(await codeOf(machine.auth(gateway).logout())).toBe('secret-store-locked')
  await expect(machine.cached()).rejects.toMatchObject({ code: 'ENOENT' })
})

it('a logout that is cancelled while another process holds the lock is interrupted', async () => {
  const { gateway, machine } = context
  const stop = new AbortController()
  stop.abort()
  expect(await codeOf(machine.auth(gateway).logout({ signal: stop.signal }))).toBe('interrupted')
})
