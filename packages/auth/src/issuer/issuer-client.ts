import { GateError, type Host, Secret } from '@gate/core'
import * as oidc from 'openid-client'
import type { OidcAuth } from '../binding.js'
import { effectiveScopes } from '../cache-entry.js'
import { measureSkew } from './clock-skew.js'
import { classify } from './failure-classification.js'
import { IssuerFailure } from './issuer-failure.js'
import { createIssuerFetch, type IssuerFetch, isSecureUrl } from './issuer-http.js'
import { tolerantTokenResponse } from './token-response.js'

/** What the issuer gave. */
export interface TokenSet {
  readonly accessToken: Secret
  /** Absent when none was given: on refresh the old one stays in use. */
  readonly refreshToken: Secret | undefined
  /** As sent. */
  readonly expiresIn: unknown
  /** Our clock when the request was sent, milliseconds. */
  readonly requestedAt: number
  /** From the ID token: e-mail, user name or subject. */
  readonly account: string | undefined
}

interface DeviceAuthorization {
  readonly deviceCode: Secret
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete: string | undefined
  /** Seconds. */
  readonly expiresIn: number
  /** Seconds between polls. */
  readonly interval: number
}

/** State of one authorization request; compared when the browser comes back. */
export interface AuthorizationChecks {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

/** The issuer after discovery. Every method throws {@link IssuerFailure}, or the signal's reason. */
export interface Issuer {
  /** Issuer's clock minus ours, milliseconds; 0 when smaller than two seconds. */
  readonly clockSkewMs: number
  readonly issuerId: string
  /** The issuer promises the `iss` parameter of RFC 9207. */
  readonly sendsIss: boolean
  readonly offersDeviceFlow: boolean
  readonly offersRevocation: boolean
  authorizationUrl(redirectUri: string, checks: AuthorizationChecks): Promise<URL>
  /** @param callback The complete address that the browser came back to. */
  exchangeCode(callback: URL, checks: AuthorizationChecks): Promise<TokenSet>
  refresh(refreshToken: Secret): Promise<TokenSet>
  startDevice(): Promise<DeviceAuthorization>
  pollDevice(deviceCode: Secret): Promise<TokenSet>
  revoke(token: Secret, hint: 'refresh_token' | 'access_token'): Promise<void>
}

export interface ConnectInit {
  readonly auth: OidcAuth
  readonly caFile?: string | undefined
  /**
   * `login` verifies the signature of ID tokens with the issuer's keys. `background` (refresh, revocation) reads no ID
   * token: one more request that fails after the issuer has rotated the refresh token would lose it.
   */
  readonly purpose: 'login' | 'background'
  /** Milliseconds per request. */
  readonly deadlineMs: number
  readonly signal?: AbortSignal | undefined
}

const LONGEST_URI = 4096
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/**
 * Discovers the issuer and returns what gate asks of it. Nothing else in gate talks HTTP to an issuer.
 *
 * @throws IssuerFailure `issuer-unreachable`, `issuer-invalid`.
 */
export async function connectIssuer(host: Host, init: ConnectInit): Promise<Issuer> {
  const { auth } = init
  let clockSkewMs = 0
  const fetch = await createIssuerFetch(host, {
    deadlineMs: init.deadlineMs,
    caFile: init.caFile,
    signal: init.signal,
    onDate: (...stated) => {
      clockSkewMs = measureSkew(...stated) ?? clockSkewMs
    },
  })
  const guard = <T>(step: () => Promise<T>): Promise<T> => guarded(step, 'request', init.signal)
  const config = await guarded(() => discover(auth, init, fetch, () => clockSkewMs), 'discovery', init.signal)
  config[oidc.customFetch] = tolerantTokenResponse(fetch, config.serverMetadata().token_endpoint)
  const metadata = config.serverMetadata()
  const openid = effectiveScopes(auth.scopes).includes('openid') && metadata.jwks_uri !== undefined
  const request = async (step: () => Promise<TokenResponse>): Promise<TokenSet> => {
    const requestedAt = host.clock.now()
    return toTokenSet(await guard(step), requestedAt)
  }

  return {
    get clockSkewMs() {
      return clockSkewMs
    },
    issuerId: metadata.issuer,
    sendsIss: metadata.authorization_response_iss_parameter_supported === true,
    offersDeviceFlow: metadata.device_authorization_endpoint !== undefined,
    offersRevocation: metadata.revocation_endpoint !== undefined,

    authorizationUrl: (redirectUri, checks) =>
      guard(async () => {
        const url = oidc.buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: effectiveScopes(auth.scopes).join(' '),
          state: checks.state,
          code_challenge: await oidc.calculatePKCECodeChallenge(checks.codeVerifier),
          code_challenge_method: 'S256',
          ...(openid ? { nonce: checks.nonce } : {}),
          ...consentParameter(auth.issuer),
          ...targetParameters(auth.audience),
        })
        if (!isSecureUrl(url)) throw insecureEndpoint(url)
        return url
      }),

