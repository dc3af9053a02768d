import { expect, test } from 'vitest'
import type { DevGateway } from '../src/index.js'
import { post, runningGateway } from './running-gateway.js'
import { statusWith } from './signing-in.js'

const message = { model: 'm', max_tokens: 1, messages: [] }

async function callWith(gateway: DevGateway, headers: Record<string, string>) {
  const response = await post(`${gateway.url}/v1/messages`, message, headers)
  const { error } = (await response.json()) as { error?: { message: string } }
  return { status: response.status, reason: error?.message.replace('gate dev gateway: ', '') }
}

test('a token of the issuer is let in', async () => {
  const gateway = await runningGateway()
  const token = await gateway.issueAccessToken({ subject: 'ada' })
  expect(await callWith(gateway, { authorization: `Bearer ${token}` })).toEqual({ status: 200, reason: undefined })
  expect(gateway.requests[0]?.token).toMatchObject({ subject: 'ada', clientId: 'gate-dev', state: 'valid' })
})

test('no credential, an empty one, and one from elsewhere are refused with their reason', async () => {
  const gateway = await runningGateway()
  const elsewhere = await (await runningGateway()).issueAccessToken()
  expect(await callWith(gateway, {})).toEqual({ status: 401, reason: 'no credential was sent' })
  expect(await callWith(gateway, { authorization: 'Bearer ' })).toEqual({
    status: 401,
    reason: 'no credential was sent',
  })
  expect(await callWith(gateway, { authorization: `Bearer ${elsewhere}` })).toEqual({
    status: 401,
    reason: 'the token was not issued here',
  })
  expect(gateway.requests.map(({ bearer }) => bearer)).toEqual([undefined, '', elsewhere])
  expect(gateway.requests.map(({ token }) => token)).toEqual([undefined, undefined, undefined])
})

test('a 401 names the scheme', async () => {
  const gateway = await runningGateway()
  const response = await post(`${gateway.url}/v1/messages`, message)
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /)
})

test('a token that was forced to expire or revoked is refused; a new one is not', async () => {
  const gateway = await runningGateway()
  const first = await gateway.issueAccessToken()
  gateway.expireAccessTokens()
  expect(await callWith(gateway, { authorization: `Bearer ${first}` })).toEqual({
    status: 401,
    reason: 'the token has expired',
  })
  const second = await gateway.issueAccessToken()
  expect(await statusWith(gateway, second)).toBe(200)
  gateway.revokeEverything()
  expect(await callWith(gateway, { authorization: `Bearer ${second}` })).toEqual({
    status: 401,
    reason: 'the token was revoked',
  })
  expect(await statusWith(gateway, await gateway.issueAccessToken())).toBe(200)
})

test('the same token in X-Api-Key is let in, but Authorization comes first', async () => {
  const gateway = await runningGateway()
  const token = await gateway.issueAccessToken()
  expect(await callWith(gateway, { 'x-api-key': token })).toMatchObject({ status: 200 })
  expect(await callWith(gateway, { authorization: `Bearer ${token}`, 'x-api-key': 'sk-user' })).toMatchObject({
    status: 200,
  })
  expect(await callWith(gateway, { authorization: 'Bearer other', 'x-api-key': token })).toMatchObject({ status: 401 })
  expect(gateway.requests.map(({ apiKey }) => apiKey)).toEqual([token, 'sk-user', token])
})

test('with an audience only tokens for it are let in', async () => {
  const gateway = await runningGateway({ audience: 'https://llm.example' })
  expect(await statusWith(gateway, await gateway.issueAccessToken())).toBe(200)
  const other = await gateway.issueAccessToken({ audience: 'https://other.example' })
  expect(await callWith(gateway, { authorization: `Bearer ${other}` })).toEqual({
    status: 401,
    reason: 'the token is for another audience',
  })
})

test('static keys: one is made when none is given, tokens do not count', async () => {
  const gateway = await runningGateway({ auth: 'api-key' })
  const [key] = gateway.apiKeys
  expect(await callWith(gateway, { 'x-api-key': String(key) })).toMatchObject({ status: 200 })
  expect(await callWith(gateway, { authorization: `Bearer ${key}` })).toMatchObject({ status: 200 })
  const token = await gateway.issueAccessToken()
  expect(await callWith(gateway, { authorization: `Bearer ${token}` })).toEqual({
    status: 401,
    reason: 'the API key is not known',
  })
})

test('static keys are accepted next to tokens', async () => {
  const gateway = await runningGateway({ apiKeys: ['key-1'] })
  expect(await callWith(gateway, { 'x-api-key': 'key-1' })).toMatchObject({ status: 200 })
  expect(await callWith(gateway, { 'x-api-key': 'key-2' })).toMatchObject({ status: 401 })
})

test('auth none lets everybody in and still says whose token it saw', async () => {
  const gateway = await runningGateway({ auth: 'none' })
  expect(await callWith(gateway, {})).toMatchObject({ status: 200 })
  const token = await gateway.issueAccessToken({ subject: 'ada' })
  expect(await callWith(gateway, { authorization: `Bearer ${token}` })).toMatchObject({ status: 200 })
  expect(gateway.requests.map((request) => request.token?.subject)).toEqual([undefined, 'ada'])
})

test('a token of 60 KB in two headers fits', async () => {
  const gateway = await runningGateway({ tokenBytes: 60_000 })
  const token = await gateway.issueAccessToken()
  expect(token.length).toBeGreaterThanOrEqual(60_000)
  expect(await callWith(gateway, { authorization: `Bearer ${token}`, 'x-api-key': token })).toMatchObject({
    status: 200,
  })
})
