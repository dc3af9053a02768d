import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An OpenID provider that signs everybody in at once, for gateways that want one of their own. */
export interface SigningProvider {
  readonly issuer: string
  stop(): Promise<void>
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Starts a {@link SigningProvider} for one confidential client, whose secret is not looked at. */
export async function startSigningProvider(clientId: string): Promise<SigningProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 8)
  const codes = new Map<string, string | null>()
  let issuer = ''
  const idToken = (nonce: string | null | undefined) => {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      ...{ iss: issuer, sub: 'tester', aud: clientId, iat: now, exp: now + 3600 },
      ...{ email: 'tester@example.com', email_verified: true, name: 'Tester', groups: ['staff'] },
      ...(nonce ? { nonce } : {}),
    }
    const text = `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode(claims)}`
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`
  }
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', issuer)
    let body = ''
    for await (const chunk of request) body += chunk
    const json = (value: object, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    if (url.pathname === '/.well-known/openid-configuration') {
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        userinfo_endpoint: `${issuer}/userinfo`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: ['openid', 'email', 'profile', 'offline_access'],
        code_challenge_methods_supported: ['S256'],
      })
    }
    if (url.pathname === '/jwks') {
      return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] })
    }
    if (url.pathname === '/authorize') {
      const code = randomUUID()
      codes.set(code, url.searchParams.get('nonce'))
      const back = new URL(url.searchParams.get('redirect_uri') ?? issuer)
      back.searchParams.set('code', code)
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      back.searchParams.set('iss', issuer)
      return response.writeHead(302, { location: back.href }).end()
    }
    if (url.pathname === '/token') {
      const form = new URLSearchParams(body)
      const nonce = codes.get(form.get('code') ?? '')
      const tokens = { access_token: randomUUID(), refresh_token: randomUUID(), id_token: idToken(nonce) }
      return json({ ...tokens, token_type: 'Bearer', expires_in: 3600, scope: 'openid email profile offline_access' })
    }
    if (url.pathname === '/userinfo') {
      return json({ sub: 'tester', email: 'tester@example.com', email_verified: true, groups: ['staff'] })
    }
    return json({ error: 'not_found' }, 404)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
