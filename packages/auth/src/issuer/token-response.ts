import type { IssuerFetch } from './issuer-http.js'

/**
 * Forgives small faults in answers of the token endpoint. oauth4webapi 3.8 refuses the whole answer for these, and with it
 * the refresh token that the issuer has just put in the place of ours.
 *
 * @param tokenEndpoint As the issuer's metadata spell it.
 */
export function tolerantTokenResponse(fetch: IssuerFetch, tokenEndpoint: string | undefined): IssuerFetch {
  // The library asks by the normalised spelling.
  const endpoint = tokenEndpoint === undefined ? undefined : URL.parse(tokenEndpoint)?.href
  return async (url, options) => {
    const response = await fetch(url, options)
    if (url !== endpoint || response.status !== 200) return response
    const refresh = options.body instanceof URLSearchParams && options.body.get('grant_type') === 'refresh_token'
    return new Response(repair(await response.text(), refresh), { status: 200, headers: response.headers })
  }
}

/**
 * The same text unless a known fault was found. Pure.
 *
 * @param refresh Leaves out the ID token, which tells nothing that was not verified at the login.
 */
export function repair(text: string, refresh = false): string {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return text
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return text
  const record = body as Record<string, unknown>
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
