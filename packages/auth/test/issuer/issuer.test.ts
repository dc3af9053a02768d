import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import type { DevGateway } from '@gate/dev-gateway'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { measureSkew } from '../../src/issuer/clock-skew.js'
import { connectIssuer } from '../../src/issuer/issuer-client.js'
import { repair } from '../../src/issuer/token-response.js'
import { hurriedClock, presenter, signIn } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

const context = suite({}, () => ({ clock: hurriedClock() }))
const servers: Server[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

const json =
  (body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
const loginAt = (issuer: string) =>
  context.machine.auth({ ...context.gateway, issuer }).login({ method: 'browser', present: presenter() })

async function discoveryDocument(issuer: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`)
  return (await response.json()) as Record<string, unknown>
}

/** The authorization URL of a login that is then cancelled. */
async function shownUrl(issuer: string): Promise<string> {
  const stop = new AbortController()
  let url = ''
  const present = presenter((event) => {
    if (event.kind === 'print-url') url = event.issuerUrl
    stop.abort()
  })
  const login = context.machine
    .auth({ ...context.gateway, issuer })
    .login({ method: 'print-url', present, signal: stop.signal })
  expect(await codeOf(login)).toBe('interrupted')
  return url
}

describe('A7 S87 discovery', () => {
  it.each<[string, (document: Record<string, unknown>) => Record<string, unknown> | string, string]>([
    ['another issuer’s document', (document) => ({ ...document, issuer: 'https://evil.example' }), 'issuer-invalid'],
    ['no issuer', ({ issuer: _none, ...rest }) => rest, 'issuer-invalid'],
    ['no JSON', () => '<!doctype html><p>Sign in to the network', 'issuer-error'],
    [
      'an authorization endpoint on http',
      (d) => ({ ...d, authorization_endpoint: 'http://evil.example/a' }),
      'issuer-invalid',
    ],
    [
      'an authorization endpoint that is a script',
      (d) => ({ ...d, authorization_endpoint: 'javascript:alert(1)' }),
      'issuer-invalid',
    ],
    ['no authorization endpoint', ({ authorization_endpoint: _none, ...rest }) => rest, 'issuer-invalid'],
  ])('%s is refused, and no browser is started', async (_what, rewriteDiscovery, code) => {
    context.gateway.set({ rewriteDiscovery })
    expect(await codeOf(loginAt(context.gateway.issuer))).toBe(code)
    expect(context.gateway.counters).toMatchObject({ browserStarts: 0, tokenRequests: 0 })
  })

  it('a token endpoint on http elsewhere never sees the refresh token', async () => {
    const { gateway, machine } = context
    await signIn(machine, gateway)
    await machine.expire()
    gateway.set({ rewriteDiscovery: (document) => ({ ...document, token_endpoint: 'http://evil.example/token' }) })
    await expect(machine.auth(gateway).accessToken({ interaction: 'never' })).rejects.toMatchObject({
      code: 'issuer-invalid',
      message: expect.stringContaining('not encrypted'),
    })
  })

  it('a redirect to another host is not followed; one on the same host is', async () => {
    const { issuer } = context.gateway
    let hits = 0
    const other = await serve((_request, response) => {
      hits++
      response.end('{}')
    })
    const away = await serve((_request, response) => response.writeHead(302, { location: `${other}/x` }).end())
    await expect(loginAt(away)).rejects.toMatchObject({
      code: 'issuer-invalid',
      message: expect.stringContaining(other),
    })
    expect(hits).toBe(0)

    const document = await discoveryDocument(issuer)
    const moved: string = await serve((request, response) => {
      if (request.url === '/moved') json({ ...document, issuer: moved })(request, response)
      else response.writeHead(301, { location: '/moved' }).end()
    })
    expect(await shownUrl(moved)).toContain(new URL(issuer).host)
  })

  it('a redirect that never ends, and one of the token endpoint, are given up', async () => {
    const loop = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end())
    expect(await codeOf(loginAt(loop))).toBe('issuer-invalid')
  })

  it('an address without an issuer', async () => {
    const nothing = await serve((_request, response) => response.writeHead(404).end())
    await expect(loginAt(nothing)).rejects.toMatchObject({
      code: 'issuer-invalid',
      message: expect.stringContaining('404'),
    })
    expect(await codeOf(loginAt('http://127.0.0.1:1'))).toBe('issuer-unreachable')
  })

  it('an authorization server with RFC 8414 metadata only is accepted', async () => {
    const document = await discoveryDocument(context.gateway.issuer)
    const { jwks_uri: _keys, ...rest } = document
    const plain: string = await serve((request, response) => {
      if (request.url !== '/.well-known/oauth-authorization-server') response.writeHead(404).end()
      else json({ ...rest, issuer: plain, authorization_response_iss_parameter_supported: false })(request, response)
    })
    expect(await shownUrl(plain)).not.toContain('nonce=')
  })
})

it('S87 a foreground call that cannot even discover the issuer says so, not that a login is required', async () => {
  context.gateway.set({ rewriteDiscovery: () => '<p>not an issuer' })
  const { gateway, machine } = context
  const call = machine.auth(gateway).accessToken({ interaction: 'foreground', present: presenter() })
  expect(await codeOf(call)).toBe('issuer-error')
})

describe('S95 the token endpoint', () => {
  interface Seen {
    readonly authorization: string | undefined
    readonly form: URLSearchParams
  }
  /** Puts a token endpoint of our own in the place of the issuer's. */
  async function replaceTokenEndpoint(answer: RequestListener): Promise<Seen[]> {
    const seen: Seen[] = []
    const endpoint = await serve((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        seen.push({ authorization: request.headers.authorization, form: new URLSearchParams(body) })
        answer(request, response)
      })
    })
    context.gateway.set({ rewriteDiscovery: (document) => ({ ...document, token_endpoint: `${endpoint}/token` }) })
    return seen
  }

  it('is asked as a public client: the id in the form, never Basic, the PKCE verifier with the code', async () => {
    const seen = await replaceTokenEndpoint((_request, response) => response.writeHead(400).end())
    await codeOf(signIn(context.machine, context.gateway))
    expect(seen).toHaveLength(1)
    expect(seen[0]?.authorization).toBeUndefined()
    expect(Object.fromEntries(seen[0]?.form ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      client_id: context.gateway.clientId,
      code_verifier: expect.stringMatching(/^[\w.~-]{43,}$/),
      code: expect.any(String),
    })
  })

  it('that redirects, even to itself, is not followed with the refresh token', async () => {
    const { gateway, machine } = context
    await signIn(machine, gateway)
    await machine.expire()
    let elsewhere = 0
    const other = await serve((_request, response) => {
      elsewhere++
      response.end()
    })
    for (const location of [`${other}/steal`, '/token']) {
      const seen = await replaceTokenEndpoint((_request, response) => response.writeHead(307, { location }).end())
      const forced = machine.auth(gateway).accessToken({ interaction: 'never', forceRefresh: true })
      expect(await codeOf(forced)).toBe('issuer-invalid')
      expect(seen.every(({ form }) => form.get('grant_type') === 'refresh_token')).toBe(true)
    }
    expect(elsewhere).toBe(0)
    expect(machine.keychain.entries.size).toBe(1)
  })
})

describe('the company’s proxy', () => {
  it('is used for an issuer out there, not for one on this machine, and not where NO_PROXY says so', async () => {
    const connects: string[] = []
    const proxy = createServer((request, response) => {
      connects.push(request.url ?? '')
      response.writeHead(502).end()
    })
    proxy.on('connect', (request, socket) => {
      connects.push(request.url ?? '')
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    servers.push(proxy)
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
    const { machine } = context
    const address = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`
    Object.assign(machine.env, { HTTPS_PROXY: address, HTTP_PROXY: address, NO_PROXY: 'direct.invalid' })
    expect(await codeOf(loginAt('https://issuer.invalid'))).toBe('issuer-unreachable')
    expect(connects).toEqual(['issuer.invalid:443'])
    expect(await codeOf(loginAt('https://direct.invalid'))).toBe('issuer-unreachable')
    await signIn(machine, context.gateway)
    expect(connects).toEqual(['issuer.invalid:443'])
  })

  it('that wants a password, is away or speaks SOCKS is named instead of the issuer', async () => {
    const proxy = createServer()
    proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 407 No\r\n\r\n'))
    servers.push(proxy)
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
    const { port } = proxy.address() as { port: number }
    for (const [value, code] of [
      [`http://bob:Hunter2@127.0.0.1:${port}`, 'proxy-auth-required'],
      ['http://bob:Hunter2@127.0.0.1:1', 'proxy-unreachable'],
      ['socks5://bob:Hunter2@127.0.0.1:1', 'proxy-unsupported'],
    ]) {
      context.machine.env.https_proxy = value
      const error = await loginAt('https://issuer.invalid').catch((reason) => reason)
      expect(error).toMatchObject({ code, message: expect.stringContaining('https_proxy') })
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('Hunter')
    }
  })

  it.each([
    ['HTTPS_PROXY', 'http://bob:Hunter#2@proxy.invalid:8080'],
    ['https_proxy', 'http://bob:Hunter%zz@proxy.invalid:8080'],
  ])('A18 an address of it that cannot be read is named by its variable %s, never told', async (variable, value) => {
    const { machine, gateway } = context
    machine.env[variable] = value
    const error = await loginAt('https://issuer.invalid').catch((reason) => reason)
    expect(error).toMatchObject({ code: 'invalid-config', message: expect.stringContaining(variable) })
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('Hunter')
    // An issuer on this machine never goes through it.
    await signIn(machine, gateway)
  })
})