    exchangeCode: (callback, checks) =>
      request(() =>
        oidc.authorizationCodeGrant(
          config,
          callback,
          {
            expectedState: checks.state,
            pkceCodeVerifier: checks.codeVerifier,
            ...(openid ? { expectedNonce: checks.nonce, idTokenExpected: true } : {}),
          },
          targetParameters(auth.audience),
        ),
      ),

    refresh: (refreshToken) =>
      request(() => oidc.refreshTokenGrant(config, refreshToken.reveal(), targetParameters(auth.audience))),

    startDevice: () =>
      guard(async () => {
        const answer = await oidc.initiateDeviceAuthorization(config, {
          scope: effectiveScopes(auth.scopes).join(' '),
          ...targetParameters(auth.audience),
        })
        return {
          deviceCode: new Secret(answer.device_code),
          // Shown on a terminal, which escape sequences would steer.
          userCode: printable(answer.user_code),
          verificationUri: printable(answer.verification_uri, LONGEST_URI),
          verificationUriComplete:
            answer.verification_uri_complete && printable(answer.verification_uri_complete, LONGEST_URI),
          expiresIn: answer.expires_in,
          // RFC 8628 section 3.2: five seconds when the issuer names no interval.
          interval: answer.interval ?? 5,
        }
      }),

    pollDevice: (deviceCode) =>
      request(() =>
        oidc.genericGrantRequest(config, DEVICE_GRANT, {
          device_code: deviceCode.reveal(),
          ...targetParameters(auth.audience),
        }),
      ),

    revoke: (token, hint) => guard(() => oidc.tokenRevocation(config, token.reveal(), { token_type_hint: hint })),
  }
}

/** Fresh state, nonce and PKCE verifier for one authorization request. */
export function newAuthorizationChecks(): AuthorizationChecks {
  return { state: oidc.randomState(), nonce: oidc.randomNonce(), codeVerifier: oidc.randomPKCECodeVerifier() }
}

type TokenResponse = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers

async function discover(
  auth: OidcAuth,
  init: ConnectInit,
  fetch: IssuerFetch,
  skewMs: () => number,
): Promise<oidc.Configuration> {
  const server = new URL(auth.issuer)
  if (!isSecureUrl(server)) throw insecureEndpoint(server)
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
        [oidc.customFetch]: fetch,
        execute: [
          ...(server.protocol === 'http:' ? [oidc.allowInsecureRequests] : []),
          ...(init.purpose === 'login' ? [oidc.enableNonRepudiationChecks] : []),
        ],
      },
    )
  try {
    return await attempt('oidc')
  } catch (error) {
    // An authorization server without OpenID Connect publishes RFC 8414 metadata only.
    if (classify(error, 'discovery').status !== 404) throw error
    return await attempt('oauth2').catch(() => {
      throw error
    })
  }
}

/**
 * RFC 8707 wants an absolute URI without fragment as `resource`. Issuers that predate it read `audience` (Auth0, Okta's
 * and Keycloak's token exchange) and ignore what they do not know (RFC 6749 section 3.1), so a URI is sent as both.
 */
function targetParameters(audience: string | undefined): Record<string, string> {
  if (!audience) return {}
  const isResource = URL.canParse(audience) && !audience.includes('#')
  return isResource ? { resource: audience, audience } : { audience }
}

/**
 * OpenID Connect Core section 11: offline access is only granted together with a consent prompt, and oidc-provider holds
 * to it. Microsoft Entra ID does not need it and shows "need admin approval" to users who may not consent themselves.
 */
function consentParameter(issuer: string): Record<string, string> {
  return new URL(issuer).hostname.startsWith('login.microsoftonline.') ? {} : { prompt: 'consent' }
}

function toTokenSet(response: TokenResponse, requestedAt: number): TokenSet {
  const claims = response.claims()
  const account = [claims?.email, claims?.preferred_username, claims?.name, claims?.sub].find(
    (value): value is string => typeof value === 'string' && value !== '',
  )
  return {
    accessToken: new Secret(response.access_token),
    refreshToken: response.refresh_token ? new Secret(response.refresh_token) : undefined,
    expiresIn: response.expires_in,
    requestedAt,
    account: account === undefined ? undefined : printable(account),
  }
}

function printable(text: string, longest = 200): string {
  return text.replace(/\p{C}/gu, '').slice(0, longest)
}

async function guarded<T>(
  step: () => Promise<T>,
  during: 'discovery' | 'request',
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw classify(error, during).failure
  }
}

function insecureEndpoint(url: URL): IssuerFailure {
  return new IssuerFailure(
    'refused',
    new GateError({
      code: 'issuer-invalid',
      message: `The address ${url.origin} of the issuer is not encrypted; gate uses http only on this machine.`,
      fix: 'Use the https address of the issuer.',
    }),
  )
}
