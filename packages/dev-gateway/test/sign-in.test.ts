import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import * as client from 'openid-client'
import { expect, test, vi } from 'vitest'
import { runningGateway } from './running-gateway.js'
import { claimsOf, discover, signIn, statusWith } from './signing-in.js'

const run = promisify(execFile)
const redirect = 'http://127.0.0.1:4444/callback'

function authorizationUrl(issuer: string, parameters: Record<string, string>): string {
  const url = new URL('/auth', issuer)
  const defaults = { client_id: 'gate-dev', response_type: 'code', scope: 'openid', state: 's', redirect_uri: redirect }
  url.search = new URLSearchParams({ ...defaults, ...parameters }).toString()
  return url.href
}

const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' }

test('a login gives tokens that the gateway accepts, and the counters tell', async () => {
  const gateway = await runningGateway()
  const { tokens } = await signIn(gateway)
  expect(tokens.expires_in).toBe(3600)
  expect(tokens.claims()).toMatchObject({ iss: gateway.issuer, sub: 'dev-user', aud: 'gate-dev' })
  expect(claimsOf(tokens.access_token)).toMatchObject({ iss: gateway.issuer, aud: gateway.url, client_id: 'gate-dev' })
  expect(await statusWith(gateway, tokens.access_token)).toBe(200)
  expect(gateway.counters).toEqual({
    tokenRequests: 1,
    refreshRequests: 0,
    authorizationRequests: 1,
    deviceAuthorizationRequests: 0,
    revocationRequests: 0,
    browserStarts: 0,
    logins: 1,
  })
  gateway.clearRequests()
  expect(Object.values(gateway.counters).every((count) => count === 0)).toBe(true)
})

test('PKCE is required, and so is S256', async () => {
  const gateway = await runningGateway()
  for (const parameters of [{}, { ...challenge, code_challenge_method: 'plain' }]) {
    const response = await fetch(authorizationUrl(gateway.issuer, parameters), { redirect: 'manual' })
    const location = new URL(String(response.headers.get('location')))
    expect(location.origin + location.pathname).toBe(redirect)
    expect(location.searchParams.get('error')).toBe('invalid_request')
  }
})

test('a code is of no use without its verifier', async () => {
  const gateway = await runningGateway()
  const config = await discover(gateway)
  const callback = await codeFor(gateway.issuer)
  await expect(
    client.authorizationCodeGrant(config, callback, {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: 's',
    }),
  ).rejects.toMatchObject({ error: 'invalid_grant' })
})

async function codeFor(issuer: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = authorizationUrl(issuer, challenge)
  while (!url.startsWith(redirect)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';', 1)[0] ?? '').split('=')
      cookies.set(name, value)
    }
    url = new URL(String(response.headers.get('location')), url).href
  }
  return new URL(url)
}

test.each(['http://localhost:4444/callback', 'http://127.0.0.1:4444/other', 'https://evil.example/callback'])(
  'does not send anybody to %s',
  async (redirectUri) => {
    const gateway = await runningGateway()
    const url = authorizationUrl(gateway.issuer, { ...challenge, redirect_uri: redirectUri })
    const response = await fetch(url, { redirect: 'manual' })
    expect(response.status).toBe(400)
    expect(response.headers.get('location')).toBeNull()
    expect(await response.text()).toContain('redirect_uri')
  },
)

test('consent "deny" ends every login with access_denied', async () => {
  const gateway = await runningGateway({ consent: 'deny' })
  await expect(signIn(gateway)).rejects.toMatchObject({ error: 'access_denied' })
  gateway.set({ consent: 'approve' })
  await expect(signIn(gateway)).resolves.toBeDefined()
})

