/** How the gateway decides who may call it. */
export type GatewayAuth = 'oidc' | 'api-key' | 'none'

/** What happens when an authorization request arrives: see {@link RuntimeSettings.consent}. */
export type Consent = 'approve' | 'deny' | 'manual'

/** Everything that may be changed while the servers run, through {@link DevGateway.set}. */
export interface RuntimeSettings {
  /** The text that every model answers with, or a function of the request. Default: `Answered by the gate dev gateway.` */
  answer: string | ((request: RecordedRequest) => string)
  /** Lifetime of new access tokens, in seconds. Whole seconds, at least 1. Default 3600. */
  accessTokenLifetime: number
  /** Lifetime of new refresh tokens, in seconds. Default 14 days. */
  refreshTokenLifetime: number
  /** For how many seconds a rotated refresh token may be used again before its reuse revokes the grant. Default 0. */
  rotationGrace: number
  /** `jwt` (RFC 9068, default) or `opaque` access tokens. */
  tokenFormat: 'jwt' | 'opaque'
  /** Pads new JWT access tokens to at least this many bytes, to meet header limits. Default 0: no padding. */
  tokenBytes: number
  /**
   * `approve` (default): every sign-in succeeds at once. `deny`: every sign-in ends with `access_denied`.
   * `manual`: login and consent pages that a person, Chromium or {@link DevGateway.browser} clicks through.
   */
  consent: Consent
  /** `interval` of device authorization answers, in seconds. Default none is sent, which means 5 (RFC 8628 section 3.2). */
  deviceInterval: number | undefined
  /** Lifetime of new device codes, in seconds. Default 600. */
  deviceCodeLifetime: number
  /** Added to the `Date` header of both servers, in seconds (negative: the servers' clock is behind). Default 0. */
  dateSkew: number
  /**
   * A path that the gateway does not know: `404` (default), or `401` unless the caller is signed in, as with a proxy that
   * checks credentials before anything else; then `/` and `/api/hello` need one too.
   */
  unknownPaths: '404' | '401'
  /** `false` answers 405 to a wrong method before the credential is looked at. Default `true`: the credential comes first. */
  credentialBeforeMethod: boolean
  /** When set, the gateway answers every request with this redirect. Default none. */
  redirect: { status: 301 | 302 | 303 | 307 | 308; location: string } | undefined
  /** Changes the body of successful token responses: `expires_in` missing, negative, a string … Default none. */
  rewriteTokenResponse: ((body: Record<string, unknown>) => Record<string, unknown>) | undefined
  /** Changes the discovery document: wrong issuer, missing endpoints … A string is sent as it is. Default none. */
  rewriteDiscovery: ((document: Record<string, unknown>) => Record<string, unknown> | string) | undefined
}

/** A model in the lists of the gateway. Requests may name any model; the lists do not limit them. */
export interface OfferedModel {
  id: string
  displayName: string
  /** Which lists name it: Claude Code reads the Anthropic one, Codex and others the OpenAI one. */
  protocol: 'anthropic' | 'openai'
  /** In tokens. */
  contextWindow: number
}

/** Options of {@link startDevGateway}. All have a default. */
export interface DevGatewayOptions extends Partial<RuntimeSettings> {
  /** Port of the gateway. Default 0: any free one. */
  port?: number
  /** Port of the OpenID provider. Default 0: any free one. */
  issuerPort?: number
  /** Prefix of the Anthropic routes, e.g. `/anthropic`. Default ``. */
  anthropicPath?: string
  /** Prefix of the OpenAI routes, e.g. `/openai`; `/v1/responses` follows it. Default ``. */
  openaiPath?: string
  /** Default `oidc`. */
  auth?: GatewayAuth
  /** Static keys that are accepted as well as tokens. Default none, and one generated key when `auth` is `api-key`. */
  apiKeys?: readonly string[]
  /** What the gateway offers. Default: one Claude model per tier and the GPT models that Codex 0.169 asks for. */
  models?: readonly OfferedModel[]
  /** When set, only access tokens whose `aud` contains this value are accepted. */
  audience?: string
  /** Called once per finished request of either server. */
  onRequest?: (event: RequestLog) => void
}

