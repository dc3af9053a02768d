import { createHash } from 'node:crypto'
import { createServer, request, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { LoginEvent } from '../../src/contract.js'
import { escapeHtml } from '../../src/login/callback-page.js'
import { ownerOfConnection } from '../../src/login/callback-peer.js'
import { hurriedClock, presenter, signIn } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

const context = suite({}, () => ({ clock: hurriedClock() }))
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done))
})

/** A login that waits for its browser. */
async function begin(options: { signal?: AbortSignal; callbackPort?: number } = {}) {
  const { gateway, machine } = context
  type Shown = LoginEvent & { kind: 'print-url' }
  let known: (event: Shown) => void
  const ready = new Promise<Shown>((resolve) => {
    known = resolve
  })
  const present = presenter((event) => {
    if (event.kind === 'print-url') known(event)
  })
  const init = options.callbackPort === undefined ? {} : { profile: { callbackPort: options.callbackPort } }
  const login = machine.auth(gateway, init).login({
    method: 'print-url',
    present,
    ...(options.signal ? { signal: options.signal } : {}),
  })
  login.catch(() => {})
  const { url, issuerUrl } = await Promise.race([ready, login.then(() => Promise.reject(new Error('over')))])
  const authorization = new URL(issuerUrl)
  const redirect = new URL(authorization.searchParams.get('redirect_uri') ?? '')
  const state = authorization.searchParams.get('state') ?? ''
  return { login, url, authorization, redirect, state, present }
}

interface Page {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly body: string
}

function get(
  url: URL | string,
  init: { method?: string; path?: string; headers?: Record<string, string> } = {},
): Promise<Page> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...init }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** Opens the start as one browser does; what it is given there. */
async function start(url: string): Promise<{ cookie: string; location: string }> {
  const { headers } = await get(url)
  const [cookie = ''] = headers['set-cookie'] as string[]
  return { cookie: cookie.split(';')[0] ?? '', location: String(headers.location) }
}

const callback = (redirect: URL, query: Record<string, string>) => new URL(`?${new URLSearchParams(query)}`, redirect)

it('S95 the authorization request is what RFC 7636, RFC 8252 and OpenID Connect ask for', async () => {
  const { authorization, redirect, login, url } = await begin()
  const query = Object.fromEntries(authorization.searchParams)
  expect(query).toMatchObject({
    response_type: 'code',
    client_id: context.gateway.clientId,
    scope: 'openid offline_access',
    code_challenge_method: 'S256',
  })
  expect(query.code_challenge).toMatch(/^[\w-]{43}$/)
  expect(query.state?.length).toBeGreaterThanOrEqual(32)
  expect(query.nonce?.length).toBeGreaterThanOrEqual(32)
  expect(redirect.hostname).toBe('127.0.0.1')
  const page = await context.gateway.visit(url)
  expect(page.body).toContain('You are signed in')
  expect(await login).toMatchObject({ renewable: true, byOtherProcess: false })
})

it('S95 two logins never share state, nonce or challenge', async () => {
  const seen = new Set<string>()
  for (let round = 0; round < 3; round++) {
    const { authorization, login, url } = await begin()
    for (const name of ['state', 'nonce', 'code_challenge']) seen.add(authorization.searchParams.get(name) ?? '')
    await context.gateway.visit(url)
    await login
  }
  expect(seen.size).toBe(9)
})

it('S95 the listener is on 127.0.0.1 alone', async () => {
  const { redirect, login, url } = await begin()
  for (const address of ['127.0.0.2', '::1']) {
    const error = await new Promise<Error | undefined>((resolve) => {
      const socket = connect(Number(redirect.port), address, () => resolve(undefined))
      socket.on('error', resolve)
    })
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  }
  await context.gateway.visit(url)
  await login
})