test('consent "manual": real pages; the form is for the user to fill', async () => {
  const gateway = await runningGateway({ consent: 'manual' })
  const { tokens } = await signIn(gateway, { parameters: { login_hint: 'ada <b>' } })
  expect(tokens.claims()?.sub).toBe('ada <b>')

  const page = await fetch(authorizationUrl(gateway.issuer, { ...challenge, login_hint: 'ada <b>' }), {
    redirect: 'manual',
  })
  const cookie = page.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
  const interaction = new URL(String(page.headers.get('location')), gateway.issuer)
  const html = await (await fetch(interaction, { headers: { cookie } })).text()
  expect(html).toContain('value="ada &lt;b&gt;"')

  const cancelled = await fetch(interaction, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams({ user: 'ada', decision: 'deny' }),
    redirect: 'manual',
  })
  expect(cancelled.status).toBe(303)
  const back = await fetch(String(cancelled.headers.get('location')), {
    headers: { cookie },
    redirect: 'manual',
  })
  expect(new URL(String(back.headers.get('location'))).searchParams.get('error')).toBe('access_denied')
})

test('an interaction without its cookie is over, politely', async () => {
  const gateway = await runningGateway()
  const response = await fetch(`${gateway.issuer}/interaction/nobody-knows`)
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('This sign-in is over')
})

test('the browser executable signs in with an empty environment, counts itself and is silent', async () => {
  const gateway = await runningGateway()
  expect((await stat(gateway.browser)).mode & 0o777).toBe(0o700)
  const open = async (url: string) => {
    const output = await run(gateway.browser, [url], { env: { PATH: '/usr/bin:/bin' }, cwd: '/' })
    expect(output).toEqual({ stdout: '', stderr: '' })
  }
  const { tokens } = await signIn(gateway, { open })
  expect(await statusWith(gateway, tokens.access_token)).toBe(200)
  expect(gateway.counters.browserStarts).toBe(1)
})

test('the browser executable clicks through the manual pages', async () => {
  const gateway = await runningGateway({ consent: 'manual' })
  const { tokens } = await signIn(gateway, { open: (url) => run(gateway.browser, [url], { env: {} }) })
  expect(await statusWith(gateway, tokens.access_token)).toBe(200)
})

test('the browser executable fails when nobody listens at the callback, without telling the URL', async () => {
  const gateway = await runningGateway()
  const url = authorizationUrl(gateway.issuer, { ...challenge, redirect_uri: 'http://127.0.0.1:1/callback' })
  await expect(run(gateway.browser, [url], { env: {} })).rejects.toMatchObject({
    code: 1,
    stderr: expect.not.stringContaining('code='),
  })
  expect(gateway.counters.browserStarts).toBe(1)
})

test('the browser executable without a URL shows its usage', async () => {
  const gateway = await runningGateway()
  await expect(run(gateway.browser, [], { env: {} })).rejects.toMatchObject({
    code: 2,
    stderr: 'usage: browser <http URL>\n',
  })
})

test('the browser executable is gone after stop', async () => {
  const gateway = await runningGateway()
  expect(await readFile(gateway.browser, 'utf8')).toMatch(/^#!\/bin\/sh\n/)
  await gateway.stop()
  await expect(stat(gateway.browser)).rejects.toMatchObject({ code: 'ENOENT' })
  const child = spawn(gateway.browser, ['http://127.0.0.1:1/'])
  expect((await once(child, 'error'))[0]).toMatchObject({ code: 'ENOENT' })
})

test('a whole login prints nothing: none of the provider’s development notices has a reason', async () => {
  const spies = [
    vi.spyOn(console, 'info'),
    vi.spyOn(console, 'warn'),
    vi.spyOn(console, 'error'),
    vi.spyOn(console, 'log'),
  ]
  const gateway = await runningGateway()
  const { config, refreshToken } = await signIn(gateway)
  await client.refreshTokenGrant(config, refreshToken)
  await client.tokenRevocation(config, refreshToken)
  const device = await client.initiateDeviceAuthorization(config, { scope: 'openid' })
  await gateway.visit(String(device.verification_uri_complete))
  for (const spy of spies) {
    expect(spy.mock.calls).toEqual([])
    spy.mockRestore()
  }
})
