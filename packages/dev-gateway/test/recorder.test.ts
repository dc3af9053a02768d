import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { RequestLog } from '../src/index.js'
import { post, runningGateway, signedIn } from './running-gateway.js'

const message = { model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] }

test('keeps everything about a request', async () => {
  const before = Date.now()
  const gateway = await runningGateway({ anthropicPath: '/anthropic' })
  const token = await gateway.issueAccessToken()
  await post(`${gateway.url}/anthropic/v1/messages?beta=true&x=%20y`, message, {
    authorization: `Bearer ${token}`,
    'X-Custom': 'kept',
  })
  const [request] = gateway.requests
  expect(request).toMatchObject({
    method: 'POST',
    path: '/anthropic/v1/messages',
    query: { beta: 'true', x: ' y' },
    headers: { 'x-custom': 'kept', 'content-type': 'application/json' },
    body: message,
    bearer: token,
    apiKey: undefined,
    status: 200,
    failure: undefined,
    closedByClient: false,
  })
  expect(request?.time).toBeGreaterThanOrEqual(before)
  expect(request?.time).toBeLessThanOrEqual(Date.now())
})

test('says which token it was', async () => {
  const gateway = await runningGateway({ tokenFormat: 'jwt' })
  const tokens = [await gateway.issueAccessToken(), await gateway.issueAccessToken()]
  for (const token of tokens) await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${token}` } })
  const ids = gateway.requests.map(({ token }) => token?.jti)
  expect(ids[0]).not.toBe(ids[1])
  const claims = tokens.map((token) => JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString()))
  expect(ids).toEqual(claims.map(({ jti }) => jti))
})

test('keeps the order of arrival and forgets on request', async () => {
  const gateway = await runningGateway()
  const { requests } = gateway
  for (const path of ['/a', '/b', '/c']) await fetch(gateway.url + path)
  expect(requests.map(({ path, status }) => [path, status])).toEqual([
    ['/a', 404],
    ['/b', 404],
    ['/c', 404],
  ])
  gateway.clearRequests()
  expect(requests).toHaveLength(0)
  await fetch(`${gateway.url}/d`)
  expect(requests).toHaveLength(1)
})

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('reads a body compressed with %s', async (encoding, compress) => {
  const gateway = await runningGateway()
  const response = await fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: { ...(await signedIn(gateway)), 'content-encoding': encoding },
    body: compress(JSON.stringify(message)),
  })
  expect(response.status).toBe(200)
  expect(gateway.requests[0]?.body).toEqual(message)
})

test('a body that is not JSON is kept as text', async () => {
  const gateway = await runningGateway()
  await fetch(`${gateway.url}/v1/messages`, { method: 'POST', body: 'no json', headers: await signedIn(gateway) })
  expect(gateway.requests[0]).toMatchObject({ body: 'no json', status: 400 })
})

test('notices that the caller hung up', async () => {
  const gateway = await runningGateway()
  gateway.fail({ kind: 'slow', delayMs: 60_000 })
  const caller = new AbortController()
  const call = fetch(`${gateway.url}/v1/messages`, { method: 'POST', body: '{}', signal: caller.signal })
  call.catch(() => undefined)
  await expect.poll(() => gateway.requests.length).toBe(1)
  caller.abort()
  await expect.poll(() => gateway.requests[0]?.closedByClient).toBe(true)
})

test('the log tells credentials apart without holding them, and leaves the query out', async () => {
  const log: RequestLog[] = []
  const gateway = await runningGateway({ onRequest: (event) => log.push(event) })
  const tokens = [await gateway.issueAccessToken(), await gateway.issueAccessToken()]
  for (const token of [tokens[0], tokens[1], tokens[0]]) {
    await fetch(`${gateway.url}/v1/models?secret=1`, { headers: { authorization: `Bearer ${token}` } })
  }
  await fetch(`${gateway.issuer}/auth?state=secret`)
  await expect.poll(() => log.length).toBe(4)
  const [first, second, third, fourth] = log
  expect(first).toMatchObject({ server: 'gateway', method: 'GET', path: '/v1/models', status: 200 })
  expect(first?.credential).toMatch(/^[0-9a-f]{8}$/)
  expect(third?.credential).toBe(first?.credential)
  expect(second?.credential).not.toBe(first?.credential)
  expect(fourth).toMatchObject({ server: 'issuer', path: '/auth', status: 400, credential: undefined })
  const text = JSON.stringify(log)
  for (const token of tokens) expect(text).not.toContain(token)
  expect(text).not.toContain('secret')
})
