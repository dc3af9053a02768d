import { expect, it } from 'vitest'
import { withSecretLock } from '../src/secret-store/secret-lock.js'
import { presenter, signIn } from './harness/machine.js'
import { codeOf, suite } from './harness/suite.js'

const context = suite()

it('S77 a lazy setup signs in at first use and hands out a token', async () => {
  const { gateway, machine } = context
  const present = presenter()
  const { token, expiresAt } = await machine.auth(gateway).accessToken({ interaction: 'foreground', present })
  expect(token.reveal().length).toBeGreaterThan(10)
  expect(expiresAt).toBeGreaterThan(machine.host.clock.now())
  expect(gateway.counters).toMatchObject({ logins: 1, browserStarts: 1, tokenRequests: 1 })
  expect(present.events.map((event) => event.kind)).toEqual(['browser'])
})

it('S88 a login by printed URL, as --skip-browser asks for it, starts no program', async () => {
  const { gateway, machine } = context
  const present = presenter((event) => {
    if (event.kind === 'print-url') gateway.visit(event.url).catch(() => {})
  })
  await machine.auth(gateway).accessToken({ interaction: 'foreground', method: 'print-url', present })
  expect(present.events.map((event) => event.kind)).toEqual(['print-url'])
  expect(gateway.counters).toMatchObject({ logins: 1, browserStarts: 0 })
})

it('S75 a valid cached token is served exactly, with no request to the issuer', async () => {
  const { gateway, machine } = context
  const first = await machine.auth(gateway).accessToken({ interaction: 'foreground', present: presenter() })
  gateway.clearRequests()
  const again = await machine.auth(gateway).accessToken({ interaction: 'never' })
  expect(again.token.reveal()).toBe(first.token.reveal())
  expect(gateway.counters.tokenRequests).toBe(0)
})

it('S76 an expired cached token is never handed out', async () => {
  const { gateway, machine } = context
  const first = await machine.auth(gateway).accessToken({ interaction: 'foreground', present: presenter() })
  await machine.expire()
  const next = await machine.auth(gateway).accessToken({ interaction: 'never' })
  expect(next.token.reveal()).not.toBe(first.token.reveal())
  expect(gateway.counters).toMatchObject({ logins: 1, refreshRequests: 1 })
})

it('S80 nothing cached and nobody to ask: login-required, naming the command', async () => {
  const { gateway, machine } = context
  await expect(machine.auth(gateway).accessToken({ interaction: 'never' })).rejects.toMatchObject({
    code: 'login-required',
    fix: { action: 'login' },
  })
  expect(gateway.counters).toMatchObject({ browserStarts: 0, tokenRequests: 0 })
})

it('A4 invalid_grant: the dead grant is removed, and a login is needed once', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  await machine.expire()
  gateway.revokeEverything()
  gateway.clearRequests()
  expect(await codeOf(machine.auth(gateway).accessToken({ interaction: 'never' }))).toBe('login-required')
  expect(await codeOf(machine.auth(gateway).accessToken({ interaction: 'never' }))).toBe('login-required')
  expect(gateway.counters.refreshRequests).toBe(1)
  expect([...machine.keychain.entries.keys()]).toEqual([])
  await machine.auth(gateway).accessToken({ interaction: 'foreground', present: presenter() })
  expect(gateway.counters.logins).toBe(1)
})

it('S82 a second call, by another process, makes no second token request', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  gateway.clearRequests()
  const tokens = await Promise.all(
    [1, 2, 3].map(async () => (await machine.auth(gateway).accessToken({ interaction: 'never' })).token.reveal()),
  )
  expect(new Set(tokens).size).toBe(1)
  expect(gateway.counters.tokenRequests).toBe(0)
})

it('S84 a rotated refresh token is stored and used for the next refresh', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const [account] = machine.keychain.entries.keys()
  const grants = [machine.keychain.entries.get(account ?? '')]
  for (let round = 0; round < 3; round++) {
    await machine.expire()
    await machine.auth(gateway).accessToken({ interaction: 'never' })
    grants.push(machine.keychain.entries.get(account ?? ''))
  }
  expect(new Set(grants).size).toBe(4)
  expect(gateway.counters).toMatchObject({ refreshRequests: 3, logins: 1 })
})

it('S84 the rotated token is in the store, and read back, before the access token is handed out', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  await machine.expire()
  machine.keychain.calls.length = 0
  const write = machine.host.fs.rename
  const order: string[] = []
  const rename: typeof write = async (from, to) => {
    if (String(to) === machine.cacheFile)
      order.push(...machine.keychain.calls.map((call) => call.split(' ')[0] ?? ''), 'cache')
    return await write(from, to)
  }
  machine.host.fs.rename = rename
  try {
    await machine.auth(gateway).accessToken({ interaction: 'never' })
  } finally {
    machine.host.fs.rename = write
  }
  expect(order.at(-1)).toBe('cache')
  expect(order.slice(order.indexOf('set'))).toEqual(['set', 'get', 'cache'])
})

