import { advice, GateError, type Host, Secret } from '@gate/core'
import * as oidc from 'openid-client'
import type { OidcAuth } from '../binding.js'
import { doubtAbout } from './authorization-doubt.js'
import { measureSkew } from './clock-skew.js'
import { tolerantDeviceResponse } from './device-response.js'
import { discover, insecureEndpoint } from './discover.js'
import { classify } from './failure-classification.js'
import { IssuerFailure } from './issuer-failure.js'
import { createIssuerFetch, type IssuerFetch, isSecureUrl } from './issuer-http.js'
import { judgeRefresh } from './refused-refresh.js'
import { notGranted, offeredScopes } from './scopes.js'
import { type TokenAnswer, tolerantTokenResponse } from './token-response.js'

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
  /** Scopes that were asked for and, as the issuer says, not given. */
  readonly notGranted: readonly string[]
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
  /**
   * Asks, without beginning anything (`prompt=none`), whether the issuer knows this client and redirect address: where it
   * does not, it shows a page in the browser and never comes back.
   *
   * @returns What to tell the person; undefined when nothing is known to be wrong. Never rejects.
   */
  doubtAbout(authorization: URL, signal: AbortSignal): Promise<string | undefined>
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
  const answer: TokenAnswer = {}
  const sent = new Set<string>()
  const transport = createIssuerFetch(host, {
    deadlineMs: init.deadlineMs,
    caFile: init.caFile,
    signal: init.signal,
    onDate: (...stated) => {
      clockSkewMs = measureSkew(...stated) ?? clockSkewMs
    },
  })
  const fetch: IssuerFetch = (url, options) => {
    noteSecrets(options.body, sent)
    return transport(url, options)
  }
  const config = await discover(auth, init, fetch, () => clockSkewMs)
  const metadata = config.serverMetadata()
  config[oidc.customFetch] = tolerantDeviceResponse(
    tolerantTokenResponse(fetch, metadata.token_endpoint, answer),
    metadata.device_authorization_endpoint,
  )
  const guard = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step()
    } catch (error) {
      if (init.signal?.aborted) throw init.signal.reason
      throw classify(error, 'request', { secrets: sent, clientId: auth.clientId }).failure
    }
  }
  const scopes = offeredScopes(auth, metadata.scopes_supported)
  const scopeParameter = scopes.length > 0 ? { scope: scopes.join(' ') } : {}
  const openid = scopes.includes('openid') && metadata.jwks_uri !== undefined
  const request = async (step: () => Promise<TokenResponse>): Promise<TokenSet> => {
    const requestedAt = host.clock.now()
    return toTokenSet(await guard(step), requestedAt, scopes)
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
          ...scopeParameter,
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

    doubtAbout: (authorization, signal) => doubtAbout(transport, authorization, signal),

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
      request(() => oidc.refreshTokenGrant(config, refreshToken.reveal(), targetParameters(auth.audience))).catch(
        (error) => {
          if (!(error instanceof IssuerFailure)) throw error
          const { status, refreshToken: rotated } = answer
          throw judgeRefresh(error, status, rotated === undefined ? undefined : new Secret(rotated))
        },
      ),

    startDevice: () =>
      guard(async () => {
        const device = await oidc.initiateDeviceAuthorization(config, {
          ...scopeParameter,
          ...targetParameters(auth.audience),
        })
        return {
          deviceCode: new Secret(device.device_code),
          // Shown on a terminal, which escape sequences would steer.
          userCode: printable(device.user_code),
          verificationUri: printable(webAddress(device.verification_uri), LONGEST_URI),
          verificationUriComplete:
            device.verification_uri_complete && printable(webAddress(device.verification_uri_complete), LONGEST_URI),
          expiresIn: device.expires_in,
          // RFC 8628 section 3.2: five seconds when the issuer names no interval.
          interval: device.interval ?? 5,
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

/** Values that give access; what names somebody may be told. */
const SECRET_FIELDS = ['refresh_token', 'code', 'code_verifier', 'device_code', 'token']

function noteSecrets(body: unknown, sent: Set<string>): void {
  if (!(body instanceof URLSearchParams)) return
  for (const field of SECRET_FIELDS) for (const value of body.getAll(field)) if (value !== '') sent.add(value)
}

/** @throws IssuerFailure for an address that no browser should be sent to. */
function webAddress(text: string): string {
  const url = URL.parse(text)
  if (url && isSecureUrl(url)) return text
  throw new IssuerFailure(
    'refused',
    new GateError({
      code: 'issuer-invalid',
      message: `The issuer names an address for the device code that is not https (${url?.protocol ?? 'no URL'}), so it is not shown.`,
      fix: advice('Tell the administrator of the issuer.'),
    }),
  )
}

function toTokenSet(response: TokenResponse, requestedAt: number, asked: readonly string[]): TokenSet {
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
    notGranted: notGranted(asked, response.scope),
  }
}

function printable(text: string, longest = 200): string {
  return text.replace(/\p{C}/gu, '').slice(0, longest)
}
