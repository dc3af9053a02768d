import { type Action, advice, GateError } from '@gate/core'
import type { GatewayAnswers, ProtocolAnswer } from './ask-gateway.js'

/**
 * Refuses a gateway of which every protocol leads elsewhere, one of them to its own endpoint there: clients that follow take the token along (Claude Code 2.1.329
 * follows a 307 to another origin and sends the token there in `X-Api-Key`).
 *
 * @throws GateError `gateway-redirects`.
 */
export function refuseMoved({ protocols }: Pick<GatewayAnswers, 'protocols'>): void {
  const moved = protocols.find(({ redirect }) => redirect?.kind === 'moved')
  if (moved === undefined) return
  const isAlike = ({ redirect }: ProtocolAnswer) => redirect?.kind === 'moved' || redirect?.to === moved.redirect?.to
  if (!protocols.every(isAlike)) return
  throw new GateError({ code: 'gateway-redirects', message: movedMessage(moved), fix: movedFix(moved) })
}

/** What is said of an endpoint that leads elsewhere. Pure. */
export function movedMessage({ url, status, redirect }: ProtocolAnswer): string {
  return `${url} answers ${status} and leads to ${redirect?.to}; clients would send the token there`
}

/** What helps: the URL that it leads to where that is one of a gateway, else only the gateway can be changed. Pure. */
export function movedFix({ url, redirect }: ProtocolAnswer): Action {
  if (redirect?.kind === 'moved' && redirect.gatewayUrl !== undefined) {
    return { action: 'setup', gatewayUrl: redirect.gatewayUrl }
  }
  if (redirect?.to !== new URL(url).origin)
    return advice('Give the final URL of the gateway', { action: 'setup', needs: ['gateway-url'] })
  return advice(`Ask the administrator of the gateway to answer at ${url} without a redirect.`)
}
