import type { ConnectionAuth, Finding, Secret } from '@gate/core'

/** The part of a saved profile that sign-in needs. */
export interface AuthProfile {
  /** Normalised gateway base URL; part of the cache key, so that no token is ever sent to an edited URL. */
  readonly gatewayUrl: string
  readonly auth: ConnectionAuth
  /** Absolute path of a PEM file trusted in addition to the system's, for the issuer as for the gateway. */
  readonly caFile?: string
}

/** Where long-lived secrets are kept. `env` is read-only. */
export type SecretStoreKind = 'keychain' | 'file' | 'env'

/** An executable and its arguments; no shell is involved. */
export interface Command {
  readonly command: string
  readonly args: readonly string[]
}

/** What {@link createAuth} is made from. */
export interface AuthInit {
  readonly profileName: string
  readonly profile: AuthProfile
  /** Store named in the configuration file. `GATE_SECRET_STORE` wins over it. Default `keychain`. */
  readonly secretStore?: SecretStoreKind
  /**
   * The `gate` invocation that signs this profile in through the browser without a terminal. It is started as a
   * process of its own by `interaction: 'detached'`; that process calls {@link Auth.login} with `method: 'browser'`
   * and `detached: true`. Without it nothing can be started and such a call ends with `login-required`.
   */
  readonly loginCommand?: Command
  /** Asks the person for the passphrase of the encrypted file; used when `GATE_SECRET_STORE_PASSPHRASE` is unset. */
  readonly passphrase?: (purpose: 'unlock' | 'create') => Promise<Secret | undefined>
  /**
   * Told of each call to the OS keychain, which may wait for ever and cannot be cancelled: Node does not end before it
   * does, so the caller may want to know.
   */
  readonly onNativeCall?: (call: Promise<unknown>) => void
  /** Receives one line per thing worth telling, e.g. that a world-readable cache was ignored. Holds no secret. */
  readonly warn?: (message: string) => void
}

/**
 * What may happen when there is no valid token and no grant.
 * `foreground`: this process signs in itself and tells the person through `present`.
 * `detached`: one separate login process is started (or an already running one is awaited), for a bounded time.
 * `never`: the call ends with `login-required`.
 */
export type Interaction = 'foreground' | 'detached' | 'never'

export interface AccessTokenOptions {
  readonly interaction: Interaction
  /** Do not serve the cached token although it is valid. Default false. */
  readonly forceRefresh?: boolean
  /** Milliseconds to wait for a detached login. Default 60,000. */
  readonly waitMs?: number
  /** How a `foreground` login speaks with the person. Needed for `foreground`. */
  readonly present?: LoginPresenter
  /** Method of a `foreground` login. Default `browser`. */
  readonly method?: LoginMethod
  readonly signal?: AbortSignal
}

/** A token that is valid now. */
export interface AccessToken {
  readonly token: Secret
  /** Milliseconds since the epoch; absent when unknown (`GATE_TOKEN`, API keys). */
  readonly expiresAt?: number
}

export type LoginMethod = 'browser' | 'device' | 'print-url'

/** What a login tells the person, in the order in which it happens. */
export type LoginEvent =
  | { readonly kind: 'browser'; readonly url: string }
  | { readonly kind: 'browser-failed'; readonly url: string; readonly reason: string }
  | {
      readonly kind: 'print-url'
      /** Leads one browser that reaches this machine's loopback to the issuer. */
      readonly url: string
      /** For a browser elsewhere, whose last address is then pasted. */
      readonly issuerUrl: string
      readonly redirectUri: string
    }
  /** The issuer does not seem to begin a sign-in; the login waits all the same. */
  | { readonly kind: 'doubt'; readonly message: string }
  | {
      readonly kind: 'device'
      readonly userCode: string
      readonly verificationUri: string
      readonly verificationUriComplete?: string
      /** Milliseconds since the epoch. */
      readonly expiresAt: number
    }
  /** What was pasted does not belong to this login; it is asked for again. */
  | { readonly kind: 'paste-refused'; readonly reason: string }
  | { readonly kind: 'waiting-for-other-login'; readonly url?: string }

/** How a login speaks with the person. Everything goes to the terminal or stderr, never to stdout. */
export interface LoginPresenter {
  show(event: LoginEvent): void
  /**
   * Asks for the address that the browser ended at (`print-url`). Resolves with what was pasted; rejects when the
   * signal aborts because the browser reached the callback by itself.
   */
  pasteRedirect?(signal: AbortSignal): Promise<string>
}

