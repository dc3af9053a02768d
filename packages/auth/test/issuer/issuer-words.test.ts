import type { GateError } from '@gate/core'
import { advice } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { doubtIn } from '../../src/issuer/authorization-doubt.js'
import { withVerificationUri } from '../../src/issuer/device-response.js'
import { notGranted, offeredScopes } from '../../src/issuer/scopes.js'
import { hurriedClock, presenter } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

const context = suite({}, () => ({ clock: hurriedClock() }))

/** Signs in by a printed address that somebody opens; what the person was told. */
async function login(init: Parameters<typeof context.machine.auth>[1] = {}, issuer = context.gateway.issuer) {
  const { gateway, machine } = context
  const present = presenter((event) => {
    if (event.kind === 'print-url') gateway.visit(event.url).catch(() => {})
  })
  const auth = machine.auth({ url: gateway.url, issuer, clientId: gateway.clientId }, init)
  const ended = await auth.login({ method: 'print-url', present }).then(
    (result) => ({ result, error: undefined }),
    (error: GateError) => ({ result: undefined, error }),
  )
  return { ...ended, events: present.events }
}

describe('what the authorization endpoint answers to a question without a person', () => {
  const authorization = new URL('https://idp.example/auth?client_id=gate&redirect_uri=http://127.0.0.1:1/callback')
  it.each<[string, number, string, boolean]>([
    ['oidc-provider, unknown client', 400, '<code>invalid_client</code>', true],
    ['Keycloak, unknown client', 400, 'Client not found.', true],
    ['an empty 400', 400, '', true],
    ['401', 401, '', true],
    ['404', 404, 'nothing here', true],
    ['Entra ID, unknown client, with 200', 200, 'AADSTS700016: Application with identifier', true],
    ['Entra ID, redirect address', 200, 'AADSTS50011: The redirect URI', true],
    ['Google', 400, 'Error 400: redirect_uri_mismatch', true],
    ['a login page', 200, '<form>User name, invalid_request is no word of it</form>', false],
    ['a firewall that wants a browser', 403, 'Access denied', false],
    ['a limit', 429, 'slow down', false],
    ['a method that is not known', 405, '', false],
    ['an outage', 503, 'invalid_client', false],
  ])('%s', (_who, status, body, doubtful) => {
    const doubt = doubtIn(status, body, authorization)
    expect(doubt !== undefined).toBe(doubtful)
    if (doubt !== undefined) expect(doubt).toMatch(/"gate".*http:\/\/127\.0\.0\.1:1\/callback\.$/)
  })

  it('a wrong client id is told while the login still waits, and a right one is not doubted', async () => {
    const { gateway, machine } = context
    const stop = new AbortController()
    const present = presenter((event) => event.kind === 'doubt' && stop.abort())
    const auth = machine.auth({ url: gateway.url, issuer: gateway.issuer, clientId: 'nobody' })
    expect(await codeOf(auth.login({ method: 'print-url', present, signal: stop.signal }))).toBe('interrupted')
    expect(present.events.map(({ kind }) => kind)).toEqual(['print-url', 'doubt'])
    gateway.clearRequests()
    expect((await login()).events.map(({ kind }) => kind)).toEqual(['print-url'])
    expect(gateway.counters.authorizationRequests).toBe(1)
  })
})

