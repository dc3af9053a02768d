import type { TokenFailure } from '@gate/dev-gateway'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal, refusalPause } from '../../src/grant/refresh-pause.js'
import { hurriedClock, type Machine, presenter, signIn } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

const context = suite({}, () => ({ clock: hurriedClock() }))
const never = { interaction: 'never' } as const
const JSON_TYPE = { 'content-type': 'application/json' }

type Answer = NonNullable<TokenFailure['answer']>
const oauth = (status: number, error: string, description?: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify({ error, ...(description === undefined ? {} : { error_description: description }) }),
})

/** Provider, its answer to a refresh, and whether the refresh token is of no more use for certain. */
const SIGN_IN_AGAIN: readonly [string, Answer, 'deleted' | 'kept'][] = [
  ['RFC 6749', oauth(400, 'invalid_grant', 'expired'), 'deleted'],
  ['Claude apps gateway', oauth(401, 'invalid_grant', 'deprovisioned'), 'deleted'],
  [
    'the same with a challenge',
    oauth(401, 'invalid_grant', 'x', { 'www-authenticate': 'Bearer error="invalid_token"' }),
    'deleted',
  ],
  [
    'OAuth error labelled as text',
    { status: 400, headers: { 'content-type': 'text/plain' }, body: '{"error":"invalid_grant"}' },
    'deleted',
  ],
  [
    'Entra ID, sign-in frequency',
    oauth(400, 'interaction_required', 'AADSTS70043: expired due to sign-in frequency checks'),
    'kept',
  ],
  ['Entra ID, risk', oauth(400, 'login_required', 'AADSTS50078'), 'kept'],
  ['Entra ID, new terms', oauth(400, 'consent_required', 'AADSTS65001'), 'kept'],
  ['Okta, policy', oauth(403, 'access_denied', 'Policy evaluation failed'), 'kept'],
  ['LemonLDAP::NG', oauth(400, 'invalid_request'), 'kept'],
  ['glewlwyd', { status: 400 }, 'kept'],
  ['glewlwyd, empty and labelled', { status: 400, headers: JSON_TYPE }, 'kept'],
  ['an empty 401', { status: 401 }, 'kept'],
  ['401 with a challenge alone', { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }, 'kept'],
  ['403 with a page', { status: 403, headers: { 'content-type': 'text/html' }, body: '<h1>Forbidden</h1>' }, 'kept'],
  ['JSON without an error', { status: 400, headers: JSON_TYPE, body: '{"message":"bad token"}' }, 'kept'],
  ['JSON that is broken', { status: 400, headers: JSON_TYPE, body: '{"error":' }, 'kept'],
  ['an error that is no text', { status: 400, headers: JSON_TYPE, body: '{"error":{"code":7}}' }, 'kept'],
  ['an own word', oauth(400, 'token_expired'), 'kept'],
  ['expired_token', oauth(400, 'expired_token'), 'kept'],
  ['invalid_token', oauth(401, 'invalid_token'), 'kept'],
  ['invalid_scope', oauth(400, 'invalid_scope'), 'kept'],
  ['invalid_target', oauth(400, 'invalid_target'), 'kept'],
  ['unsupported_grant_type', oauth(400, 'unsupported_grant_type'), 'kept'],
  ['404', { status: 404, headers: { 'content-type': 'text/html' }, body: 'gone' }, 'kept'],
  ['410', { status: 410 }, 'kept'],
  ['422', oauth(422, 'unprocessable'), 'kept'],
]

async function expired(): Promise<Machine> {
  await signIn(context.machine, context.gateway)
  context.gateway.clearRequests()
  await context.machine.expire()
  return context.machine
}

const refuse = (answer: Answer) =>
  context.gateway.failToken({ kind: 'answer', answer, times: Number.POSITIVE_INFINITY, grantType: 'refresh_token' })

describe.each(SIGN_IN_AGAIN)('sign in again: %s', (_provider, answer, grant) => {
  it('asks once, ends with login-required, and deletes the grant only for the word of the standard', async () => {
    const machine = await expired()
    const stored = new Map(machine.keychain.entries)
    const failure = refuse(answer)
    const auth = machine.auth(context.gateway)
    for (let call = 0; call < 3; call++) {
      const error = await auth.accessToken(never).catch((reason) => reason)
      expect(error).toMatchObject({ code: 'login-required', exitCode: 3, fix: { action: 'login' } })
    }
    expect(failure.hits).toBe(1)
    expect(machine.keychain.entries).toEqual(grant === 'kept' ? stored : new Map())
    expect(await auth.state()).toMatchObject({ state: 'signed-out' })
    failure.cancel()
  })

  it('a person who asks signs in anew with the same command', async () => {
    const machine = await expired()
    const failure = refuse(answer)
    const present = presenter((event) => {
      if (event.kind === 'print-url') context.gateway.visit(event.url).catch(() => {})
    })
    await machine.auth(context.gateway).accessToken({ interaction: 'foreground', method: 'print-url', present })
    failure.cancel()
    expect(context.gateway.counters.logins).toBe(1)
    expect(await machine.auth(context.gateway).state()).toMatchObject({
      state: 'signed-in',
      renewable: true,
      reasons: [],
    })
    await machine.expire()
    await machine.auth(context.gateway).accessToken(never)
    expect(context.gateway.counters.logins).toBe(1)
  })

  it('a token that is still valid is served, and is not said to renew itself', async () => {
    await signIn(context.machine, context.gateway)
    const { machine } = context
    const { refreshAt, token } = await machine.cached()
    await machine.age(refreshAt - machine.host.clock.now() + 1000)
    const failure = refuse(answer)
    const auth = machine.auth(context.gateway)
    for (let call = 0; call < 3; call++) expect((await auth.accessToken(never)).token.reveal()).toBe(token)
    expect(failure.hits).toBe(1)
    failure.cancel()
    expect(await auth.state()).toMatchObject({ state: 'signed-in', renewable: false })
  })
})

