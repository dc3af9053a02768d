import * as oidc from 'openid-client'
import type { IssuerFetch } from './issuer-http.js'

// What providers say where no sign-in can begin, in pages for people: Microsoft Entra ID with status 200.
const WORDS =
  /\b(?:AADSTS\d{5,7}|invalid_client(?:_id)?|unauthorized_client|deleted_client|redirect_uri_mismatch|invalid_redirect_uri|client[ _]not[ _]found|invalid_scope|invalid_request)\b/i
const ABOUT_CLIENT =
  /\b(?:AADSTS(?:700016|50011|90013|900144)|invalid_client|unauthorized_client|redirect_uri_mismatch)/i
// Also how firewalls answer whatever is no browser.
const SAYS_NOTHING = new Set([403, 405, 406, 408, 425, 429])

/**
 * What the issuer's authorization endpoint answers when it is asked without a person. A provider that knows client and
 * redirect address comes back there (`login_required`), or shows its page; one that does not has an error page.
 *
 * @returns A sentence for the person who waits; undefined when nothing is known to be wrong. Never rejects.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
 */
export async function doubtAbout(
  fetch: IssuerFetch,
  authorization: URL,
  signal: AbortSignal,
): Promise<string | undefined> {
  const url = new URL(authorization)
  url.searchParams.set('prompt', 'none')
  url.searchParams.set('state', oidc.randomState())
  if (url.searchParams.has('nonce')) url.searchParams.set('nonce', oidc.randomNonce())
  try {
    const headers = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' }
    const response = await fetch(url.href, { method: 'GET', headers, body: undefined, redirect: 'manual', signal })
    return doubtIn(response.status, await response.text(), authorization)
  } catch {
    // A redirect to another origin, as to the redirect address itself; or the network, which the browser will show.
    return undefined
  }
}

/** The same for an answer. Pure. */
export function doubtIn(status: number, body: string, authorization: URL): string | undefined {
  const [word] = WORDS.exec(body.slice(0, 256 * 1024)) ?? []
  const isError = status >= 400 && status < 500 && !(SAYS_NOTHING.has(status) && word === undefined)
  if (!isError && !(status === 200 && word !== undefined && ABOUT_CLIENT.test(word))) return undefined
  const said = word === undefined ? `HTTP ${status}` : `HTTP ${status}, ${word}`
  const { searchParams } = authorization
  return (
    `The issuer does not seem to begin this sign-in (${said}). If the browser shows an error, it does not know the client ` +
    `"${searchParams.get('client_id') ?? ''}", or does not allow it the redirect address ${searchParams.get('redirect_uri') ?? ''}.`
  )
}