/** One line of the request log. Holds no credential, only a fingerprint of it. */
export interface RequestLog {
  server: 'gateway' | 'issuer'
  method: string
  /** Without the query, which may hold codes and state. */
  path: string
  /** Undefined when the connection ended without an answer. */
  status: number | undefined
  /** First 8 hex digits of the SHA-256 of the bearer token or API key. */
  credential: string | undefined
  milliseconds: number
}

/** What the issuer knows about a token that the gateway was shown. */
export interface KnownToken {
  jti: string
  subject: string
  clientId: string
  grantId: string | undefined
  scope: string
  audience: readonly string[]
  /** Milliseconds since the epoch. */
  expiresAt: number
  /** State at the moment of the request. */
  state: 'valid' | 'expired' | 'revoked' | 'wrong-audience'
}

/** A request as the gateway saw it. */
export interface RecordedRequest {
  method: string
  /** Path without query, with the prefix. */
  path: string
  query: Readonly<Record<string, string>>
  /** Lower-case names. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed when it is JSON, else text; undefined when there was none. */
  body: unknown
  /** Arrival, milliseconds since the epoch. */
  time: number
  /** The value after `Authorization: Bearer `; an empty string when a client sent an empty one. */
  bearer: string | undefined
  /** The value of `X-Api-Key`. */
  apiKey: string | undefined
  /** The issuer's knowledge of the credential; undefined for a foreign token, a static key, or none. */
  token: KnownToken | undefined
  /** Undefined until answered, and for ever when the connection was cut before an answer. */
  status: number | undefined
  /** The scripted failure that this request met. */
  failure: FailureKind | undefined
  /** True when the caller hung up before the answer was complete. */
  closedByClient: boolean
}

export type FailureKind = '401' | '403' | '429' | '500' | '529' | 'slow' | 'cut' | 'redirect'

/** A scripted failure of the gateway. */
export interface Failure {
  /** Part of the path, a pattern for it, or a predicate. Default: every request to a model API (not `HEAD /`, `/api/hello`). */
  match?: string | RegExp | ((request: RecordedRequest) => boolean)
  kind: FailureKind
  /** How many requests meet it; `Infinity` for all. Default 1. */
  times?: number
  /** `slow`: pause before the answer, in milliseconds (default 1000); other kinds: pause before the failure (default 0). */
  delayMs?: number
  /** `cut`: how many SSE events go out before the connection is reset (default 1; JSON: half the body). 0: no response head at all. */
  afterEvents?: number
  /** `429`, `529`: value of the `Retry-After` header in seconds. Default: none is sent. */
  retryAfter?: number
  /** `redirect`: where to. Default: the same path on `http://localhost:<port>` (another origin). */
  location?: string
}

/**
 * Failures of the token endpoint. `hang`: never answers. `reset`: connection reset, request not processed. `lost`: request
 * processed (the refresh token is rotated) and then the connection is reset. `drip`: answers one byte at a time, `delayMs` apart.
 * `huge`: 32 MiB of JSON. `html`: a page with status 200. The names with an underscore are OAuth errors with status 400.
 * `answer`: what {@link TokenFailure.answer} says.
 */
export type TokenFailureKind =
  | '400'
  | '429'
  | '500'
  | '503'
  | 'hang'
  | 'reset'
  | 'lost'
  | 'html'
  | 'empty'
  | 'huge'
  | 'drip'
  | 'slow'
  | 'invalid_grant'
  | 'access_denied'
  | 'expired_token'
  | 'slow_down'
  | 'answer'