describe('A13 ID token', () => {
  const claims = (gateway: DevGateway, changes: Record<string, unknown> = {}) => {
    const now = Math.floor(Date.now() / 1000)
    return { iss: gateway.issuer, aud: gateway.clientId, sub: 'mallory', iat: now, exp: now + 300, ...changes }
  }
  /** Replaces the real ID token by another one that carries its nonce unless told otherwise. */
  function forge(make: (nonce: unknown, gateway: DevGateway) => string) {
    const { gateway } = context
    gateway.set({
      rewriteTokenResponse: (body) => {
        const [, payload = ''] = String(body.id_token).split('.')
        const { nonce } = JSON.parse(Buffer.from(payload, 'base64url').toString())
        return { ...body, id_token: make(nonce, gateway) }
      },
    })
  }

  it('a well-made one of the issuer is accepted (so that the refusals below mean something)', async () => {
    forge((nonce, gateway) => gateway.signJwt(claims(gateway, { nonce, email: 'alice@example.com' })))
    expect(await signIn(context.machine, context.gateway)).toMatchObject({ account: 'alice@example.com' })
  })

  it.each<[string, (nonce: unknown, gateway: DevGateway) => string]>([
    ['a wrong issuer', (nonce, g) => g.signJwt(claims(g, { nonce, iss: 'https://evil.example' }))],
    ['another audience', (nonce, g) => g.signJwt(claims(g, { nonce, aud: 'somebody-else' }))],
    ['another nonce', (_nonce, g) => g.signJwt(claims(g, { nonce: 'replayed' }))],
    ['no nonce', (_nonce, g) => g.signJwt(claims(g))],
    ['expired', (nonce, g) => g.signJwt(claims(g, { nonce, exp: Math.floor(Date.now() / 1000) - 3600 }))],
    [
      'a bad signature',
      (nonce, g) => {
        const [header, payload] = g.signJwt(claims(g, { nonce })).split('.')
        const [, , other] = g.signJwt(claims(g, { nonce, sub: 'alice' })).split('.')
        return `${header}.${payload}.${other}`
      },
    ],
    [
      'alg none',
      (nonce, g) => {
        const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
        return `${part({ alg: 'none' })}.${part(claims(g, { nonce }))}.`
      },
    ],
    ['no JWT at all', () => 'what?'],
  ])('with %s is refused, and nothing is kept', async (_what, make) => {
    forge(make)
    const { gateway, machine } = context
    expect(['issuer-invalid', 'clock-skew']).toContain(await codeOf(signIn(machine, gateway)))
    expect([...machine.keychain.entries.keys()]).toEqual([])
    expect(await codeOf(machine.auth(gateway).accessToken({ interaction: 'never' }))).toBe('login-required')
  })

  it('missing although openid was asked for: refused', async () => {
    context.gateway.set({ rewriteTokenResponse: ({ id_token: _none, ...rest }) => rest })
    expect(await codeOf(signIn(context.machine, context.gateway))).toBe('issuer-invalid')
  })
})