it('S91 an issuer that gives no new refresh token: the old one stays in use', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const before = new Map(machine.keychain.entries)
  gateway.set({ rotationGrace: 60, rewriteTokenResponse: ({ refresh_token: _omitted, ...rest }) => rest })
  for (let round = 0; round < 2; round++) {
    await machine.expire()
    await machine.auth(gateway).accessToken({ interaction: 'never' })
  }
  expect(machine.keychain.entries).toEqual(before)
  expect(gateway.counters).toMatchObject({ refreshRequests: 2, logins: 1 })
})

it('S92 no refresh token at all: the token is served while it lives, then a login is needed, without a request', async () => {
  const { gateway, machine } = context
  gateway.set({ rewriteTokenResponse: ({ refresh_token: _omitted, ...rest }) => rest })
  const result = await signIn(machine, gateway)
  expect(result).toMatchObject({ renewable: false, byOtherProcess: false })
  gateway.clearRequests()
  const { refreshAt } = await machine.cached()
  await machine.age(refreshAt - machine.host.clock.now() + 1000)
  await machine.auth(gateway).accessToken({ interaction: 'never' })
  await machine.expire()
  expect(await codeOf(machine.auth(gateway).accessToken({ interaction: 'never' }))).toBe('login-required')
  expect(gateway.counters.tokenRequests).toBe(0)
})

it('S86 a cache that cannot be written costs a warning, not the token', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  await machine.expire()
  const { open } = machine.host.fs
  const full: typeof open = async (path, ...rest) => {
    if (String(path).includes('default.json.gate-') && String(path).includes('tokens')) {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
    }
    return await open(path, ...rest)
  }
  machine.host.fs.open = full
  try {
    const { token } = await machine.auth(gateway).accessToken({ interaction: 'never' })
    expect(token.reveal()).not.toBe((await machine.cached()).token)
  } finally {
    machine.host.fs.open = open
  }
  expect(machine.warnings.join()).toContain('could not be cached')
})

it('S90 S111 twenty calls with tokens of five minutes: no browser, and one refresh per window', async () => {
  const { gateway, machine } = context
  gateway.setAccessTokenLifetime(300)
  await signIn(machine, gateway)
  gateway.clearRequests()
  for (let call = 0; call < 20; call++) {
    await machine.auth(gateway).accessToken({ interaction: 'detached' })
    await machine.age(60_000)
  }
  // Calls at minutes 0 to 19, and a window of four minutes: 4, 8, 12, 16.
  expect(gateway.counters).toMatchObject({ browserStarts: 0, refreshRequests: 4 })
})

it.each([
  ['missing', ({ expires_in: _gone, ...rest }: Record<string, unknown>) => rest],
  ['null', (body: Record<string, unknown>) => ({ ...body, expires_in: null })],
  ['0', (body: Record<string, unknown>) => ({ ...body, expires_in: 0 })],
  ['negative', (body: Record<string, unknown>) => ({ ...body, expires_in: -1 })],
  ['a string', (body: Record<string, unknown>) => ({ ...body, expires_in: '3600' })],
  ['text', (body: Record<string, unknown>) => ({ ...body, expires_in: 'soon' })],
  ['until the year 9999', (body: Record<string, unknown>) => ({ ...body, expires_in: 251_000_000_000 })],
])('A5 a lifetime that is %s never leads to a second login', async (_what, rewrite) => {
  const { gateway, machine } = context
  gateway.set({ rewriteTokenResponse: rewrite })
  await signIn(machine, gateway)
  for (let call = 0; call < 3; call++) await machine.auth(gateway).accessToken({ interaction: 'never' })
  await machine.expire()
  for (let call = 0; call < 3; call++) await machine.auth(gateway).accessToken({ interaction: 'never' })
  expect(gateway.counters).toMatchObject({ logins: 1, refreshRequests: 1 })
})

it('A5 a lifetime of one second: every call refreshes, none logs in', async () => {
  const { gateway, machine } = context
  gateway.setAccessTokenLifetime(1)
  await signIn(machine, gateway)
  for (let call = 0; call < 3; call++) {
    await machine.age(1000)
    await machine.auth(gateway).accessToken({ interaction: 'never' })
  }
  expect(gateway.counters).toMatchObject({ logins: 1, refreshRequests: 3 })
})

it('--force-refresh does not serve the cached token, and several at once refresh once', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const { token: rejected } = await machine.cached()
  const forced = { interaction: 'never', forceRefresh: true } as const
  const tokens = await Promise.all([1, 2, 3, 4].map(() => machine.auth(gateway).accessToken(forced)))
  expect(new Set(tokens.map(({ token }) => token.reveal())).size).toBe(1)
  expect(tokens[0]?.token.reveal()).not.toBe(rejected)
  expect(gateway.counters.refreshRequests).toBe(1)
})

