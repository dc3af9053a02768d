import { describe, expect, it } from 'vitest'
import { hurriedClock, presenter, signIn } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

// An issuer that revokes the grant as soon as a refresh token comes twice.
const context = suite({ rotationGrace: 0 }, () => ({ clock: hurriedClock() }))
const forced = { interaction: 'never', forceRefresh: true } as const

type Rewrite = (body: Record<string, unknown>) => Record<string, unknown>

const oddities: readonly [string, Rewrite][] = [
  ['no token_type', ({ token_type: _none, ...body }) => body],
  ['token_type null', (body) => ({ ...body, token_type: null })],
  ['token_type empty', (body) => ({ ...body, token_type: '' })],
  ['scope a list', (body) => ({ ...body, scope: ['openid', 'offline_access'] })],
  ['scope null', (body) => ({ ...body, scope: null })],
  ['expires_in a word', (body) => ({ ...body, expires_in: 'soon' })],
  ['id_token empty', (body) => ({ ...body, id_token: '' })],
  ['id_token a number', (body) => ({ ...body, id_token: 7 })],
  ['id_token that cannot be parsed', (body) => ({ ...body, id_token: 'x.y.z' })],
  ['id_token encrypted', (body) => ({ ...body, id_token: 'a.b.c.d.e' })],
]

describe.each(oddities)('A1 a refresh that is answered with %s', (_what, rewriteTokenResponse) => {
  it('keeps the rotated refresh token, and asks once', async () => {
    const { gateway, machine } = context
    await signIn(machine, gateway)
    gateway.clearRequests()
    gateway.set({ rewriteTokenResponse })
    const auth = machine.auth(gateway)
    const first = await auth.accessToken(forced)
    expect(gateway.counters.refreshRequests).toBe(1)
    const second = await auth.accessToken(forced)
    expect(second.token.reveal()).not.toBe(first.token.reveal())
    expect(gateway.counters).toMatchObject({ refreshRequests: 2, logins: 0 })
  })
})

it('A13 the ID token of a refresh is not looked at: nothing in gate depends on it, and the new refresh token would be lost', async () => {
  const { gateway, machine } = context
  const { account } = await signIn(machine, gateway)
  gateway.set({
    rewriteTokenResponse: (body) => ({
      ...body,
      id_token: gateway.signJwt({ iss: 'https://evil.example', aud: 'x', sub: 'mallory', iat: 1, exp: 2 }),
    }),
  })
  const auth = machine.auth(gateway)
  await auth.accessToken(forced)
  await auth.accessToken(forced)
  expect((await auth.state()).account).toBe(account)
})

it('an empty refresh token is none: the old one stays in use, and a login is not renewable', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const before = new Map(machine.keychain.entries)
  gateway.set({ rewriteTokenResponse: (body) => ({ ...body, refresh_token: '' }) })
  await machine.auth(gateway).accessToken(forced)
  expect(machine.keychain.entries).toEqual(before)
  expect(await signIn(machine, gateway)).toMatchObject({ renewable: false })
})

it.each<[string, (url: string) => string]>([
  ['in capitals', (url) => url.replace('http:', 'HTTP:')],
  ['with a detour', (url) => url.replace(/\/token$/, '/x/../token')],
])('a token endpoint written %s is the token endpoint', async (_how, write) => {
  const { gateway, machine } = context
  gateway.set({
    rewriteDiscovery: (document) => ({ ...document, token_endpoint: write(String(document.token_endpoint)) }),
    rewriteTokenResponse: (body) => ({ ...body, scope: null }),
  })
  expect(await signIn(machine, gateway)).toMatchObject({ renewable: true })
  await machine.auth(gateway).accessToken(forced)
})

it('A13 a login whose ID token cannot be parsed is refused, and its code is not sent again', async () => {
  const { gateway, machine } = context
  gateway.set({ rewriteTokenResponse: (body) => ({ ...body, id_token: 'x.y.z' }) })
  expect(await codeOf(signIn(machine, gateway))).toBe('issuer-invalid')
  expect(gateway.counters.tokenRequests).toBe(1)
  const present = presenter((event) => {
    if (event.kind === 'device') gateway.visit(event.verificationUriComplete ?? '').catch(() => {})
  })
  expect(await codeOf(machine.auth(gateway).login({ method: 'device', present }))).toBe('issuer-invalid')
  expect(machine.keychain.entries.size).toBe(0)
})
