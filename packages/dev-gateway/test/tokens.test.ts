import { createPublicKey, verify } from 'node:crypto'
import * as client from 'openid-client'
import { expect, test } from 'vitest'
import { runningGateway } from './running-gateway.js'
import { claimsOf, discover, signIn, statusWith } from './signing-in.js'

test('a refresh rotates the refresh token; both access tokens stay good', async () => {
  const gateway = await runningGateway()
  const { config, tokens, refreshToken } = await signIn(gateway)
  const refreshed = await client.refreshTokenGrant(config, refreshToken)
  expect(refreshed.refresh_token).not.toBe(refreshToken)
  expect(refreshed.access_token).not.toBe(tokens.access_token)
  expect(await statusWith(gateway, tokens.access_token)).toBe(200)
  expect(await statusWith(gateway, refreshed.access_token)).toBe(200)
  expect(gateway.counters).toMatchObject({ tokenRequests: 2, refreshRequests: 1, authorizationRequests: 1 })
})

test('the second use of a rotated refresh token revokes the whole grant, its access tokens too', async () => {
  const gateway = await runningGateway()
  const { config, refreshToken } = await signIn(gateway)
  const refreshed = await client.refreshTokenGrant(config, refreshToken)
  await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(client.refreshTokenGrant(config, String(refreshed.refresh_token))).rejects.toMatchObject({
    error: 'invalid_grant',
  })
  expect(await statusWith(gateway, refreshed.access_token)).toBe(401)
  expect(gateway.requests.at(-1)?.token?.state).toBe('revoked')
})

test('reuse in one grant leaves other grants alone', async () => {
  const gateway = await runningGateway()
  const first = await signIn(gateway)
  const second = await signIn(gateway)
  await client.refreshTokenGrant(first.config, first.refreshToken)
  await expect(client.refreshTokenGrant(first.config, first.refreshToken)).rejects.toThrow()
  expect(await statusWith(gateway, first.tokens.access_token)).toBe(401)
  expect(await statusWith(gateway, second.tokens.access_token)).toBe(200)
  await expect(client.refreshTokenGrant(second.config, second.refreshToken)).resolves.toBeDefined()
})

test('within the grace period a rotated refresh token may be used again, afterwards not', async () => {
  const gateway = await runningGateway({ rotationGrace: 60 })
  const { config, refreshToken } = await signIn(gateway)
  const answers = [
    await client.refreshTokenGrant(config, refreshToken),
    await client.refreshTokenGrant(config, refreshToken),
  ]
  expect(answers[0]?.refresh_token).not.toBe(answers[1]?.refresh_token)
  gateway.set({ rotationGrace: 0 })
  await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(client.refreshTokenGrant(config, String(answers[1]?.refresh_token))).rejects.toThrow()
})

test('without offline_access there is no refresh token', async () => {
  const gateway = await runningGateway()
  const { tokens } = await signIn(gateway, { parameters: { scope: 'openid' } })
  expect(tokens.refresh_token).toBeUndefined()
})

test('access tokens are opaque when asked', async () => {
  const gateway = await runningGateway({ tokenFormat: 'opaque' })
  const { tokens } = await signIn(gateway)
  expect(tokens.access_token).not.toContain('.')
  expect(await statusWith(gateway, tokens.access_token)).toBe(200)
  expect(await statusWith(gateway, await gateway.issueAccessToken())).toBe(200)
})

test('the resource indicator, or an audience parameter, becomes the audience', async () => {
  const gateway = await runningGateway()
  const audienceOf = async (parameters: Record<string, string>) =>
    claimsOf((await signIn(gateway, { parameters })).tokens.access_token).aud
  expect(await audienceOf({})).toBe(gateway.url)
  expect(await audienceOf({ resource: 'https://llm.example' })).toBe('https://llm.example')
  expect(await audienceOf({ audience: 'https://llm.example' })).toBe('https://llm.example')
  expect(await audienceOf({ audience: 'not a URI' })).toBe('not a URI')
})

