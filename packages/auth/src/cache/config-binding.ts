import { effectiveScopes, isRecord, type TokenBinding } from './cache-entry.js'

/** What the text of `config.json` says about one profile, as far as a cached token depends on it. */
export interface ConfiguredBinding {
  readonly binding: TokenBinding
  /** False when `shimFastPath` is off: the shim then starts the token command every time. */
  readonly shimFastPath: boolean
}

/**
 * Reads the text as it lies on disk. Whatever the full reader would normalise differs here, and is then a miss.
 *
 * @param wanted Profile name; undefined = the active one.
 * @returns Undefined when the profile does not sign in by OpenID Connect, or something is not as gate writes it.
 * @throws SyntaxError when the text is not JSON.
 */
export function configuredBinding(text: string, wanted: string | undefined): ConfiguredBinding | undefined {
  return bindingIn(JSON.parse(text), wanted)
}

/** The same of a text that is parsed already. */
export function bindingIn(config: unknown, wanted: string | undefined): ConfiguredBinding | undefined {
  if (!isRecord(config) || config.version !== 1 || !isRecord(config.profiles)) return undefined
  const name = wanted ?? config.activeProfile ?? 'default'
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name) || !Object.hasOwn(config.profiles, name)) {
    return undefined
  }
  const profile = config.profiles[name]
  if (!isRecord(profile) || !isRecord(profile.auth) || profile.auth.kind !== 'oidc') return undefined
  const { issuer, clientId, audience = '', scopes = [] } = profile.auth
  const { gatewayUrl } = profile
  if (typeof gatewayUrl !== 'string' || typeof issuer !== 'string' || typeof clientId !== 'string') return undefined
  if (typeof audience !== 'string' || !isStringArray(scopes)) return undefined
  const binding = { profile: name, gateway: gatewayUrl, issuer, clientId, audience, scopes: effectiveScopes(scopes) }
  return { binding, shimFastPath: config.shimFastPath === undefined || config.shimFastPath === 'on' }
}

function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