export interface LoginOptions {
  readonly method: LoginMethod
  readonly present: LoginPresenter
  readonly signal?: AbortSignal
  /** Milliseconds until an unfinished login is given up with `login-timeout`. Default 600,000. */
  readonly timeoutMs?: number
  /** This process was started by `interaction: 'detached'`: leave quietly when another login is already running. */
  readonly detached?: boolean
}

export interface LoginResult {
  /** Who signed in, as the ID token names them; absent when the issuer says nothing. */
  readonly account?: string
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number
  /** False when the issuer gave no refresh token, so that the next expiry needs a new login. */
  readonly renewable: boolean
  /** Scopes that were asked for and not granted; absent = none. */
  readonly notGranted?: readonly string[]
  /** Another process signed in while this one waited. */
  readonly byOtherProcess: boolean
}

export interface LogoutResult {
  /** False when nobody was signed in. */
  readonly wasSignedIn: boolean
  /** RFC 7009: what the issuer did with the grant. */
  readonly revocation: 'revoked' | 'not-offered' | 'failed' | 'nothing-to-revoke'
  /** Why revocation failed, in one sentence. */
  readonly reason?: string
}

/** What `gate status` tells about sign-in. Nothing here is guessed: what could not be read is `unknown`. */
export interface AuthState {
  readonly kind: 'oidc' | 'api-key' | 'none'
  /**
   * `signed-in`: a valid token is cached or a grant is stored. `signed-out`: neither. `login-pending`: a login waits
   * in the browser. `environment`: `GATE_TOKEN` is handed out. `not-needed`: the gateway wants no token.
   * `unknown`: the secret store could not be read.
   */
  readonly state: 'signed-in' | 'signed-out' | 'login-pending' | 'environment' | 'not-needed' | 'unknown'
  /** Who is signed in, as the ID token named them. */
  readonly account?: string
  /** Expiry of the cached access token, milliseconds since the epoch; it is renewed silently when `renewable`. */
  readonly expiresAt?: number
  readonly renewable?: boolean
  /** Scopes that were asked for at the last login and not granted. */
  readonly notGranted?: readonly string[]
  /** Store in use: `keychain`, `file` or `env`. */
  readonly secretStore: SecretStoreKind
  /** Where that store is, for people: e.g. `OS keychain`, or the path of the encrypted file. */
  readonly secretStoreLocation: string
  /** Measured difference of this machine's clock to the issuer's, milliseconds; positive = the issuer is ahead. */
  readonly clockSkewMs?: number
  /** Why `unknown`, or what else is worth telling, in one sentence each. */
  readonly reasons: readonly Finding[]
}

/** Sign-in of one profile. */
export interface Auth {
  /**
   * A bearer token that is valid now: `GATE_TOKEN`, cached, refreshed, or from a login, in this order.
   *
   * @throws GateError `login-required`, `login-pending`, `login-denied`, `login-timeout`, `login-failed`,
   *   `issuer-unreachable`, `issuer-error`, `issuer-invalid`, `clock-skew`, `token-invalid`, `callback-port-busy`,
   *   `secret-store-…`, `interrupted`; `invalid-config` when the profile's auth is `none`.
   */
  accessToken(options: AccessTokenOptions): Promise<AccessToken>
  /** Signs in anew, whatever is cached. Bounded and cancellable. Same errors as {@link Auth.accessToken}. */
  login(options: LoginOptions): Promise<LoginResult>
  /**
   * Deletes what is stored and revokes it at the issuer where that is offered; afterwards no token is handed out. What
   * earlier connections of the profile left in any store goes, too. Until the next {@link Auth.login} or
   * {@link Auth.allowSignIn} no helper begins a login by itself.
   */
  logout(options?: { readonly signal?: AbortSignal }): Promise<LogoutResult>
  /** Reads only; needs no network. */
  state(): Promise<AuthState>
  /**
   * Proves that the secret store keeps what it is given, before anybody relies on it.
   *
   * @throws GateError `secret-store-…`.
   */
  proveStore(): Promise<void>
  /** Lets helpers begin a login again after {@link Auth.logout}, which keeps them from it. */
  allowSignIn(): Promise<void>
  /** Keeps an API key in the secret store, for profiles with `auth.kind: 'api-key'`. */
  storeApiKey(key: Secret): Promise<void>
}
