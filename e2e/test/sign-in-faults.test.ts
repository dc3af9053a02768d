import { type DevGateway, startDevGateway, type TokenFailureKind } from '@gate/dev-gateway'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callHelper, expectRefusal, expireCachedToken, sameToken, setUp } from '../harness/sign-in/helper-calls.ts'
import { startTlsFront, type TlsFront } from '../harness/sign-in/tls-front.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

/** Something that goes wrong between gate and the issuer until it is undone. */
interface Fault {
  readonly title: string
  /** Exit code of the helper, and what its one line on stderr says. */
  readonly code: number
  readonly line: RegExp
  /** @returns What ends it. */
  start(): () => void
}

describe('an issuer that fails while the token has expired', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  let front: TlsFront
  beforeAll(async () => {
    gateway = await startDevGateway()
    home = await createHome({ gateway, clients: 'stub' })
    front = await startTlsFront(gateway.issuer, home.root)
    plain()
    await setUp(home, ['--ca-file', front.caFile])
  })
  afterAll(async () => {
    await front.stop()
    await gateway.stop()
    await home.remove()
  })
  beforeEach(async () => {
    await expireCachedToken(home)
    gateway.clearRequests()
  })

  /** Tokens come over TLS; nothing else about the issuer is changed. */
  const plain = () => {
    gateway.set({
      rewriteDiscovery: (document) => ({ ...document, token_endpoint: `${front.origin}/token` }),
      rewriteTokenResponse: undefined,
    })
  }
  const tokenFailure = (kind: TokenFailureKind) => () => {
    const armed = gateway.failToken({ kind, times: Number.POSITIVE_INFINITY })
    return () => armed.cancel()
  }
  const discovery = (change: Record<string, unknown> | string) => () => {
    gateway.set({ rewriteDiscovery: (document) => (typeof change === 'string' ? change : { ...document, ...change }) })
    return plain
  }
  const expiredCertificate = () => {
    front.show('expired')
    return () => front.show('good')
  }

  const faults: readonly Fault[] = [
    { title: 'the token endpoint answers 503', code: 6, line: /not able to answer now/, start: tokenFailure('503') },
    { title: 'the token endpoint never answers', code: 6, line: /within 6 seconds/, start: tokenFailure('hang') },
    { title: 'the token endpoint resets', code: 6, line: /broke the connection/, start: tokenFailure('reset') },
    { title: 'a captive portal answers HTML', code: 1, line: /not JSON/, start: tokenFailure('html') },
    { title: 'the token endpoint answers nothing', code: 1, line: /not JSON/, start: tokenFailure('empty') },
    { title: 'an expired certificate', code: 6, line: /not trusted \(CERT_HAS_EXPIRED\)/, start: expiredCertificate },
    {
      title: 'discovery that names another issuer',
      code: 1,
      line: /The issuer calls itself https:\/\/evil\.example/,
      start: discovery({ issuer: 'https://evil.example' }),
    },
    {
      title: 'discovery with a token endpoint that is not encrypted',
      code: 1,
      line: /not encrypted/,
      start: discovery({ token_endpoint: 'http://evil.example/token' }),
    },
    { title: 'discovery that is no JSON', code: 1, line: /not JSON/, start: discovery('<!doctype html>') },
  ]

  it.each(faults)('S112 A3 A7 $title: code $code, one line, no browser, and afterwards it works', async (fault) => {
    const end = fault.start()
    const call = () => callHelper(home, ['--client', 'claude-code'])
    expectRefusal(await call(), fault.code, fault.line)
    const asked = gateway.counters.tokenRequests
    // Clients call again at once; the issuer is left alone for a moment, and the reason is told again.
    expectRefusal(await call(), fault.code, fault.line)
    expect(gateway.counters.tokenRequests - asked).toBeLessThanOrEqual(1)
    end()
    sameToken([await callHelper(home, ['--client', 'claude-code', '--force-refresh'])])
    expect(gateway.counters).toMatchObject({ browserStarts: 0, authorizationRequests: 0, logins: 0 })
  })

  it.each([{ iss: 'https://evil.example' }, { aud: 'somebody-else' }, { exp: 1 }])(
    'A13 a refresh whose ID token says %o: it is not read, so the refresh token that came with it is not lost',
    async (change) => {
      const now = Math.floor(Date.now() / 1000)
      const right = { iss: gateway.issuer, aud: gateway.clientId, sub: 'dev-user', iat: now, exp: now + 300 }
      gateway.set({ rewriteTokenResponse: (body) => ({ ...body, id_token: gateway.signJwt({ ...right, ...change }) }) })
      sameToken([await callHelper(home, ['--client', 'claude-code'])])
      plain()
      sameToken([await callHelper(home, ['--client', 'claude-code', '--force-refresh'])])
      expect(gateway.counters).toMatchObject({ refreshRequests: 2, browserStarts: 0, logins: 0 })
    },
  )
})

describe('an issuer that refuses a refresh', () => {
  it('A11 with a word that is not `invalid_grant`: code 3 and one request, then one sign-in in the browser', async () => {
    const gateway = await startDevGateway()
    const home = await createHome({ gateway, clients: 'stub' })
    try {
      await setUp(home)
      await expireCachedToken(home)
      gateway.clearRequests()
      gateway.failToken({ kind: '400', times: 1 })
      const quiet = () => callHelper(home, ['--client', 'claude-code', '--skip-browser'])
      expectRefusal(await quiet(), 3, /gate login\n$/)
      expectRefusal(await quiet(), 3, /gate login\n$/)
      expect(gateway.counters).toMatchObject({ tokenRequests: 1, refreshRequests: 1, browserStarts: 0 })

      sameToken([await callHelper(home, ['--client', 'claude-code'])])
      expect(gateway.counters).toMatchObject({ refreshRequests: 1, browserStarts: 1, logins: 1 })
      await expireCachedToken(home)
      sameToken([await quiet()])
      expect(gateway.counters).toMatchObject({ refreshRequests: 2, browserStarts: 1, logins: 1 })
    } finally {
      await gateway.stop()
      await home.remove()
    }
  })
})

describe('an issuer whose answer to a login is not for this login', () => {
  it('A13 a wrong nonce, and a wrong issuer: code 1, one line, and the sign-in from before is kept', async () => {
    const gateway = await startDevGateway()
    const home = await createHome({ gateway, clients: 'stub' })
    try {
      await setUp(home)
      for (const [change, line] of [
        [{ nonce: 'of somebody else' }, /made for somebody else/],
        [{ iss: 'https://evil.example' }, /made for somebody else/],
      ] as const) {
        gateway.set({
          rewriteTokenResponse: (body) => {
            const claims = JSON.parse(Buffer.from(String(body.id_token).split('.')[1] ?? '', 'base64url').toString())
            return { ...body, id_token: gateway.signJwt({ ...claims, ...change }) }
          },
        })
        const login = await home.gate(['login'])
        expect(login, login.stderr).toMatchObject({ code: 1, stdout: '' })
        expect(login.stderr).toMatch(line)
        gateway.set({ rewriteTokenResponse: undefined })
        await expireCachedToken(home)
        gateway.clearRequests()
        sameToken([await callHelper(home)])
        expect(gateway.counters).toMatchObject({ tokenRequests: 1, browserStarts: 0 })
      }
    } finally {
      await gateway.stop()
      await home.remove()
    }
  })
})