describe('A6 clocks that differ', () => {
  it.each([600, -600])(
    'the issuer %s seconds ahead: the login works, and status names the difference',
    async (dateSkew) => {
      const { gateway, machine } = context
      gateway.set({ dateSkew })
      const now = () => Math.floor(Date.now() / 1000) + dateSkew
      gateway.set({
        rewriteTokenResponse: (body) => {
          const [, payload = ''] = String(body.id_token).split('.')
          const real = JSON.parse(Buffer.from(payload, 'base64url').toString())
          return { ...body, id_token: gateway.signJwt({ ...real, iat: now(), exp: now() + 60 }) }
        },
      })
      await signIn(machine, gateway)
      const state = await machine.auth(gateway).state()
      expect(state.state).toBe('signed-in')
      expect(Math.abs((state.clockSkewMs ?? 0) - dateSkew * 1000)).toBeLessThan(5_000)
      expect(state.reasons).toMatchObject([{ code: 'clock-skew' }])
      expect(state.reasons[0]?.message).toContain(dateSkew > 0 ? 'behind' : 'ahead of')
      // The lifetime counts from our own request, so it is right whatever the clocks say.
      expect((state.expiresAt ?? 0) - machine.host.clock.now()).toBeGreaterThan(3_500_000)
    },
  )

  it('a difference within the noise of the header is none', async () => {
    const { gateway, machine } = context
    await signIn(machine, gateway)
    expect(await machine.auth(gateway).state()).toMatchObject({ clockSkewMs: 0, reasons: [] })
  })

  it.each([
    ['7200', 0],
    ['0', -7200],
    ['soon', -7200],
    ['-7200', -7200],
    ['7200, 7200', -7200],
    ['99999999999999999999', -7200],
  ])('a document that lay in a cache says when it was made, and with Age %s how long ago', async (age, seconds) => {
    const { gateway, machine } = context
    const document = await discoveryDocument(gateway.issuer)
    const cached: string = await serve((request, response) => {
      response.setHeader('Date', new Date(Date.now() - 7_200_000).toUTCString()).setHeader('Age', age)
      json({ ...document, issuer: cached })(request, response)
    })
    const auth = { kind: 'oidc', issuer: cached, clientId: 'gate', scopes: [] } as const
    const { clockSkewMs } = await connectIssuer(machine.host, { auth, purpose: 'background', deadlineMs: 5_000 })
    expect(Math.abs(clockSkewMs - seconds * 1000)).toBeLessThan(2_000)
  })

  it('the estimate is never further off than the header and the way allow', () => {
    const time = fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 })
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: -10_000_000, max: 10_000_000 }),
        fc.nat(2_000),
        fc.nat(2_000),
        (at, skew, go, back) => {
          const issuer = new Date(Math.floor((at + go + skew) / 1000) * 1000).toUTCString()
          const measured = measureSkew(issuer, at, at + go + back) ?? Number.NaN
          expect(Math.abs(measured - skew)).toBeLessThanOrEqual(1_000 + go + back + 2_000)
        },
      ),
    )
    expect(measureSkew('yesterday', 0, 0)).toBeUndefined()
  })
})

