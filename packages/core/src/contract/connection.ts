/** How a connection is authenticated. */
export type ConnectionAuth =
  | {
      readonly kind: 'oidc'
      readonly issuer: string
      readonly clientId: string
      readonly audience?: string
      readonly scopes: readonly string[]
      /** Those of `scopes` that somebody chose, as opposed to what gate asks for by itself. Absent = none. */
      readonly chosenScopes?: readonly string[]
      /** Loopback port registered for the redirect URI; absent = any free port (RFC 8252 section 7.3). */
      readonly callbackPort?: number
    }
  | { readonly kind: 'api-key' }
  | { readonly kind: 'none' }

export interface Model {
  readonly id: string
  readonly displayName?: string
  /** Tokens. */
  readonly contextWindow?: number
  readonly tier?: 'haiku' | 'sonnet' | 'opus'
}

/** The executable that prints a bearer token for a client: the shim's stable absolute path and its arguments. */
export interface Helper {
  readonly command: string
  readonly args: readonly string[]
}

/** What a client must be told. Built from a profile; holds no secret. */
export interface Connection {
  /** Name of the profile it comes from. */
  readonly profile: string
  /** Base URL without trailing slash, query, fragment or userinfo; https, or http on loopback. */
  readonly gatewayUrl: string
  /** Path prefix in front of each protocol's own `/v1/…`: `""` or `/something` without trailing slash. */
  readonly paths: { readonly anthropic: string; readonly openai: string }
  readonly auth: ConnectionAuth
  readonly models: readonly Model[]
  /** Extra request headers. */
  readonly headers: Readonly<Record<string, string>>
  /** Absolute path of a PEM file. */
  readonly caFile?: string
  readonly helper: Helper
  /** What was chosen for single clients, by client id and name; each plugin knows its own. Absent = nothing. */
  readonly options?: Readonly<Record<string, Readonly<Record<string, string>>>>
}
