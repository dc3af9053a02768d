import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '@gate/core'
import type { TokenFailureKind } from '@gate/dev-gateway'
import { expect, it } from 'vitest'
import type { LoginEvent } from '../../src/contract.js'
import { hurriedClock, presenter } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

/** Seconds that were slept between polls. */
let pauses: number[] = []
const context = suite({}, () => {
  pauses = []
  const clock = hurriedClock()
  const sleep: Clock['sleep'] = (ms, signal) => {
    // 30 s is the limit that the keychain is given.
    if (ms >= 1000 && ms <= 120_000 && ms !== 30_000) pauses.push(ms / 1000)
    return clock.sleep(ms, signal)
  }
  return { clock: { now: clock.now, sleep } }
})
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'

type DeviceEvent = Extract<LoginEvent, { kind: 'device' }>

function login(onCode: (event: DeviceEvent) => void = () => {}, signal?: AbortSignal) {
  const present = presenter((event) => {
    if (event.kind === 'device') onCode(event)
  })
  return context.machine
    .auth(context.gateway)
    .login({ method: 'device', present, timeoutMs: 3_000_000, ...(signal ? { signal } : {}) })
}

const enter = (event: DeviceEvent) => {
  context.gateway.visit(event.verificationUriComplete ?? event.verificationUri).catch(() => {})
}

it('A12 a login by device code: code and address are shown, polled every five seconds when the issuer names no interval', async () => {
  let shown: DeviceEvent | undefined
  const result = await login((event) => {
    shown = event
    setTimeout(() => enter(event), 120)
  })
  expect(result).toMatchObject({ renewable: true })
  expect(shown?.userCode).toMatch(/\w{4}-?\w{4}/)
  expect(shown?.expiresAt).toBeGreaterThan(context.machine.host.clock.now())
  expect(pauses.length).toBeGreaterThan(1)
  expect(new Set(pauses)).toEqual(new Set([5]))
  expect(context.gateway.counters).toMatchObject({ deviceAuthorizationRequests: 1, browserStarts: 0 })
  const { token } = await context.machine.auth(context.gateway).accessToken({ interaction: 'never' })
  expect(token.reveal()).toBe((await context.machine.cached()).token)
})

it('A12 slow_down adds five seconds for good', async () => {
  context.gateway.failToken({ kind: 'slow_down', grantType: DEVICE, times: 2 })
  await login((event) => setTimeout(() => enter(event), 300))
  expect(pauses.slice(0, 3)).toEqual([5, 10, 15])
  expect(pauses.slice(2).every((pause) => pause === 15)).toBe(true)
})

it.each<TokenFailureKind>(['reset', '503', 'html'])(
  'A12 network loss while polling (%s): slower, and on',
  async (kind) => {
    context.gateway.failToken({ kind, grantType: DEVICE, times: 2 })
    await login(enter)
    expect(pauses.slice(0, 3)).toEqual([5, 10, 20])
  },
)

it.each<[TokenFailureKind, string]>([
  ['access_denied', 'login-denied'],
  ['expired_token', 'login-timeout'],
  ['400', 'issuer-error'],
])('A12 %s ends the login as %s', async (kind, code) => {
  context.gateway.failToken({ kind, grantType: DEVICE })
  expect(await codeOf(login())).toBe(code)
  expect(await codeOf(context.machine.auth(context.gateway).accessToken({ interaction: 'never' }))).toBe(
    'login-required',
  )
})

it('A12 it can be cancelled while it polls', async () => {
  const stop = new AbortController()
  expect(await codeOf(login(() => stop.abort(), stop.signal))).toBe('interrupted')
})

it('A12 an issuer without device flow: said before anything is shown', async () => {
  context.gateway.set({ rewriteDiscovery: ({ device_authorization_endpoint: _none, ...rest }) => rest })
  let shown = false
  const error = await login(() => {
    shown = true
  }).catch((reason) => reason)
  expect(error).toMatchObject({ code: 'issuer-error', fix: { action: 'login', method: 'print-url' } })
  expect(shown).toBe(false)
})

/** Puts a device authorization endpoint of our own in the place of the issuer's. */
async function answerDevice(answer: Record<string, unknown>): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/device`
  context.gateway.set({ rewriteDiscovery: (document) => ({ ...document, device_authorization_endpoint: url }) })
  return server
}

it.each([
  [3_000_000, 60],
  [1e300, 60],
  [0.001, 1],
])('A12 an interval of %s seconds: polled every %s', async (interval, seconds) => {
  const server = await answerDevice({
    device_code: 'd',
    user_code: 'ABCD-EFGH',
    verification_uri: 'https://issuer.example/device',
    expires_in: 1e300,
    interval,
  })
  context.gateway.failToken({ kind: 'access_denied', grantType: DEVICE })
  expect(await codeOf(login())).toBe('login-denied')
  expect(pauses).toEqual([seconds])
  server.close()
})

it('A12 what the issuer wants shown cannot steer a terminal', async () => {
  const server = await answerDevice({
    device_code: 'd',
    user_code: '\u001b[2JABCD\u0007-EFGH\u202e',
    verification_uri: 'https://issuer.example/\u001b]0;title\u0007device\r\n',
    verification_uri_complete: `https://issuer.example/device?user_code=\u009bABCD${'x'.repeat(1000)}`,
    expires_in: 600,
  })
  context.gateway.failToken({ kind: 'access_denied', grantType: DEVICE })
  let shown: DeviceEvent | undefined
  await codeOf(
    login((event) => {
      shown = event
    }),
  )
  expect(shown).toMatchObject({
    userCode: '[2JABCD-EFGH',
    verificationUri: 'https://issuer.example/]0;titledevice',
    verificationUriComplete: `https://issuer.example/device?user_code=ABCD${'x'.repeat(1000)}`,
  })
  server.close()
})