/** A scripted failure of the token endpoint. */
export interface TokenFailure {
  kind: TokenFailureKind
  /** Only requests of this grant type. Default: all. */
  grantType?: 'authorization_code' | 'refresh_token' | 'urn:ietf:params:oauth:grant-type:device_code'
  /** Default 1; `Infinity` for all. */
  times?: number
  /** `slow`: pause before the request is processed (default 1000 ms); `drip`: pause between bytes (default 50 ms). */
  delayMs?: number
  /** `429`, `503`: value of the `Retry-After` header in seconds. Default: none is sent. */
  retryAfter?: number
  /** `answer`: sent as it is. Default of `headers` is none, of `body` an empty one. */
  answer?: { status: number; headers?: Readonly<Record<string, string>>; body?: string }
}

/** A scripted failure while it is armed. */
export interface ArmedFailure {
  /** How many requests met it so far. */
  readonly hits: number
  /** Disarms it. */
  cancel(): void
}

/** What happened at the issuer since the start or the last {@link DevGateway.clearRequests}. */
export interface IssuerCounters {
  /** Requests to the token endpoint, failed ones included. */
  readonly tokenRequests: number
  /** Those of grant type `refresh_token`. */
  readonly refreshRequests: number
  /** Requests that opened an authorization (one per login, not one per redirect). */
  readonly authorizationRequests: number
  readonly deviceAuthorizationRequests: number
  readonly revocationRequests: number
  /** How often {@link DevGateway.browser} was started, in any process. */
  readonly browserStarts: number
  /** Sign-ins that were approved. */
  readonly logins: number
}

/** How a visit of {@link DevGateway.visit} ended. */
export interface Visit {
  /** The last URL; the loopback callback with its query when the sign-in went through. */
  url: string
  status: number
  /** Body of the last page. */
  body: string
  /** Every address that was asked, in order. */
  addresses: readonly string[]
}

/** A running gateway and its OpenID provider. */
export interface DevGateway {
  /** `http://127.0.0.1:<port>`: what users give as gateway URL. */
  readonly url: string
  /** URL of the OpenID provider. */
  readonly issuer: string
  /** The public native client: PKCE, redirect `http://127.0.0.1:<any port>/callback`. */
  readonly clientId: string
  readonly anthropicPath: string
  readonly openaiPath: string
  readonly apiKeys: readonly string[]
  /** Absolute path of an executable that signs in without a browser: `BROWSER=<this>`. POSIX only; elsewhere use `visit`. */
  readonly browser: string
  /** Requests to the gateway in order of arrival. */
  readonly requests: readonly RecordedRequest[]
  /** Counters of the issuer. */
  readonly counters: IssuerCounters
  /** Forgets the recorded requests and sets the counters to zero. */
  clearRequests(): void
  /** Changes settings from now on. */
  set(settings: Partial<RuntimeSettings>): void
  /** Same as `set({ accessTokenLifetime })`. */
  setAccessTokenLifetime(seconds: number): void
  /** The gateway treats every access token issued so far as expired, whatever its `exp` says. */
  expireAccessTokens(): void
  /** Every grant, session, refresh and access token issued so far is revoked. */
  revokeEverything(): void
  /** Arms a failure of the gateway. Failures are tried in the order in which they were armed. */
  fail(failure: Failure): ArmedFailure
  /** Arms a failure of the token endpoint. */
  failToken(failure: TokenFailure): ArmedFailure
  /** Mints an access token without a sign-in, for tests that only need a bearer token. */
  issueAccessToken(init?: { subject?: string; lifetime?: number; audience?: string }): Promise<string>
  /** A JWT signed with the issuer's key (ES256), for tests of what a client must refuse. */
  signJwt(claims: Record<string, unknown>, header?: Record<string, unknown>): string
  /** Opens a URL the way `browser` does, in this process: follows redirects with cookies, submits login, consent and device forms. */
  visit(url: string, init?: { signal?: AbortSignal }): Promise<Visit>
  /** Closes both servers and every connection, and removes the temporary directory. */
  stop(): Promise<void>
}
