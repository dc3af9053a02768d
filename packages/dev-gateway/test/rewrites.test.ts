import { expect, test } from 'vitest'
import { runningGateway } from './running-gateway.js'
import { signIn, statusWith } from './signing-in.js'

test.each([3600, -600])('the Date header of both servers is %i seconds off', async (dateSkew) => {
  const gateway = await runningGateway({ dateSkew })
  for (const url of [gateway.url, `${gateway.issuer}/jwks`]) {
    const before = Math.floor(Date.now() / 1000)
    const date = Date.parse(String((await fetch(url)).headers.get('date'))) / 1000
    const after = Math.floor(Date.now() / 1000)
    expect(date - dateSkew).toBeGreaterThanOrEqual(before)
    expect(date - dateSkew).toBeLessThanOrEqual(after)
  }
})

test('token responses are rewritten; the token itself stays known', async () => {
  const gateway = await runningGateway({
    rewriteTokenResponse: ({ expires_in: _left, ...rest }) => ({ ...rest, extra: true }),
  })
  const { tokens } = await signIn(gateway)
  expect(tokens).not.toHaveProperty('expires_in')
  expect(tokens).toMatchObject({ extra: true })
  expect(await statusWith(gateway, tokens.access_token)).toBe(200)
})

test('failed token responses are not rewritten', async () => {
  const gateway = await runningGateway({ rewriteTokenResponse: () => ({ rewritten: true }) })
  const response = await fetch(`${gateway.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'gate-dev', refresh_token: 'x' }),
  })
  expect(await response.json()).toMatchObject({ error: 'invalid_grant' })
})

test('the discovery document is rewritten, into another one or into text', async () => {
  const gateway = await runningGateway({
    rewriteDiscovery: (document) => ({ ...document, issuer: 'https://evil.example' }),
  })
  const read = async () => (await fetch(`${gateway.issuer}/.well-known/openid-configuration`)).text()
  expect(JSON.parse(await read())).toMatchObject({
    issuer: 'https://evil.example',
    token_endpoint: `${gateway.issuer}/token`,
  })
  gateway.set({ rewriteDiscovery: () => '<!doctype html>' })
  expect(await read()).toBe('<!doctype html>')
  gateway.set({ rewriteDiscovery: undefined })
  expect(JSON.parse(await read())).toMatchObject({
    issuer: gateway.issuer,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  })
})