describe('S126 A8 what does not belong to the login is answered and ignored', () => {
  const xss = '<script>alert(1)</script>'
  it.each<[string, (state: string) => Record<string, string>]>([
    ['an error without state', () => ({ error: 'access_denied' })],
    ['an error with another state', () => ({ error: 'access_denied', state: 'x' })],
    ['a code with another state', () => ({ code: 'forged', state: 'x'.repeat(43) })],
    ['a code without state', () => ({ code: 'forged' })],
    ['the right state without code', (state) => ({ state })],
    ['the right state with an empty code', (state) => ({ state, code: '' })],
    ['the right state with code and error', (state) => ({ state, code: 'c', error: 'e' })],
    ['the right state and a wrong issuer', (state) => ({ state, code: 'forged', iss: 'https://evil.example' })],
    ['markup everywhere', () => ({ code: xss, state: xss, error: xss, error_description: xss })],
    ['nothing at all', () => ({})],
  ])('%s', async (_what, query) => {
    const { redirect, state, login, url } = await begin()
    const page = await get(callback(redirect, query(state)))
    expect(page.status).toBe(400)
    // Their own line, and nothing of the address.
    expect(page.body.match(/<script/g)).toHaveLength(1)
    expect((await context.gateway.visit(url)).body).toContain('You are signed in')
    await login
    expect(context.gateway.counters).toMatchObject({ tokenRequests: 1, logins: 1 })
  })

  it('other paths, other methods, a rebound host name, half a request, a very long address', async () => {
    const { redirect, state, login, url } = await begin()
    const good = callback(redirect, { code: 'forged', state })
    expect((await get(new URL('/favicon.ico', redirect))).status).toBe(404)
    expect((await get(good, { method: 'POST' })).status).toBe(405)
    expect((await get(good, { method: 'HEAD' })).status).toBe(405)
    expect((await get(good, { headers: { host: 'evil.example' } })).status).toBe(400)
    // Refused while it is still being sent, so the answer may be lost in the reset.
    const long = get(callback(redirect, { state: 'x'.repeat(1024 * 1024) })).then(
      ({ status }) => status,
      (error) => error.code,
    )
    expect([431, 'ECONNRESET', 'EPIPE']).toContain(await long)
    const half = connect(Number(redirect.port), '127.0.0.1')
    half.on('error', () => {})
    half.write('GET /callback?')
    expect((await context.gateway.visit(url)).body).toContain('You are signed in')
    await login
    half.destroy()
  })

  it.each(['//', '//[', '/\\[', '//evil.example/callback', '/callback/%', '/%00', '/?', '/callback?%'])(
    'a request target that is no address of this listener: %s',
    async (target) => {
      const { redirect, login, url } = await begin()
      expect([400, 404]).toContain((await get(redirect, { path: target })).status)
      expect((await context.gateway.visit(url)).body).toContain('You are signed in')
      await login
    },
  )

  it('a second hit with the right state while the first is being exchanged', async () => {
    const { redirect, state, login, url } = await begin()
    context.gateway.failToken({ kind: 'slow', delayMs: 300 })
    const { cookie } = await start(url)
    const forged = callback(redirect, { code: 'forged', state, iss: context.gateway.issuer })
    const first = get(forged, { headers: { cookie } })
    while (context.gateway.counters.tokenRequests === 0) await context.machine.host.clock.sleep(5)
    const again = callback(redirect, { code: 'again', state, iss: context.gateway.issuer })
    expect((await get(again, { headers: { cookie } })).status).toBe(409)
    await first
    expect(await codeOf(login)).toBe('login-failed')
    expect(context.gateway.counters.tokenRequests).toBe(1)
  })

  it('pages carry headers that let nothing run but their own line, and escape every character with a meaning', async () => {
    const { redirect, login, url } = await begin()
    const { headers, body } = await get(callback(redirect, { error: 'x' }))
    const [script = ''] = /(?<=<script>).*(?=<\/script>)/.exec(body) ?? []
    const hash = createHash('sha256').update(script).digest('base64')
    expect(headers['content-security-policy']).toContain(`; script-src 'sha256-${hash}';`)
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    expect(escapeHtml(`<a href="x" b='y'>&\``)).not.toMatch(/[<>"'`]/)
    await context.gateway.visit(url)
    await login
  })
})

it('A11 a denial by the person ends the login with its name, and the page says so, escaped', async () => {
  context.gateway.set({ consent: 'deny' })
  const { login, url } = await begin()
  const page = await context.gateway.visit(url)
  expect(page.body).toContain('did not work')
  expect(await codeOf(login)).toBe('login-denied')
})

it('S95 an issuer’s description with markup is escaped on the page', async () => {
  const { redirect, state, login, url } = await begin()
  const iss = context.gateway.issuer
  const query = { state, iss, error: 'access_denied', error_description: '<img src=x onerror=alert(1)>' }
  const { cookie } = await start(url)
  const page = await get(callback(redirect, query), { headers: { cookie } })
  expect(page.body).not.toContain('<img')
  expect(await codeOf(login)).toBe('login-denied')
})

it('a code that the issuer refuses ends the login without touching the sign-in that was there', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const before = new Map(machine.keychain.entries)
  const { redirect, state, login, url } = await begin()
  const { cookie } = await start(url)
  await get(callback(redirect, { state, code: 'forged', iss: gateway.issuer }), { headers: { cookie } })
  expect(await codeOf(login)).toBe('login-failed')
  expect(machine.keychain.entries).toEqual(before)
})

describe('S125 A9 the registered callback port', () => {
  async function occupy(): Promise<number> {
    const server = createServer()
    servers.push(server)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return (server.address() as { port: number }).port
  }

  it('is used when it is free', async () => {
    const port = await occupy()
    await new Promise((done) => servers.splice(0)[0]?.close(done))
    const { redirect, url, login } = await begin({ callbackPort: port })
    expect(Number(redirect.port)).toBe(port)
    await context.gateway.visit(url)
    await login
  })

  it('busy: a clear error with the port’s number, no browser and never another port', async () => {
    const port = await occupy()
    const auth = context.machine.auth(context.gateway, { profile: { callbackPort: port } })
    const present = presenter()
    const error = await auth.login({ method: 'browser', present }).catch((reason) => reason)
    expect(error).toMatchObject({ code: 'callback-port-busy', message: expect.stringContaining(String(port)) })
    expect(present.events).toEqual([])
    expect(context.gateway.counters).toMatchObject({ authorizationRequests: 0, browserStarts: 0 })
  })

  it('taken by another login of the same profile: that one is awaited, and its result is used', async () => {
    const port = await occupy()
    await new Promise((done) => servers.splice(0)[0]?.close(done))
    const first = await begin({ callbackPort: port })
    const present = presenter()
    const second = context.machine
      .auth(context.gateway, { profile: { callbackPort: port } })
      .login({ method: 'browser', present })
    await context.machine.host.clock.sleep(100)
    await context.gateway.visit(first.url)
    expect(await first.login).toMatchObject({ byOtherProcess: false })
    expect(await second).toMatchObject({ byOtherProcess: true, renewable: true })
    expect(context.gateway.counters).toMatchObject({ logins: 1, browserStarts: 0 })
  })
})

it('a refresh is not taken for the success of the login that was waited for', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const stop = new AbortController()
  const first = await begin({ signal: stop.signal })
  const present = presenter((event) => {
    if (event.kind === 'print-url') gateway.visit(event.url).catch(() => {})
  })
  const second = machine.auth(gateway).login({ method: 'print-url', present })
  await machine.host.clock.sleep(100)
  expect(present.events).toEqual([])
  await machine.auth(gateway).accessToken({ interaction: 'never', forceRefresh: true })
  stop.abort()
  expect(await codeOf(first.login)).toBe('interrupted')
  expect(await second).toMatchObject({ byOtherProcess: false })
  expect(gateway.counters.logins).toBe(2)
})

