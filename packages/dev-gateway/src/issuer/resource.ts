import type { ResourceServer } from 'oidc-provider'
import type { RuntimeSettings } from '../contract.js'

const AUDIENCE_URN = 'urn:gate-dev:audience:'
const IDENTITY_SCOPES = new Set(['openid', 'offline_access', 'profile', 'email'])

/**
 * The resource indicator of an `audience`. Clients ask with `resource` (RFC 8707, a URI) or with `audience` (any string, as
 * Auth0 and others want it); a string that is no URI travels through the provider as a URN.
 */
export function resourceOfAudience(audience: string): string {
  return URL.canParse(audience) && !audience.includes('#') ? audience : AUDIENCE_URN + encodeURIComponent(audience)
}

/**
 * What the provider is to know about a resource. Any scope that is asked for is granted, except that a scope must not be one
 * of the resource and of the identity at once: the provider would ask for consent for ever.
 */
export function resourceServer(resource: string, requestedScope: string, settings: RuntimeSettings): ResourceServer {
  const audience = resource.startsWith(AUDIENCE_URN)
    ? decodeURIComponent(resource.slice(AUDIENCE_URN.length))
    : resource
  const scope = requestedScope
    .split(' ')
    .filter((name) => name !== '' && !IDENTITY_SCOPES.has(name))
    .join(' ')
  return {
    scope,
    audience,
    accessTokenTTL: settings.accessTokenLifetime,
    accessTokenFormat: settings.tokenFormat,
    jwt: { sign: { alg: 'ES256' } },
  }
}
