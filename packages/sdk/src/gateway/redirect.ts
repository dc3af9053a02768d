import { normaliseGatewayUrl } from '../profile/index.js'
import type { GatewayAnswer } from './request.js'

/** Where a redirect leads. */
export type Redirect =
  /** To the same endpoint at another place, or away from this server with everything that the client sent. */
  | { readonly kind: 'moved'; readonly to: string; readonly gatewayUrl?: string }
  /** To something else of the same server or, without the request, of another one, as a login page is. */
  | { readonly kind: 'login'; readonly to: string }

/** 304 is no redirect, and 300 names no place to go. */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

/**
 * What a redirect of an endpoint means. Pure.
 *
 * @param asked The URL that was asked.
 * @param suffix The end of its path that a client appends to the gateway's URL: prefix and endpoint.
 * @returns Undefined when the answer is none.
 */
export function redirectOf(asked: string, suffix: string, { status, headers }: GatewayAnswer): Redirect | undefined {
  if (!isRedirect(status)) return undefined
  const { location } = headers
  if (location === undefined || !URL.canParse(location, asked)) return { kind: 'login', to: 'an unknown place' }
  const from = new URL(asked)
  const to = new URL(location, asked)
  const path = to.pathname.replace(/\/+$/, '')
  if (path.endsWith(suffix)) {
    const gatewayUrl = gatewayUrlOf(to.origin + path.slice(0, -suffix.length))
    const isSame = from.origin + from.pathname === to.origin + path
    return { kind: 'moved', to: to.origin, ...(isSame || gatewayUrl === undefined ? {} : { gatewayUrl }) }
  }
  // These two keep method and body: a client that follows takes the conversation along.
  const away = (status === 307 || status === 308) && to.origin !== from.origin
  return { kind: away ? 'moved' : 'login', to: to.origin }
}

/** Only what `setup` would take; what a server puts into `Location` may hold anything. */
function gatewayUrlOf(text: string): string | undefined {
  try {
    return text.length > 200 ? undefined : normaliseGatewayUrl(text)
  } catch {
    return undefined
  }
}
