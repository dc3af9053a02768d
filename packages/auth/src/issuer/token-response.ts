import type { IssuerFetch } from './issuer-http.js'

const OPTIONAL_FIELDS = ['expires_in', 'refresh_token', 'scope', 'id_token']

/**
 * Forgives small faults in answers of the token endpoint: `null` for what is absent, a lifetime that is no number or
 * negative. oauth4webapi 3.8 refuses the whole answer for these, and with it the refresh token that the issuer has
 * just put in the place of ours.
 */
export function tolerantTokenResponse(fetch: IssuerFetch, tokenEndpoint: string | undefined): IssuerFetch {
  return async (url, options) => {
    const response = await fetch(url, options)
    if (url !== tokenEndpoint || response.status !== 200) return response
    const text = await response.text()
    return new Response(repair(text), { status: 200, headers: response.headers })
  }
}

/** The same text unless a known fault was found. Pure. */
export function repair(text: string): string {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return text
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return text
  const record = body as Record<string, unknown>
  const faults = OPTIONAL_FIELDS.filter((field) => record[field] === null)
  if ('expires_in' in record && !isLifetime(record.expires_in)) faults.push('expires_in')
  if (faults.length === 0) return text
  return JSON.stringify(Object.fromEntries(Object.entries(record).filter(([field]) => !faults.includes(field))))
}

function isLifetime(value: unknown): boolean {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0
}
