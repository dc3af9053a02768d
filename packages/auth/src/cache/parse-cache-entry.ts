// Shared with the lean token command, like all that it imports.
import { CACHE_VERSION, type CacheEntry, isRecord, isTokenText, type TokenBinding } from './cache-entry.js'
import { bindingIn } from './config-binding.js'

/**
 * The entry in the text of a cache file; undefined when it is anything else than a whole, well-formed entry. Pure.
 *
 * @param profile Whose file it is; with a copy of the configuration the binding is what that says of the profile.
 */
export function parseCacheEntry(text: string, profile: string): CacheEntry | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(value) || value.version !== CACHE_VERSION) return undefined
  const { token, issuedAt, refreshAt, expiresAt } = value
  const binding = value.binding === undefined ? bindingIn(value.config, profile)?.binding : parseBinding(value.binding)
  if (!binding || typeof token !== 'string' || !isTokenText(token) || value.again !== token) return undefined
  if (!isTime(issuedAt) || !isTime(refreshAt) || !isTime(expiresAt)) return undefined
  return { binding, token, issuedAt, refreshAt, expiresAt }
}

function parseBinding(value: unknown): TokenBinding | undefined {
  if (!isRecord(value)) return undefined
  const { profile, gateway, issuer, clientId, audience, scopes } = value
  if (![profile, gateway, issuer, clientId, audience].every((text) => typeof text === 'string')) return undefined
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string')) return undefined
  return { profile, gateway, issuer, clientId, audience, scopes } as TokenBinding
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
