import * as client from 'openid-client'
import { expect, test } from 'vitest'
import type { DevGateway, TokenFailureKind } from '../src/index.js'
import { runningGateway } from './running-gateway.js'
import { signIn, statusWith } from './signing-in.js'

function refresh(gateway: DevGateway, refreshToken: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${gateway.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'gate-dev', refresh_token: refreshToken }),
    ...(signal ? { signal } : {}),
  })
}

test.each([
  ['400', 400, 'invalid_request'],
  ['429', 429, 'too_many_requests'],
  ['500', 500, 'server_error'],
  ['503', 503, 'temporarily_unavailable'],
  ['invalid_grant', 400, 'invalid_grant'],
  ['access_denied', 400, 'access_denied'],
  ['expired_token', 400, 'expired_token'],
  ['slow_down', 400, 'slow_down'],
] as const)('%s', async (kind, status, error) => {
  const gateway = await runningGateway()
  const { config, refreshToken } = await signIn(gateway)
  gateway.failToken({ kind, retryAfter: 3 })
  const response = await refresh(gateway, refreshToken)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ error })
  // The provider never saw the request, so the token was not rotated.
  await expect(client.refreshTokenGrant(config, refreshToken)).resolves.toBeDefined()
})

test('Retry-After comes with 429 and 503 when asked for', async () => {
  const gateway = await runningGateway()
  const { refreshToken } = await signIn(gateway)
  gateway.failToken({ kind: '503', retryAfter: 3 })
  gateway.failToken({ kind: '429' })
  expect((await refresh(gateway, refreshToken)).headers.get('retry-after')).toBe('3')
  expect((await refresh(gateway, refreshToken)).headers.get('retry-after')).toBeNull()
})

test('html, with status 200 as captive portals do', async () => {
  const gateway = await runningGateway()
  gateway.failToken({ kind: 'html' })
  const response = await refresh(gateway, 'x')
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
})

test('empty', async () => {
  const gateway = await runningGateway()
  gateway.failToken({ kind: 'empty' })
  const response = await refresh(gateway, 'x')
  expect([response.status, await response.text()]).toEqual([200, ''])
})

test('huge', async () => {
  const gateway = await runningGateway()
  gateway.failToken({ kind: 'huge' })
  const response = await refresh(gateway, 'x')
  expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(30 * 1024 * 1024)
})

test('reset: the connection ends and the token was not used up', async () => {
  const gateway = await runningGateway()
  const { config, refreshToken } = await signIn(gateway)
  gateway.failToken({ kind: 'reset' })
  await expect(refresh(gateway, refreshToken)).rejects.toThrow()
  await expect(client.refreshTokenGrant(config, refreshToken)).resolves.toBeDefined()
})

test('lost: the connection ends and the token was used up', async () => {
  const gateway = await runningGateway()
  const { tokens, refreshToken } = await signIn(gateway)
  gateway.failToken({ kind: 'lost' })
  await expect(refresh(gateway, refreshToken)).rejects.toThrow()
  expect((await refresh(gateway, refreshToken)).status).toBe(400)
  expect(await statusWith(gateway, tokens.access_token)).toBe(401)
})

test('lost within the grace period can be mended', async () => {
  const gateway = await runningGateway({ rotationGrace: 60 })
  const { refreshToken } = await signIn(gateway)
  gateway.failToken({ kind: 'lost' })
  await expect(refresh(gateway, refreshToken)).rejects.toThrow()
  expect((await refresh(gateway, refreshToken)).status).toBe(200)
})

test('slow: answers late, but regularly', async () => {
  const gateway = await runningGateway()
  const { refreshToken } = await signIn(gateway)
  gateway.failToken({ kind: 'slow', delayMs: 200 })
  const order: string[] = []
  const slow = refresh(gateway, refreshToken).then((response) => {
    order.push('slow')
    return response
  })
  await expect.poll(() => gateway.counters.refreshRequests).toBe(1)
  await fetch(`${gateway.issuer}/jwks`)
  order.push('jwks')
  expect((await slow).status).toBe(200)
  expect(order).toEqual(['jwks', 'slow'])
})

test.each(['hang', 'drip'] as const satisfies TokenFailureKind[])(
  '%s: never complete; the caller has to give up',
  async (kind) => {
    const gateway = await runningGateway()
    gateway.failToken({ kind })
    const attempt = refresh(gateway, 'x', AbortSignal.timeout(300)).then((response) => response.text())
    await expect(attempt).rejects.toMatchObject({ name: 'TimeoutError' })
    // Others are served meanwhile and afterwards.
    expect((await refresh(gateway, 'x')).status).toBe(400)
  },
)

test('a drip sends something, byte by byte', async () => {
  const gateway = await runningGateway()
  gateway.failToken({ kind: 'drip', delayMs: 1 })
  const reader = (await refresh(gateway, 'x')).body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  expect(new TextDecoder().decode(value)).toMatch(/^\{/)
  expect(value?.length).toBeLessThan(4096)
  await reader?.cancel()
})

test('stop ends a hanging token request', async () => {
  const gateway = await runningGateway()
  gateway.failToken({ kind: 'hang' })
  const hanging = refresh(gateway, 'x').catch((error: unknown) => error)
  await expect.poll(() => gateway.counters.tokenRequests).toBe(1)
  await gateway.stop()
  expect(await hanging).toBeInstanceOf(TypeError)
})

test('only the grant type asked for, as often as asked', async () => {
  const gateway = await runningGateway()
  const failure = gateway.failToken({ kind: '500', grantType: 'refresh_token', times: 2 })
  const { refreshToken } = await signIn(gateway)
  expect((await refresh(gateway, refreshToken)).status).toBe(500)
  expect((await refresh(gateway, refreshToken)).status).toBe(500)
  expect((await refresh(gateway, refreshToken)).status).toBe(200)
  expect(failure.hits).toBe(2)
  const cancelled = gateway.failToken({ kind: '500' })
  cancelled.cancel()
  expect((await refresh(gateway, 'x')).status).toBe(400)
})
