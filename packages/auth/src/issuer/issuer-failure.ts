import type { GateError, Secret } from '@gate/core'

/**
 * `grant-dead`: the issuer said `invalid_grant`; only a login helps. `sign-in-again`: it refused a refresh in other words;
 * a login helps, and the grant stays, because perhaps it was not the issuer that answered. `transient`: unreachable, overloaded or not itself;
 * trying again later helps. `refused`: a definite no that neither a retry nor a login changes by itself.
 */
export type FailureKind = 'grant-dead' | 'sign-in-again' | 'transient' | 'refused'

/**
 * Why a conversation with the issuer failed. Inside this package only: callers get {@link IssuerFailure.gateError}.
 * The library's own error is never kept as a cause, because it holds the response body.
 */
export class IssuerFailure extends Error {
  readonly kind: FailureKind
  readonly gateError: GateError
  /** OAuth error code, when the issuer sent one. */
  readonly oauthError: string | undefined
  /** What `Retry-After` asked for, in milliseconds. */
  readonly retryAfterMs: number | undefined
  /** A refresh token that came with an answer of no other use: it has taken the place of the one that was sent. */
  readonly rotated: Secret | undefined

  constructor(
    kind: FailureKind,
    gateError: GateError,
    details: {
      readonly oauthError?: string | undefined
      readonly retryAfterMs?: number | undefined
      readonly rotated?: Secret | undefined
    } = {},
  ) {
    super(gateError.message)
    this.name = 'IssuerFailure'
    this.kind = kind
    this.gateError = gateError
    this.oauthError = details.oauthError
    this.retryAfterMs = details.retryAfterMs
    this.rotated = details.rotated
  }
}
