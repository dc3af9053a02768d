import { advice, GateError } from '@gate/core'
import * as oidc from 'openid-client'
import type { OidcAuth } from '../binding.js'
import { isRecord } from '../cache/cache-entry.js'
import { classify, otherSpelling } from './failure-classification.js'
import { IssuerFailure } from './issuer-failure.js'
import { type IssuerFetch, isSecureUrl } from './issuer-http.js'

/**
 * Reads the issuer's metadata, and holds it to the configured spelling of its URL.
 *
 * @param skewMs Issuer's clock minus ours, as the answer to this request says.
 * @throws IssuerFailure `issuer-unreachable`, `issuer-invalid`, or the signal's reason.
 */
export async function discover(
  auth: OidcAuth,
  init: { readonly purpose: 'login' | 'background'; readonly signal?: AbortSignal | undefined },
  fetch: IssuerFetch,
  skewMs: () => number,
): Promise<oidc.Configuration> {
  const server = new URL(auth.issuer)
  if (!isSecureUrl(server)) throw insecureEndpoint(server)
  let claimedIssuer: string | undefined
  const reading: IssuerFetch = async (url, options) => {
    const response = await fetch(url, options)
    const text = await response.text()
    claimedIssuer = issuerIn(text) ?? claimedIssuer
    return new Response(text === '' ? null : text, { status: response.status, headers: response.headers })
  }
  const failure = (error: unknown) => {
    if (init.signal?.aborted) return init.signal.reason
    return classify(error, 'discovery', { issuer: auth.issuer, claimedIssuer }).failure
  }
  const attempt = (algorithm: 'oidc' | 'oauth2') =>
    oidc.discovery(
      server,
      auth.clientId,
      {
        token_endpoint_auth_method: 'none',
        // Read by the library after the answer to the discovery request, whose Date header says how far the clocks differ.
        get [oidc.clockSkew]() {
          return Math.round(skewMs() / 1000)
        },
      },
      // A public client: the id goes into the body. Strict servers burn the code when Basic is tried first.
      oidc.None(),
      {
        algorithm,
        [oidc.customFetch]: reading,
        execute: [
          ...(server.protocol === 'http:' ? [oidc.allowInsecureRequests] : []),
          ...(init.purpose === 'login' ? [oidc.enableNonRepudiationChecks] : []),
        ],
      },
    )
  const found = await attempt('oidc').catch(async (error) => {
    // An authorization server without OpenID Connect publishes RFC 8414 metadata only; some answer 401 to any other path.
    const { status } = classify(error, 'discovery')
    if (status === undefined || status < 400 || status >= 500) throw failure(error)
    return await attempt('oauth2').catch(() => {
      throw failure(error)
    })
  })
  // Whoever pastes the address of the document itself gets a configuration that no ID token fits.
  if (auth.issuer.includes('/.well-known/')) throw otherSpelling(auth.issuer, found.serverMetadata().issuer)
  return found
}

function issuerIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) && typeof value.issuer === 'string' ? value.issuer : undefined
  } catch {
    return undefined
  }
}

export function insecureEndpoint(url: URL): IssuerFailure {
  return new IssuerFailure(
    'refused',
    new GateError({
      code: 'issuer-invalid',
      message: `The address ${url.origin} of the issuer is not encrypted; gate uses http only on this machine.`,
      fix: advice('Use the https address of the issuer.'),
    }),
  )
}
