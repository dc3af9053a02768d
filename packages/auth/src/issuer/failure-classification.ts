import { type Action, advice, GateError } from '@gate/core'
import * as oidc from 'openid-client'
import { IssuerFailure } from './issuer-failure.js'

export interface Classified {
  readonly failure: IssuerFailure
  /** HTTP status, when there was an answer. */
  readonly status: number | undefined
}

// OAuth errors that say "later", not "no".
const LATER = new Set(['temporarily_unavailable', 'server_error', 'slow_down', 'authorization_pending'])
const CHECK_ISSUER = advice('Check the issuer, client id, audience and scopes', { action: 'show-settings' })

/** What a failure is told with. */
export interface FailureContext {
  /** Values of what was sent that no message may repeat. */
  readonly secrets?: Iterable<string>
  readonly clientId?: string
  /** As it is configured. */
  readonly issuer?: string
  /** The issuer that the discovery document names. */
  readonly claimedIssuer?: string | undefined
}

/**
 * What kind of failure an error of openid-client is, and how people are told. Only code and description of an OAuth
 * error are kept; response bodies never are, because they may hold tokens.
 */
export function classify(error: unknown, during: 'discovery' | 'request', context: FailureContext = {}): Classified {
  const own = ownFailure(error)
  if (own) return { failure: own, status: undefined }
  if (error instanceof oidc.ResponseBodyError) {
    return {
      failure: oauthFailure(error.error, error.error_description, error.response, context),
      status: error.status,
    }
  }
  if (error instanceof oidc.AuthorizationResponseError) {
    return { failure: authorizationFailure(error.error, error.error_description, context), status: undefined }
  }
  if (error instanceof oidc.WWWAuthenticateChallengeError) {
    return { failure: statusFailure(error.response), status: error.status }
  }
  if (error instanceof oidc.ClientError) return clientFailure(error, during, context)
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

function clientFailure(
  error: oidc.ClientError,
  during: 'discovery' | 'request',
  { issuer, claimedIssuer }: FailureContext,
): Classified {
  // A page with an error status is a refusal, whoever wrote it.
  const isRefusal = error.cause instanceof Response && error.cause.status >= 400
  if (error.cause instanceof Response && (isRefusal || error.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM')) {
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
            fix:
              during === 'discovery'
                ? advice('Check the issuer URL, and whether this network wants a sign-in of its own (captive portal).')
                : advice('Try again in a while; if it lasts, tell the administrator of the issuer.'),
          }),
        ),
        status: undefined,
      }
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return {
        failure: refused(
          'clock-skew',
          'The issuer’s ID token is not valid at this time: the clocks differ, or the token is old.',
          advice('Check the clock of this machine and of the issuer.'),
        ),
        status: undefined,
      }
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return {
        failure: otherSpelling(issuer, claimedIssuer),
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
      fix: later ? advice('Try again in a while.') : CHECK_ISSUER,
    }),
    { retryAfterMs: retryAfterMs(response) },
  )
}

/** The issuer URL must be the issuer's own spelling: ID tokens and answers of the browser carry that. */
export function otherSpelling(issuer: string | undefined, claimed: string | undefined): IssuerFailure {
  const shown = claimed === undefined ? undefined : printable(claimed, undefined)
  if (shown === undefined || !URL.canParse(shown) || /[\s"'`$\\;&|<>]/.test(shown)) {
    return refused('issuer-invalid', 'The issuer names itself differently from the configured issuer URL.')
  }
  return refused(
    'issuer-invalid',
    `The issuer calls itself ${shown}, not ${issuer ?? 'as configured'}.`,
    advice('If that is the right one', { action: 'set-setting', key: 'issuer', value: shown }),
  )
}

// Google: "client_secret is missing."; Microsoft Entra ID: "must contain … 'client_assertion' or 'client_secret'".
const WANTS_SECRET = /client.?(?:secret|assertion|authentication|credentials)/i

/** The issuer does not take gate for the client it says it is. */
function clientRefused(text: string, { clientId }: FailureContext): GateError {
  const client = clientId === undefined ? 'the client' : `the client "${clientId}"`
  const confidential = WANTS_SECRET.test(text)
  return new GateError({
    code: 'issuer-error',
    message: confidential
      ? `The issuer wants a secret of ${client}, so it is registered as a confidential client (${text}).`
      : `The issuer does not know ${client}, or does not let it do this (${text}).`,
    fix: confidential
      ? advice(
          'gate needs a public client (native application, PKCE, no secret): ask the administrator of the issuer for its id, then',
          { action: 'set-setting', key: 'client-id' },
        )
      : advice('Check the client id with the administrator of the issuer: it must be a public client. Then', {
          action: 'set-setting',
          key: 'client-id',
        }),
  })
}

function oauthFailure(
  error: string,
  description: string | undefined,
  response: Response,
  context: FailureContext,
): IssuerFailure {
  const text = printable(error, description, context.secrets)
  const details = { oauthError: error, retryAfterMs: retryAfterMs(response) }
  if (isLater(response.status) || LATER.has(error)) {
    return new IssuerFailure(
      'transient',
      new GateError({
        code: 'issuer-unreachable',
        message: `The issuer is not able to answer now (${text}).`,
        fix: advice('Try again in a while.'),
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
        fix: { action: 'login' },
      }),
      details,
    )
  }
  if (error === 'invalid_client' || error === 'unauthorized_client' || WANTS_SECRET.test(text)) {
    return new IssuerFailure('refused', clientRefused(text, context), details)
  }
  return new IssuerFailure(
    'refused',
    new GateError({ code: 'issuer-error', message: `The issuer refused the request (${text}).`, fix: CHECK_ISSUER }),
    details,
  )
}

/** Words for the person's no. `consent_required` comes back where the consent page was shown and declined. */
const DENIED = new Set(['access_denied', 'authorization_declined', 'consent_required'])

/** Whether an OAuth error says that the person, or a rule about the person, said no. */
export function isDenial(oauthError: string | undefined): boolean {
  return oauthError !== undefined && DENIED.has(oauthError)
}

function authorizationFailure(error: string, description: string | undefined, context: FailureContext): IssuerFailure {
  const text = printable(error, description, context.secrets)
  const denied = isDenial(error)
  if (error === 'invalid_client' || error === 'unauthorized_client') {
    const { message, fix } = clientRefused(text, context)
    return new IssuerFailure('refused', new GateError({ code: 'login-failed', message, ...(fix ? { fix } : {}) }), {
      oauthError: error,
    })
  }
  return new IssuerFailure(
    'refused',
    new GateError({
      code: denied ? 'login-denied' : 'login-failed',
      message: denied ? `The sign-in was denied (${text}).` : `The issuer ended the sign-in (${text}).`,
      fix: denied ? { action: 'login' } : CHECK_ISSUER,
    }),
    { oauthError: error },
  )
}

function refused(code: 'issuer-invalid' | 'clock-skew', message: string, fix: Action = CHECK_ISSUER): IssuerFailure {
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

/** Masked before it is cut: a part of a token is one, too. */
function printable(error: string, description: string | undefined, secrets: Iterable<string> = []): string {
  let text = description ? `${error}: ${description}` : error
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret)]) text = text.replaceAll(form, '…')
  }
  return text.replace(/\p{C}/gu, ' ').slice(0, 300)
}