describe('scopes', () => {
  const auth = (chosenScopes?: readonly string[]) => ({
    scopes: [...(chosenScopes ?? ['openid']), 'offline_access'],
    ...(chosenScopes ? { chosenScopes } : {}),
  })
  it.each<[string, readonly string[] | undefined, readonly string[] | undefined, readonly string[]]>([
    ['no list', undefined, undefined, ['openid', 'offline_access']],
    ['an empty list', undefined, [], ['openid', 'offline_access']],
    ['Google', undefined, ['openid', 'email', 'profile'], ['openid']],
    ['an authorization server without OpenID', undefined, ['read'], []],
    ['chosen and not listed', ['llm', 'openid'], ['openid'], ['llm', 'openid']],
    ['offline_access, chosen and not listed', ['offline_access'], ['openid'], ['offline_access']],
  ])('%s', (_what, chosen, supported, asked) => {
    expect(offeredScopes(auth(chosen), supported)).toEqual(asked)
  })

  it('what was not granted is known from the answer, and offline_access from the refresh token', () => {
    expect(notGranted(['openid', 'llm', 'offline_access'], undefined)).toEqual([])
    expect(notGranted(['openid', 'llm', 'offline_access'], 'openid  email')).toEqual(['llm'])
  })

  it('are asked for as the issuer lists them, and a login says what is missing', async () => {
    context.gateway.set({ rewriteDiscovery: (document) => ({ ...document, scopes_supported: ['openid'] }) })
    context.gateway.set({
      rewriteTokenResponse: ({ refresh_token: _none, ...body }) => ({ ...body, scope: 'email' }),
    })
    const { result, events } = await login({ profile: { scopes: ['openid', 'profile', 'offline_access'] } })
    const shown = events.find((event) => event.kind === 'print-url')
    expect(new URL(shown?.issuerUrl ?? '').searchParams.get('scope')).toBe('openid')
    expect(result).toMatchObject({ renewable: false, notGranted: ['openid'] })
    expect(
      await context.machine
        .auth(context.gateway, { profile: { scopes: ['openid', 'profile', 'offline_access'] } })
        .state(),
    ).toMatchObject({
      renewable: false,
      notGranted: ['openid'],
    })
  })
})

describe('answers that are named for what they are', () => {
  it.each([
    ['tokens that are not bearer tokens', { token_type: 'DPoP' }, /type "DPoP".*bearer/],
    ['ID tokens with a shared secret', { id_token: `${btoa('{"alg":"HS256"}')}.e30.x` }, /shared secret \(HS256\)/],
  ])('%s', async (_what, change, message) => {
    context.gateway.set({ rewriteTokenResponse: (body) => ({ ...body, ...change }) })
    const { error } = await login()
    expect(error).toMatchObject({ code: 'issuer-invalid', message: expect.stringMatching(message) })
  })

  it.each([
    [
      'Google',
      400,
      { error: 'invalid_request', error_description: 'client_secret is missing.' },
      /confidential client/,
    ],
    [
      'Entra ID',
      401,
      { error: 'invalid_client', error_description: "must contain: 'client_assertion' or 'client_secret'" },
      /confidential client/,
    ],
    [
      'Keycloak',
      401,
      { error: 'unauthorized_client', error_description: 'Invalid client' },
      /does not know the client "gate-dev"/,
    ],
  ])('a client that the token endpoint does not take (%s)', async (_who, status, body, message) => {
    const headers = { 'content-type': 'application/json' }
    context.gateway.failToken({ kind: 'answer', answer: { status, headers, body: JSON.stringify(body) } })
    const { error } = await login()
    expect(error).toMatchObject({
      code: 'issuer-error',
      fix: { actions: [{ action: 'set-setting', key: 'client-id' }] },
    })
    expect(error?.message).toMatch(message)
  })

  it.each([
    ['the address of its document', (issuer: string) => `${issuer}/.well-known/openid-configuration`],
    ['another name of the machine', (issuer: string) => issuer.replace('127.0.0.1', 'localhost')],
  ])('%s: the issuer’s own spelling is the answer', async (_what, spell) => {
    const { issuer } = context.gateway
    const { error } = await login({}, spell(issuer))
    expect(error).toMatchObject({
      code: 'issuer-invalid',
      fix: advice('If that is the right one', { action: 'set-setting', key: 'issuer', value: issuer }),
    })
    expect(error?.message).toContain(`calls itself ${issuer}`)
  })

  it('verification_url of the drafts is read as verification_uri', () => {
    const old = { device_code: 'd', verification_url: 'https://idp.example/device' }
    expect(JSON.parse(withVerificationUri(JSON.stringify(old)))).toMatchObject({
      verification_uri: old.verification_url,
    })
    for (const text of ['{}', 'no JSON', '[]', '{"verification_uri":"a","verification_url":"b"}']) {
      expect(withVerificationUri(text)).toBe(text)
    }
  })
})
