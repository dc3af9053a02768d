import { createHash } from 'node:crypto'
import { advice, type ConnectionAuth, GateError } from '@gate/core'
import { effectiveScopes, type TokenBinding } from './cache/cache-entry.js'
import type { AuthProfile } from './contract.js'

export type OidcAuth = Extract<ConnectionAuth, { kind: 'oidc' }>

/** What tokens of a profile belong to. Pure. */
export function bindingOf(profileName: string, gatewayUrl: string, auth: OidcAuth): TokenBinding {
  return {
    profile: profileName,
    gateway: gatewayUrl,
    issuer: auth.issuer,
    clientId: auth.clientId,
    audience: auth.audience ?? '',
    scopes: effectiveScopes(auth.scopes),
  }
}

/**
 * What tells the grant of a binding from every other: another profile, gateway, issuer, client, audience or scope list
 * gives another text, so that nothing old is ever sent to a new place. JSON keeps the parts apart (`ab|c` ≠ `a|bc`).
 *
 * @param configDirectory Two installations with directories of their own (`GATE_HOME`) share one OS keychain, but neither lock nor grant.
 */
export function grantIdentity(configDirectory: string, binding: TokenBinding): string {
  const { profile, gateway, issuer, clientId, audience, scopes } = binding
  return JSON.stringify(['grant', configDirectory, profile, gateway, issuer, clientId, audience, scopes])
}

/** The same for the API key of a profile, which is bound to the gateway that it was given for. */
export function apiKeyIdentity(configDirectory: string, profileName: string, profile: AuthProfile): string {
  return JSON.stringify(['api-key', configDirectory, profileName, profile.gatewayUrl])
}

/** Name under which the secret with an identity is stored. */
export function secretKey(identity: string): string {
  return createHash('sha256').update(identity).digest('hex').slice(0, 32)
}

/** @throws GateError `invalid-config` when the profile does not sign in by OpenID Connect. */
export function requireOidc(profileName: string, auth: ConnectionAuth): OidcAuth {
  if (auth.kind === 'oidc') return auth
  throw new GateError({
    code: 'invalid-config',
    message:
      auth.kind === 'api-key'
        ? `Profile "${profileName}" uses an API key, so there is nothing to sign in to.`
        : `Profile "${profileName}" uses no authentication, so there is no token.`,
    fix:
      auth.kind === 'api-key'
        ? advice('Give the key with', { action: 'setup', needs: ['api-key'] })
        : advice('To sign in, set the issuer', { action: 'setup', needs: ['issuer', 'client-id'] }),
  })
}