it('S115 A17 another gateway, issuer, client id, audience or scope: nothing old is sent anywhere', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  gateway.clearRequests()
  const never = { interaction: 'never' } as const
  const others = [
    machine.auth({ ...gateway, url: 'http://127.0.0.1:9' }),
    machine.auth({ ...gateway, issuer: `${gateway.issuer}/other` }),
    machine.auth({ ...gateway, clientId: 'somebody-else' }),
    machine.auth(gateway, { profile: { audience: 'https://other.example' } }),
    machine.auth(gateway, { profile: { scopes: ['openid', 'email', 'offline_access'] } }),
    machine.auth(gateway, { profileName: 'other' }),
  ]
  for (const auth of others) expect(await codeOf(auth.accessToken(never))).toBe('login-required')
  expect(gateway.counters.tokenRequests).toBe(0)
  // The first connection is as it was.
  await machine.auth(gateway).accessToken(never)
})

it('GATE_TOKEN is handed out as it is, without any request or file', async () => {
  const { gateway, machine } = context
  machine.env.GATE_TOKEN = 'token-of-the-ci'
  const answer = await machine.auth(gateway).accessToken({ interaction: 'never', forceRefresh: true })
  expect(answer.token.reveal()).toBe('token-of-the-ci')
  expect(answer.expiresAt).toBeUndefined()
  expect((await machine.auth(gateway).state()).state).toBe('environment')
  machine.env.GATE_TOKEN = 'two words'
  expect(await codeOf(machine.auth(gateway).accessToken({ interaction: 'never' }))).toBe('token-invalid')
  expect(gateway.counters.tokenRequests).toBe(0)
})

it('an access token that no header can carry is refused, but the rotated refresh token is kept', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  await machine.expire()
  const before = [...machine.keychain.entries.values()]
  gateway.set({ rewriteTokenResponse: (body) => ({ ...body, access_token: 'schlüssel' }) })
  expect(await codeOf(machine.auth(gateway).accessToken({ interaction: 'never' }))).toBe('token-invalid')
  expect([...machine.keychain.entries.values()]).not.toEqual(before)
  // Twenty-five helpers in a row do not ask for twenty-five of them.
  expect(await codeOf(machine.auth(gateway).accessToken({ interaction: 'never' }))).toBe('token-invalid')
  expect(gateway.counters.refreshRequests).toBe(1)
  gateway.set({ rewriteTokenResponse: undefined })
  await machine.auth(gateway).accessToken({ interaction: 'never', forceRefresh: true })
  expect(gateway.counters.logins).toBe(1)
})

it('a token above 7 KB is served with a warning', async () => {
  const { gateway, machine } = context
  gateway.set({ tokenBytes: 8000 })
  await signIn(machine, gateway)
  gateway.set({ tokenBytes: 0 })
  await machine.auth(gateway).accessToken({ interaction: 'never' })
  expect(machine.warnings).toHaveLength(2)
  expect(machine.warnings.join()).toMatch(/\d\.\d KB/)
})

it('the audience goes out as RFC 8707 resource and as audience, a name that is no URI as audience alone', async () => {
  const { gateway, machine } = context
  const urls: URL[] = []
  for (const audience of ['https://gateway.example/llm', 'llm-gateway', 'https://x.example/#part']) {
    const present = presenter((event) => {
      if (event.kind === 'print-url') urls.push(new URL(event.issuerUrl))
    })
    const stop = new AbortController()
    const login = machine
      .auth(gateway, { profile: { audience } })
      .login({ method: 'print-url', present, signal: stop.signal })
    while (urls.length === 0 || urls.at(-1)?.searchParams.get('audience') !== audience) {
      await machine.host.clock.sleep(5)
    }
    stop.abort()
    expect(await codeOf(login)).toBe('interrupted')
  }
  expect(urls.map((url) => url.searchParams.get('resource'))).toEqual(['https://gateway.example/llm', null, null])
})

it('a valid token is served soon although another process is stuck in its refresh', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const { refreshAt, token } = await machine.cached()
  await machine.age(refreshAt - machine.host.clock.now() + 1000)
  let release = () => {}
  const stuck = new Promise<void>((resolve) => {
    release = resolve
  })
  const holding = withSecretLock(machine.host, 'grant-default', () => stuck)
  const served = await machine.auth(gateway).accessToken({ interaction: 'never' })
  expect(served.token.reveal()).toBe(token)
  expect(machine.warnings).toEqual([])
  release()
  await holding
})

it.each(['../default', 'a/b', 'con', ''])('F19 the profile name %j leaves no directory', (profileName) => {
  expect(() => context.machine.auth(context.gateway, { profileName })).toThrow(/not a profile name/)
})
