import * as client from 'openid-client'
import { expect, test } from 'vitest'
import { runningGateway } from './running-gateway.js'
import { discover, statusWith } from './signing-in.js'

const scope = 'openid offline_access'
const quick = { interval: 0.05 }

test.each(['approve', 'manual'] as const)(
  'a device gets its tokens after the code was confirmed (consent %s)',
  async (consent) => {
    const gateway = await runningGateway({ consent })
    const config = await discover(gateway)
    const device = await client.initiateDeviceAuthorization(config, { scope })
    expect(device.interval).toBeUndefined()
    const tokens = client.pollDeviceAuthorizationGrant(config, { ...device, ...quick })
    await expect.poll(() => gateway.counters.tokenRequests).toBeGreaterThan(1)
    const page = await gateway.visit(String(device.verification_uri_complete))
    expect([page.status, page.body.includes('Device connected')]).toEqual([200, true])
    const { access_token, refresh_token } = await tokens
    expect(await statusWith(gateway, access_token)).toBe(200)
    await expect(client.refreshTokenGrant(config, String(refresh_token))).resolves.toBeDefined()
    expect(gateway.counters).toMatchObject({ deviceAuthorizationRequests: 1, logins: 1 })
  },
)

test('a user who denies', async () => {
  const gateway = await runningGateway({ consent: 'deny' })
  const config = await discover(gateway)
  const device = await client.initiateDeviceAuthorization(config, { scope })
  await gateway.visit(String(device.verification_uri_complete))
  await expect(client.pollDeviceAuthorizationGrant(config, { ...device, ...quick })).rejects.toMatchObject({
    error: 'access_denied',
  })
})

test('the page without a code asks for it; a wrong code is told', async () => {
  const gateway = await runningGateway()
  expect((await gateway.visit(`${gateway.issuer}/device`)).body).toContain('Enter the code')
  const wrong = await gateway.visit(`${gateway.issuer}/device?user_code=AAAA-AAAA`)
  expect(wrong.body).toContain('That code is not known')
})

test('slow_down, once, only for the device grant', async () => {
  const gateway = await runningGateway()
  const config = await discover(gateway)
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
  const failure = gateway.failToken({ kind: 'slow_down', grantType })
  const device = await client.initiateDeviceAuthorization(config, { scope })
  const poll = () => client.genericGrantRequest(config, grantType, { device_code: device.device_code })
  await expect(poll()).rejects.toMatchObject({ error: 'slow_down', status: 400 })
  await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending', status: 400 })
  expect(failure.hits).toBe(1)
})
