import type { OidcAuth } from '../binding.js'
import { effectiveScopes } from '../cache/cache-entry.js'

/**
 * The scopes to ask for. What gate asks for by itself is left out where the issuer lists its scopes and it is not among them
 * (Google refuses `offline_access`); what somebody chose is asked for in any case, because such a list need not be complete
 * (OpenID Connect Discovery section 3). Pure.
 *
 * @param supported `scopes_supported` of the issuer's metadata.
 */
export function offeredScopes(
  auth: Pick<OidcAuth, 'scopes' | 'chosenScopes'>,
  supported: readonly string[] | undefined,
): readonly string[] {
  const wanted = effectiveScopes(auth.scopes)
  if (!Array.isArray(supported) || supported.length === 0) return wanted
  return wanted.filter((scope) => auth.chosenScopes?.includes(scope) || supported.includes(scope))
}

/**
 * Scopes that were asked for and are not in the `scope` of the answer. `offline_access` shows by the refresh token, and
 * several issuers do not list it. Pure.
 *
 * @param granted Undefined when the answer has none: then everything was granted (RFC 6749 section 5.1).
 */
export function notGranted(asked: readonly string[], granted: string | undefined): readonly string[] {
  if (granted === undefined) return []
  const given = granted.split(/\s+/)
  return asked.filter((scope) => scope !== 'offline_access' && !given.includes(scope))
}