describe('what no login changes', () => {
  it.each<[string, Answer]>([
    ['invalid_client', oauth(401, 'invalid_client', 'no such client')],
    ['unauthorized_client', oauth(400, 'unauthorized_client')],
  ])('%s names the client id and how to change it', async (_word, answer) => {
    const machine = await expired()
    const failure = refuse(answer)
    const error = await machine
      .auth(context.gateway)
      .accessToken(never)
      .catch((reason) => reason)
    failure.cancel()
    expect(error).toMatchObject({
      code: 'issuer-error',
      fix: { actions: [{ action: 'set-setting', key: 'client-id' }] },
    })
    expect(error.message).toContain(context.gateway.clientId)
  })
})

describe('what is not an answer of the issuer about this sign-in', () => {
  it.each<[string, Answer]>([
    ['408', { status: 408 }],
    ['429', { status: 429 }],
    ['500', { status: 500 }],
    ['a page with status 200', { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Hotel</h1>' }],
    ['a redirect', { status: 302, headers: { location: 'https://portal.example/' } }],
    ['temporarily_unavailable', oauth(400, 'temporarily_unavailable')],
  ])('%s leaves grant and status as they are', async (_what, answer) => {
    const machine = await expired()
    const stored = new Map(machine.keychain.entries)
    const failure = refuse(answer)
    expect(await codeOf(machine.auth(context.gateway).accessToken(never))).toMatch(/^issuer-/)
    failure.cancel()
    expect(machine.keychain.entries).toEqual(stored)
    expect(await machine.auth(context.gateway).state()).toMatchObject({ state: 'signed-in', renewable: true })
  })

  it('where discovery fails, too, nobody asks the token endpoint and a portal is thought of', async () => {
    const machine = await expired()
    context.gateway.set({ rewriteDiscovery: () => '<h1>Hotel</h1>' })
    const failure = refuse({ status: 400 })
    const error = await machine
      .auth(context.gateway)
      .accessToken(never)
      .catch((reason) => reason)
    failure.cancel()
    expect(failure.hits).toBe(0)
    expect(error).toMatchObject({ code: 'issuer-error', fix: { text: expect.stringContaining('captive portal') } })
  })
})

it('what the refusal wanted may be given without a login: the refresh is tried again after the pause', async () => {
  const machine = await expired()
  const failure = context.gateway.failToken({ kind: 'answer', answer: oauth(400, 'interaction_required') })
  expect(await codeOf(machine.auth(context.gateway).accessToken(never))).toBe('login-required')
  expect(failure.hits).toBe(1)
  expect(await codeOf(machine.auth(context.gateway).accessToken(never))).toBe('login-required')
  const later = { ...machine.host.clock, now: () => Date.now() + 61_000 }
  Object.assign(machine.host, { clock: later })
  await machine.auth(context.gateway).accessToken(never)
  expect(await machine.auth(context.gateway).state()).toMatchObject({ state: 'signed-in', renewable: true })
  expect(context.gateway.counters.logins).toBe(0)
})

it('a rotated refresh token is kept when the access token beside it is of no use', async () => {
  const faults: Record<string, unknown>[] = [
    { access_token: undefined },
    { access_token: 7 },
    { access_token: '' },
    { access_token: 'with space' },
    { access_token: 'x'.repeat(900 * 1024) },
    { token_type: 'mac' },
    { token_type: 'DPoP' },
  ]
  const machine = await expired()
  for (const fault of faults) {
    await machine.expire().catch(() => {})
    const before = [...machine.keychain.entries.values()][0]
    context.gateway.set({ rewriteTokenResponse: (body) => ({ ...body, ...fault }) })
    const code = await codeOf(machine.auth(context.gateway).accessToken({ ...never, forceRefresh: true }))
    expect(code, JSON.stringify(fault).slice(0, 60)).toMatch(/^(?:issuer-invalid|token-invalid|token-too-large)$/)
    expect([...machine.keychain.entries.values()][0]).not.toBe(before)
  }
  context.gateway.set({ rewriteTokenResponse: undefined })
  await machine.auth(context.gateway).accessToken({ ...never, forceRefresh: true })
  expect(context.gateway.counters.logins).toBe(0)
})

it('no value that was sent is repeated in a message, in whatever spelling', async () => {
  const machine = await expired()
  const [grant = ''] = machine.keychain.entries.values()
  for (const echo of [grant, `${encodeURIComponent(grant)}`, `x${'y'.repeat(290)}${grant}`]) {
    const failure = context.gateway.failToken({ kind: 'answer', answer: oauth(400, 'invalid_client', `bad: ${echo}`) })
    const error = await machine
      .auth(context.gateway)
      .accessToken({ ...never, forceRefresh: true })
      .catch((reason) => reason)
    failure.cancel()
    expect(JSON.stringify([error.message, error.fix])).not.toContain(grant.slice(0, 12))
    expect(JSON.stringify([...machine.warnings])).not.toContain(grant.slice(0, 12))
  }
})

it('the pause after a refusal grows from a minute to an hour', () => {
  fc.assert(
    fc.property(fc.nat({ max: 100 }), fc.nat(), (failures, now) => {
      const error = { message: 'no', fix: undefined } as never
      const first = refusalPause(undefined, error, now)
      expect(isRefusal(first)).toBe(true)
      expect(first.until - now).toBe(60_000)
      const next = refusalPause({ ...first, failures }, error, now)
      expect(next.until - now).toBe(Math.min(60_000 * 2 ** failures, 3_600_000))
    }),
  )
})
