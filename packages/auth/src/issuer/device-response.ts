import { isRecord } from '../cache/cache-entry.js'
import type { IssuerFetch } from './issuer-http.js'

/**
 * Reads `verification_url`, the word of the drafts before RFC 8628, which Google still uses.
 *
 * @param endpoint The device authorization endpoint, as the issuer's metadata spell it.
 */
export function tolerantDeviceResponse(fetch: IssuerFetch, endpoint: string | undefined): IssuerFetch {
  const normalised = endpoint === undefined ? undefined : URL.parse(endpoint)?.href
  return async (url, options) => {
    const response = await fetch(url, options)
    if (url !== normalised || response.status !== 200) return response
    const text = await response.text()
    return new Response(withVerificationUri(text), { status: 200, headers: response.headers })
  }
}

/** The same text unless it has the old word and not the new one. Pure. */
export function withVerificationUri(text: string): string {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return text
  }
  if (!isRecord(body) || body.verification_uri !== undefined || typeof body.verification_url !== 'string') return text
  const complete = body.verification_uri_complete ?? body.verification_url_complete
  return JSON.stringify({
    ...body,
    verification_uri: body.verification_url,
    ...(complete === undefined ? {} : { verification_uri_complete: complete }),
  })
}