test('the audience survives a refresh', async () => {
  const gateway = await runningGateway()
  const { config, refreshToken } = await signIn(gateway, { parameters: { audience: 'my api' } })
  const refreshed = await client.refreshTokenGrant(config, refreshToken)
  expect(claimsOf(refreshed.access_token).aud).toBe('my api')
})

test('scopes of the API are granted and survive a refresh', async () => {
  const gateway = await runningGateway()
  const { config, tokens, refreshToken } = await signIn(gateway, {
    parameters: { scope: 'openid offline_access llm.read llm.write' },
  })
  expect(claimsOf(tokens.access_token).scope).toBe('llm.read llm.write')
  expect(claimsOf((await client.refreshTokenGrant(config, refreshToken)).access_token).scope).toBe('llm.read llm.write')
})

test('revoking the refresh token ends the grant at the gateway', async () => {
  const gateway = await runningGateway()
  const { config, tokens, refreshToken } = await signIn(gateway)
  await client.tokenRevocation(config, refreshToken)
  expect(gateway.counters.revocationRequests).toBe(1)
  await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' })
  expect(await statusWith(gateway, tokens.access_token)).toBe(401)
})

test('revokeEverything ends grants, but not the issuer', async () => {
  const gateway = await runningGateway()
  const { config, tokens, refreshToken } = await signIn(gateway)
  gateway.revokeEverything()
  expect(await statusWith(gateway, tokens.access_token)).toBe(401)
  await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(signIn(gateway)).resolves.toBeDefined()
})

test('expireAccessTokens leaves the refresh token good', async () => {
  const gateway = await runningGateway()
  const { config, tokens, refreshToken } = await signIn(gateway)
  gateway.expireAccessTokens()
  expect(await statusWith(gateway, tokens.access_token)).toBe(401)
  const refreshed = await client.refreshTokenGrant(config, refreshToken)
  expect(await statusWith(gateway, refreshed.access_token)).toBe(200)
})

test('many refreshes of one token at once end the grant, and nothing of it is left', async () => {
  const gateway = await runningGateway()
  const { config, refreshToken } = await signIn(gateway)
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, () => client.refreshTokenGrant(config, refreshToken)),
  )
  expect(results.some(({ status }) => status === 'rejected')).toBe(true)
  expect(gateway.counters.refreshRequests).toBe(8)
  const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  for (const winner of winners) {
    await expect(client.refreshTokenGrant(config, String(winner.refresh_token))).rejects.toThrow()
    expect(await statusWith(gateway, winner.access_token)).toBe(401)
  }
})

test('a minted token is as good as one from a login, with the lifetime and subject asked for', async () => {
  const gateway = await runningGateway()
  const token = await gateway.issueAccessToken({ subject: 'ada', lifetime: 120, audience: 'https://llm.example' })
  const claims = claimsOf(token)
  expect(claims).toMatchObject({ sub: 'ada', aud: 'https://llm.example', iss: gateway.issuer, client_id: 'gate-dev' })
  expect(Number(claims.exp) - Number(claims.iat)).toBe(120)
  expect(await statusWith(gateway, token)).toBe(200)
})

test('signJwt signs with the key that the issuer publishes', async () => {
  const gateway = await runningGateway()
  const config = await discover(gateway)
  const jwks = await (await fetch(String(config.serverMetadata().jwks_uri))).json()
  const { keys } = jwks as { keys: Record<string, string>[] }
  expect(keys).toHaveLength(1)
  const [head, body, signature] = gateway.signJwt({ sub: 'x' }, { typ: 'other' }).split('.')
  const key = createPublicKey({ key: keys[0] ?? {}, format: 'jwk' })
  const text = Buffer.from(`${head}.${body}`)
  const signatureBytes = Buffer.from(String(signature), 'base64url')
  expect(verify('sha256', text, { key, dsaEncoding: 'ieee-p1363' }, signatureBytes)).toBe(true)
  expect(JSON.parse(Buffer.from(String(head), 'base64url').toString())).toEqual({
    alg: 'ES256',
    typ: 'other',
    kid: 'gate-dev',
  })
  expect(keys[0]).not.toHaveProperty('d')
})