describe('A11 bounds', () => {
  it('a login can be cancelled, and leaves no listener behind', async () => {
    const stop = new AbortController()
    const { redirect, login } = await begin({ signal: stop.signal })
    stop.abort()
    expect(await codeOf(login)).toBe('interrupted')
    await context.machine.host.clock.sleep(50)
    await expect(get(redirect)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('a login that nobody completes ends by itself', async () => {
    const login = context.machine
      .auth(context.gateway)
      .login({ method: 'print-url', present: presenter(), timeoutMs: 20_000 })
    await expect(login).rejects.toMatchObject({ code: 'login-timeout' })
  })
})

describe('printed URL', () => {
  it('the address that the browser ended at can be pasted, whole or only its query; anything else is asked for again', async () => {
    const { gateway, machine } = context
    for (const shorten of [(url: string) => ` ${url}\n`, (url: string) => new URL(url).search]) {
      const pastes: ((url: string) => string)[] = [
        () => 'what?',
        () => 'https://evil.example/callback?code=x&state=y',
        () => 'code=x&state=wrong',
        shorten,
      ]
      let ended = ''
      const present = presenter()
      const login = machine.auth(gateway).login({
        method: 'print-url',
        present: {
          show: (event) => present.show(event),
          pasteRedirect: async () => {
            const [shown] = present.events
            if (shown?.kind !== 'print-url') throw new Error('no URL was shown')
            // A browser elsewhere: it cannot reach this machine's 127.0.0.1 and stays on the address.
            ended ||= await finalAddress(shown.issuerUrl)
            return (pastes.shift() ?? shorten)(ended)
          },
        },
      })
      expect(await login).toMatchObject({ renewable: true })
      expect(present.events.map((event) => event.kind)).toEqual([
        'print-url',
        'paste-refused',
        'paste-refused',
        'paste-refused',
      ])
    }
  })

  it('the callback wins when the browser reaches it before anything was pasted', async () => {
    const { gateway, machine } = context
    const present = presenter((event) => {
      if (event.kind === 'print-url') gateway.visit(event.url).catch(() => {})
    })
    const pasteRedirect = () => new Promise<string>(() => {})
    await machine.auth(gateway).login({ method: 'print-url', present: { ...present, pasteRedirect } })
    expect(gateway.counters.logins).toBe(1)
  })
})

/** Follows the issuer's redirects with cookies, up to the one that leads to the loopback callback. */
async function finalAddress(url: string): Promise<string> {
  const cookies = new Map<string, string>()
  let next = url
  for (let hop = 0; hop < 10; hop++) {
    const header = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(next, { redirect: 'manual', headers: { cookie: header } })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    next = new URL(response.headers.get('location') ?? '', next).href
    if (new URL(next).pathname === '/callback') return next
  }
  throw new Error('the issuer never came to an end')
}

describe('R4 the login belongs to the browser that began it', () => {
  const good = (state: string) => ({ state, code: 'forged', iss: context.gateway.issuer })

  it('the browser is given an address of this machine that says nothing', async () => {
    const { url, state, redirect, login } = await begin()
    expect(new URL(url).origin).toBe(redirect.origin)
    expect(url).not.toContain(state)
    const page = await get(url)
    expect(page).toMatchObject({
      status: 302,
      headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    })
    expect(String(page.headers['set-cookie'])).toMatch(/^gate-login-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; /)
    expect(String(page.headers.location)).toContain(state)
    await get(url).catch(() => {})
    expect(await codeOf(login)).toBe('login-failed')
  })

  it.each<[string, (cookie: string) => string]>([
    ['no cookie', () => ''],
    ['another value', (cookie) => `${cookie.split('=')[0]}=${'x'.repeat(43)}`],
    ['another name', (cookie) => cookie.replace(/-\d+=/, '-1=')],
    ['a part of the value', (cookie) => cookie.slice(0, -1)],
  ])('a callback with %s is ignored, whatever else it knows', async (_what, change) => {
    const { url, state, redirect, login } = await begin()
    const { cookie, location } = await start(url)
    const page = await get(callback(redirect, good(state)), { headers: { cookie: change(cookie) } })
    expect(page.status).toBe(403)
    expect(context.gateway.counters.tokenRequests).toBe(0)
    const ended = await finalAddress(location)
    expect((await get(ended, { headers: { cookie: `other=1; ${cookie}` } })).body).toContain('You are signed in')
    await login
  })

  it('a second reader of the address ends the login with an error that says so', async () => {
    const { url, state, redirect, login } = await begin()
    const { cookie } = await start(url)
    expect((await get(url)).status).toBe(410)
    const error = await login.catch((reason) => reason)
    expect(error).toMatchObject({ code: 'login-failed', message: expect.stringContaining('a second time') })
    await expect(get(callback(redirect, good(state)), { headers: { cookie } })).rejects.toMatchObject({ code: /ECONN/ })
    expect(context.gateway.counters.logins).toBe(0)
  })

  it('the same browser may come again, and looking ahead is not opening', async () => {
    const { url, login } = await begin()
    expect((await get(url, { headers: { 'sec-purpose': 'prefetch;prerender' } })).status).toBe(503)
    const { cookie, location } = await start(url)
    expect(await get(url, { headers: { cookie } })).toMatchObject({ status: 302, headers: { location } })
    expect((await get(await finalAddress(location), { headers: { cookie } })).status).toBe(200)
    await login
  })

  it('other methods, other host names and other paths below the start lead nowhere', async () => {
    const { url, login } = await begin()
    for (const method of ['POST', 'HEAD', 'PUT']) expect((await get(url, { method })).status).toBe(405)
    expect((await get(url, { headers: { host: 'evil.example' } })).status).toBe(400)
    for (const path of ['/start/', '/start', `${new URL(url).pathname}x`, `${new URL(url).pathname}?x`]) {
      expect((await get(url, { path })).status).toBe(404)
    }
    expect((await context.gateway.visit(url)).body).toContain('You are signed in')
    await login
  })

  it('idle connections do not keep the browser out', async () => {
    const { url, redirect, login } = await begin()
    const sockets = Array.from({ length: 200 }, () => connect(Number(redirect.port), '127.0.0.1').on('error', () => {}))
    await Promise.all(sockets.map((socket) => new Promise((done) => socket.once('connect', done).once('close', done))))
    expect((await context.gateway.visit(url)).body).toContain('You are signed in')
    await login
    for (const socket of sockets) socket.destroy()
  })
})

describe('R4 the user behind a connection', () => {
  const row = (local: string, remote: string, uid: number, state = '01') =>
    `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 12345 1 0000 20 4 30 10 -1`
  it.each<[string, string, number | undefined]>([
    ['IPv4', row('0100007F:C350', '0100007F:1F90', 1001), 1001],
    ['IPv4 inside IPv6', row(`${'0'.repeat(16)}FFFF00000100007F:C350`, `${'0'.repeat(16)}FFFF00000100007F:1F90`, 7), 7],
    ['the other direction', row('0100007F:1F90', '0100007F:C350', 1001), undefined],
    ['a closed one', row('0100007F:C350', '0100007F:1F90', 0, '06'), undefined],
    ['another machine', row('0200A8C0:C350', '0100007F:1F90', 1001), undefined],
    ['no table', '', undefined],
    ['garbage', 'x y z\n\n::', undefined],
  ])('%s', (_what, table, uid) => {
    expect(ownerOfConnection(`  sl  local_address rem_address   st\n${table}\n`, 0xc350, 0x1f90)).toBe(uid)
  })
})
