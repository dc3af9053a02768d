import { GateError } from '@gate/core'
import * as oidc from 'openid-client'
import { IssuerFailure } from './issuer-failure.js'

export interface Classified {
  readonly failure: IssuerFailure
  /** HTTP status, when there was an answer. */
  readonly status: number | undefined
}

// OAuth errors that say "later", not "no".
const LATER = new Set(['temporarily_unavailable', 'server_error', 'slow_down', 'authorization_pending'])
const CHECK_ISSUER = 'Check the issuer, client id, audience and scopes: gate config show'

/**
 * What kind of failure an error of openid-client is, and how people are told. Only code and description of an OAuth
 * error are kept; response bodies never are, because they may hold tokens.
 */
export function classify(error: unknown, during: 'discovery' | 'request'): Classified {
  const own = ownFailure(error)
  if (own) return { failure: own, status: undefined }
  if (error instanceof oidc.ResponseBodyError) {
    return { failure: oauthFailure(error.error, error.error_description, error.response), status: error.status }
  }
  if (error instanceof oidc.AuthorizationResponseError) {
    return { failure: authorizationFailure(error.error, error.error_description), status: undefined }
  }
  if (error instanceof oidc.WWWAuthenticateChallengeError) {
    return { failure: statusFailure(error.response), status: error.status }
  }
  if (error instanceof oidc.ClientError) return clientFailure(error, during)
  return { failure: refused('issuer-invalid', 'The issuer’s answer could not be used.'), status: undefined }
}

/** A failure of our own transport that the library wrapped. */
function ownFailure(error: unknown): IssuerFailure | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    if (current instanceof IssuerFailure) return current
    if (GateError.isInstance(current)) return new IssuerFailure('refused', current)
  }
  return undefined
}

function clientFailure(error: oidc.ClientError, during: 'discovery' | 'request'): Classified {
  if (error.cause instanceof Response && error.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM') {
    const { status } = error.cause
    if (during === 'discovery' && status === 404) {
      return { failure: refused('issuer-invalid', 'There is no OpenID provider at the issuer URL (404).'), status }
    }
    return { failure: statusFailure(error.cause), status }
  }
  if (error.code === 'OAUTH_PARSE_ERROR' && isAboutJwt(error)) {
    return { failure: refused('issuer-invalid', 'The ID token of the issuer cannot be read.'), status: undefined }
  }
  switch (error.code) {
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
    case 'OAUTH_PARSE_ERROR':
      return {
        failure: new IssuerFailure(
          'transient',
          new GateError({
            code: 'issuer-error',
            message:
              'The issuer answered with something that is not JSON, so perhaps it was not the issuer that answered.',
            fix: 'Check the issuer URL, and whether this network wants a sign-in of its own (captive portal).',
          }),
        ),
        status: undefined,
      }
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return {
        failure: refused(
          'clock-skew',
          'The issuer’s ID token is not valid at this time: the clocks differ, or the token is old.',
          'Check the clock of this machine and of the issuer.',
        ),
        status: undefined,
      }
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return {
        failure: refused('issuer-invalid', 'The issuer names itself differently from the configured issuer URL.'),
        status: undefined,
      }
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      return {
        failure: refused(
          'issuer-invalid',
          'The ID token was made for somebody else (issuer, audience or nonce differ).',
        ),
        status: undefined,
      }
    case 'OAUTH_HTTP_REQUEST_FORBIDDEN':
    case 'OAUTH_REQUEST_PROTOCOL_FORBIDDEN':
      return {
        failure: refused('issuer-invalid', 'The issuer names an address that is not encrypted.'),
        status: undefined,
      }
    default:
      return {
        failure: refused('issuer-invalid', `The issuer’s answer is not valid (${error.code ?? 'unknown reason'}).`),
        status: undefined,
      }
  }
}

/** The library has one code for an answer and for an ID token that it cannot parse; only the first may pass with time. */
function isAboutJwt(error: oidc.ClientError): boolean {
  return error.cause instanceof Error && error.cause.message.includes('JWT')
}

function statusFailure(response: Response): IssuerFailure {
  const { status } = response
  const later = isLater(status)
  return new IssuerFailure(
    later ? 'transient' : 'refused',
    new GateError({
      code: later ? 'issuer-unreachable' : 'issuer-error',
      message: later
        ? `The issuer is not able to answer now (HTTP ${status}).`
        : `The issuer refused the request (HTTP ${status}).`,
      fix: later ? 'Try again in a while.' : CHECK_ISSUER,
    }),
    { retryAfterMs: retryAfterMs(response) },
  )
}

function oauthFailure(error: string, description: string | undefined, response: Response): IssuerFailure {
  const text = printable(error, description)
  const details = { oauthError: error, retryAfterMs: retryAfterMs(response) }
  if (isLater(response.status) || LATER.has(error)) {
    return new IssuerFailure(
      'transient',
      new GateError({
        code: 'issuer-unreachable',
        message: `The issuer is not able to answer now (${text}).`,
        fix: 'Try again in a while.',
      }),
      details,
    )
  }
  if (error === 'invalid_grant') {
    return new IssuerFailure(
      'grant-dead',
      new GateError({
        code: 'login-required',
        message: `The issuer no longer accepts this sign-in (${text}).`,
        fix: 'gate login',
      }),
      details,
    )
  }
  return new IssuerFailure(
    'refused',
    new GateError({ code: 'issuer-error', message: `The issuer refused the request (${text}).`, fix: CHECK_ISSUER }),
    details,
  )
}

function authorizationFailure(error: string, description: string | undefined): IssuerFailure {
  const text = printable(error, description)
  const denied = error === 'access_denied'
  return new IssuerFailure(
    'refused',
    new GateError({
      code: denied ? 'login-denied' : 'login-failed',
      message: denied ? `The sign-in was denied (${text}).` : `The issuer ended the sign-in (${text}).`,
      fix: denied ? 'gate login' : CHECK_ISSUER,
    }),
    { oauthError: error },
  )
}

function refused(code: 'issuer-invalid' | 'clock-skew', message: string, fix: string = CHECK_ISSUER): IssuerFailure {
  return new IssuerFailure('refused', new GateError({ code, message, fix }))
}

function isLater(status: number): boolean {
  return status >= 500 || status === 429 || status === 408
}

/** Seconds only (RFC 9110 section 10.2.3); a date there would need the issuer's clock, so it says nothing. */
function retryAfterMs(response: Response): number | undefined {
  const value = response.headers.get('retry-after')?.trim()
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) * 1000 : undefined
}

function printable(error: string, description: string | undefined): string {
  const text = description ? `${error}: ${description}` : error
  return text.replace(/\p{C}/gu, ' ').slice(0, 300)
}
