import { GateError, type Host } from '@gate/core'
import { bindingOf, grantIdentity, type OidcAuth, secretKey } from './binding.js'
import type { TokenBinding } from './cache/cache-entry.js'
import { createTokenCache, type TokenCache } from './cache/token-cache.js'
import type { AuthInit } from './contract.js'
import type { SecretName, SecretStore } from './secret-store/secret-store.js'

/** Everything that belongs to the sign-in of one profile; handed to each step. */
export interface SignIn {
  readonly host: Host
  readonly init: AuthInit
  readonly auth: OidcAuth
  readonly binding: TokenBinding
  /** What the record of this sign-in must belong to. */
  readonly identity: string
  /** Name of the grant. */
  readonly key: string
  readonly store: SecretStore
  readonly cache: TokenCache
  readonly warn: (message: string) => void
}

export function createSignIn(host: Host, init: AuthInit, auth: OidcAuth, store: SecretStore): SignIn {
  const binding = bindingOf(init.profileName, init.profile.gatewayUrl, auth)
  const identity = grantIdentity(host.directories.config, binding)
  const warn = (message: string) => init.warn?.(message)
  return {
    host,
    init,
    auth,
    binding,
    identity,
    // Where only the record and the cache are read (`gate status`), node:crypto is not loaded: it costs milliseconds.
    get key() {
      return secretKey(identity)
    },
    store,
    cache: createTokenCache(host, binding, warn),
    warn,
  }
}

export function grantName(signIn: Pick<SignIn, 'key'>): SecretName {
  return { purpose: 'grant', key: signIn.key }
}

/** Lock that guards the grants of a profile, and its cache and record, which those of all its connections share. */
export function grantLock(profile: string): string {
  return `grant-${profile}`
}

/** No token and nothing to get one with. */
export function loginRequired(
  profile: string,
  why: string,
  code: 'login-required' | 'login-pending' = 'login-required',
) {
  return new GateError({
    code,
    message: why,
    fix: { action: 'login', ...(profile === 'default' ? {} : { profile }) },
  })
}
