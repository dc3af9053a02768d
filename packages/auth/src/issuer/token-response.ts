import { type Action, advice, GateError } from '@gate/core'
import { isRecord } from '../cache/cache-entry.js'
import { IssuerFailure } from './issuer-failure.js'
import type { IssuerFetch } from './issuer-http.js'

/** What the token endpoint answered last, before the library looked at it. */
export interface TokenAnswer {
  /** HTTP status; undefined when there was no answer. */
  status?: number | undefined
  /** A refresh token that it gave, also when the rest of the answer is of no use. */
  refreshToken?: string | undefined
}

/**
 * Forgives small faults in answers of the token endpoint. oauth4webapi 3.8 refuses the whole answer for these, and with it
 * the refresh token that the issuer has just put in the place of ours.
 *
 * @param tokenEndpoint As the issuer's metadata spell it.
 * @param answer Is told of each answer.
 */
export function tolerantTokenResponse(
  fetch: IssuerFetch,
  tokenEndpoint: string | undefined,
  answer: TokenAnswer = {},
): IssuerFetch {
  // The library asks by the normalised spelling.
  const endpoint = tokenEndpoint === undefined ? undefined : URL.parse(tokenEndpoint)?.href
  return async (url, options) => {
    if (url !== endpoint) return await fetch(url, options)
    answer.status = undefined
    answer.refreshToken = undefined
    const response = await fetch(url, options)
    answer.status = response.status
    if (response.status >= 400 && response.status < 500) return await plainRefusal(response)
    if (response.status !== 200) return response
    const refresh = options.body instanceof URLSearchParams && options.body.get('grant_type') === 'refresh_token'
    const text = await response.text()
    const body = objectIn(text)
    if (typeof body?.refresh_token === 'string' && body.refresh_token !== '') answer.refreshToken = body.refresh_token
    if (body) refuseUnusable(body, refresh)
    return new Response(repair(text, refresh), { status: 200, headers: response.headers })
  }
}

/**
 * A refusal as the library reads it: it looks at `WWW-Authenticate` before it looks at the error in the body, and at no
 * body that is not labelled as JSON.
 */
async function plainRefusal(response: Response): Promise<Response> {
  const headers = new Headers(response.headers)
  const text = await response.text()
  headers.delete('www-authenticate')
  if (typeof objectIn(text)?.error === 'string') headers.set('content-type', 'application/json')
  return new Response(text, { status: response.status, headers })
}

/** @throws IssuerFailure `refused` for what a client of gate cannot send, or gate cannot verify. */
function refuseUnusable(body: Record<string, unknown>, refresh: boolean): void {
  const { token_type: type, id_token: idToken } = body
  if (typeof type === 'string' && type !== '' && type.toLowerCase() !== 'bearer') {
    throw unusable(
      `The issuer gives tokens of type "${type.replace(/\P{ASCII}|\p{C}/gu, '').slice(0, 40)}", but clients can only send bearer tokens.`,
      advice(
        'Ask the administrator of the issuer to give this client bearer tokens (without DPoP or another proof of possession).',
      ),
    )
  }
  const algorithm = typeof idToken === 'string' && !refresh ? signatureAlgorithm(idToken) : undefined
  if (algorithm !== undefined && /^HS\d+$/.test(algorithm)) {
    throw unusable(
      `The issuer signs ID tokens of this client with a shared secret (${algorithm}), which gate does not have.`,
      advice('Ask the administrator of the issuer to sign them with a key, e.g. RS256 or ES256.'),
    )
  }
}

function unusable(message: string, fix: Action): IssuerFailure {
  return new IssuerFailure('refused', new GateError({ code: 'issuer-invalid', message, fix }))
}

function signatureAlgorithm(jwt: string): string | undefined {
  const algorithm = objectIn(Buffer.from(jwt.split('.', 1)[0] ?? '', 'base64url').toString('utf8'))?.alg
  return typeof algorithm === 'string' ? algorithm : undefined
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * The same text unless a known fault was found. Pure.
 *
 * @param refresh Leaves out the ID token, which tells nothing that was not verified at the login.
 */
export function repair(text: string, refresh = false): string {
  const record = objectIn(text)
  if (!record) return text
  const faults = new Set(Object.keys(record).filter((field) => isFault(field, record[field], refresh)))
  const typeless = record.access_token !== undefined && (!('token_type' in record) || faults.has('token_type'))
  if (faults.size === 0 && !typeless) return text
  const rest = Object.fromEntries(Object.entries(record).filter(([field]) => !faults.has(field)))
  // Every gateway of gate takes bearer tokens; an issuer that gives others says so.
  return JSON.stringify(typeless ? { ...rest, token_type: 'Bearer' } : rest)
}

/** Whether a field is better absent: `null`, empty, of a type that says nothing, or of no use. */
function isFault(field: string, value: unknown, refresh: boolean): boolean {
  switch (field) {
    case 'expires_in':
      return !isLifetime(value)
    case 'refresh_token':
    case 'scope':
      return typeof value !== 'string' || value === ''
    case 'token_type':
      return value === null || value === ''
    case 'id_token':
      return refresh || value === null || value === ''
    default:
      return false
  }
}

function isLifetime(value: unknown): boolean {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0
}
