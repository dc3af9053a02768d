import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as client from 'openid-client'
import type { DevGateway } from '../src/index.js'

/** An openid-client configuration for the gateway's issuer, which is http on loopback. */
export function discover(gateway: DevGateway): Promise<client.Configuration> {
  return client.discovery(new URL(gateway.issuer), gateway.clientId, undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  })
}

export interface SignInOptions {
  /** Opens the authorization URL; by default the gateway's own visitor in this process. */
  open?: (url: string) => Promise<unknown>
  parameters?: Record<string, string>
}

/** A whole authorization code login with PKCE and a loopback listener, the way a native program does it. */
export async function signIn(
  gateway: DevGateway,
  { open = (url) => gateway.visit(url), parameters = {} }: SignInOptions = {},
) {
  const config = await discover(gateway)
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const listener = createServer()
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const redirectUri = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/callback`
  try {
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid offline_access',
      prompt: 'consent',
      state: expectedState,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...parameters,
    })
    const callback = once(listener, 'request')
    const opened = open(url.href)
    const [request, response] = await callback
    response.end('signed in')
    await opened
    const tokens = await client.authorizationCodeGrant(config, new URL(request.url, redirectUri), {
      pkceCodeVerifier,
      expectedState,
    })
    return { config, tokens, refreshToken: String(tokens.refresh_token) }
  } finally {
    listener.close()
  }
}

/** The status that the gateway answers to a bearer token. */
export async function statusWith(gateway: DevGateway, token: string): Promise<number> {
  const response = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${token}` } })
  await response.arrayBuffer()
  return response.status
}

/** The claims of a JWT, unchecked. */
export function claimsOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'))
}
