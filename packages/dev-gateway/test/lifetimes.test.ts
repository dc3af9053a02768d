import { setTimeout as pause } from 'node:timers/promises'
import * as client from 'openid-client'
import { expect, test } from 'vitest'
import { runningGateway } from './running-gateway.js'
import { claimsOf, discover, signIn, statusWith } from './signing-in.js'

test('lifetimes change at run time, for what is issued from then on', async () => {
  const gateway = await runningGateway({ accessTokenLifetime: 60 })
  const { config, tokens, refreshToken } = await signIn(gateway)
  expect(tokens.expires_in).toBe(60)
  gateway.setAccessTokenLifetime(2)
  const refreshed = await client.refreshTokenGrant(config, refreshToken)
  expect(refreshed.expires_in).toBe(2)
  const { iat, exp } = claimsOf(refreshed.access_token)
  expect(Number(exp) - Number(iat)).toBe(2)
})

test('what is over is refused: access token, refresh token, device code', async () => {
  const gateway = await runningGateway()
  const lasting = await signIn(gateway)
  gateway.set({ accessTokenLifetime: 1, refreshTokenLifetime: 1, deviceCodeLifetime: 1, deviceInterval: 1 })
  const brief = await signIn(gateway)
  const config = await discover(gateway)
  const device = await client.initiateDeviceAuthorization(config, { scope: 'openid' })
  expect([device.expires_in, device.interval]).toEqual([1, 1])
  // Lifetimes are whole seconds of the real clock, so one real second has to go by.
  await pause(1100)

  expect(await statusWith(gateway, brief.tokens.access_token)).toBe(401)
  expect(gateway.requests.at(-1)?.token?.state).toBe('expired')
  await expect(client.refreshTokenGrant(config, brief.refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' })
  const poll = client.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:device_code', {
    device_code: device.device_code,
  })
  await expect(poll).rejects.toMatchObject({ error: 'expired_token' })

  expect(await statusWith(gateway, lasting.tokens.access_token)).toBe(200)
  await expect(client.refreshTokenGrant(config, lasting.refreshToken)).resolves.toBeDefined()
})

test.each([
  { accessTokenLifetime: 0 },
  { accessTokenLifetime: 1.5 },
  { refreshTokenLifetime: -1 },
  { deviceCodeLifetime: Number.NaN },
])('refuses the lifetime %j', async (settings) => {
  const gateway = await runningGateway()
  expect(() => gateway.set(settings)).toThrow(RangeError)
  await expect(runningGateway(settings)).rejects.toThrow(RangeError)
})