describe('TLS', () => {
  const fixture = (name: string) => fileURLToPath(new URL(`../__fixtures__/tls/${name}`, import.meta.url))

  async function secureIssuer(certificate: string): Promise<string> {
    const options = { key: readFileSync(fixture('test-only.key')), cert: readFileSync(fixture(certificate)) }
    const server = createTlsServer(options, (_request, response) => response.writeHead(404).end())
    servers.push(server)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return `https://127.0.0.1:${(server.address() as { port: number }).port}`
  }
  async function failureOf(certificate: string, caFile?: string): Promise<unknown> {
    const { machine, gateway } = context
    const own = { ...gateway, issuer: await secureIssuer(certificate) }
    const auth = caFile === undefined ? machine.auth(own) : machine.authWithCa(own, fixture(caFile))
    return await auth.login({ method: 'browser', present: presenter() }).catch((error) => error)
  }

  it('A3 a certificate nobody trusts, and an expired one: typed, naming the CA file', async () => {
    const named = { code: 'issuer-unreachable', fix: { actions: [{ action: 'setup', needs: ['ca-file'] }] } }
    expect(await failureOf('untrusted.pem')).toMatchObject({
      ...named,
      message: expect.stringContaining('SELF_SIGNED'),
    })
    const expired = expect.stringContaining('CERT_HAS_EXPIRED')
    expect(await failureOf('expired.pem', 'expired.pem')).toMatchObject({ ...named, message: expired })
  })

  it('R6 certificates are checked although NODE_TLS_REJECT_UNAUTHORIZED switches that off for the process', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      for (const certificate of ['untrusted.pem', 'expired.pem']) {
        expect(await failureOf(certificate)).toMatchObject({ code: 'issuer-unreachable' })
      }
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
    }
  })

  it('the CA file of the profile is trusted; a missing one and one without certificate are named', async () => {
    // 404: the connection itself was good.
    const found = { code: 'issuer-invalid', message: expect.stringContaining('404') }
    expect(await failureOf('untrusted.pem', 'untrusted.pem')).toMatchObject(found)
    expect(await failureOf('untrusted.pem', 'nowhere.pem')).toMatchObject({ code: 'invalid-config' })
    expect(await failureOf('untrusted.pem', 'test-only.key')).toMatchObject({ code: 'invalid-config' })
  })
})

it('answers of the token endpoint are repaired only where they are broken', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const good = JSON.parse(text)
      if (typeof good !== 'object' || good === null || Array.isArray(good)) expect(repair(text)).toBe(text)
      else expect(Object.keys(good)).toEqual(expect.arrayContaining(Object.keys(JSON.parse(repair(text)))))
    }),
  )
  expect(repair('{"expires_in":60,"refresh_token":"r"}')).toBe('{"expires_in":60,"refresh_token":"r"}')
  const broken = '{"expires_in":-1,"refresh_token":null,"access_token":"a"}'
  expect(JSON.parse(repair(broken))).toEqual({ access_token: 'a', token_type: 'Bearer' })
  expect(repair('<html>')).toBe('<html>')
})
