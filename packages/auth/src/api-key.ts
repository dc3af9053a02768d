import { findingOf, GateError, type Host, Secret } from '@gate/core'
import { apiKeyIdentity, secretKey } from './binding.js'
import { checkTokenText } from './cache/token-text.js'
import type { AccessToken, AuthInit, AuthState } from './contract.js'
import { noteSecret } from './grant/stored-secrets.js'
import { withSecretLock } from './secret-store/secret-lock.js'
import type { SecretName, SecretStore } from './secret-store/secret-store.js'
import { grantLock } from './sign-in.js'

/** The API key of one profile, bound to the gateway that it was given for. */
export function createApiKey(host: Host, init: AuthInit, store: SecretStore) {
  const identity = apiKeyIdentity(host.directories.config, init.profileName, init.profile)
  const name = (): SecretName => ({ purpose: 'api-key', key: secretKey(identity) })
  const base = { kind: 'api-key', secretStore: store.kind, secretStoreLocation: store.location } as const
  return {
    async accessToken(): Promise<AccessToken> {
      const key = await store.get(name())
      if (key) return { token: key }
      throw new GateError({
        code: 'login-required',
        message: `No API key is stored for ${init.profile.gatewayUrl}.`,
        fix: { action: 'setup', needs: ['api-key'] },
      })
    },
    async store(key: Secret): Promise<void> {
      const text = key.reveal().trim()
      checkTokenText(text, 'The API key')
      await withSecretLock(host, grantLock(init.profileName), async () => {
        if (store.kind !== 'env') await noteSecret(host, init.profileName, { identity, storedIn: store.kind })
        await store.set(name(), new Secret(text))
      })
    },
    async state(): Promise<AuthState> {
      try {
        return { ...base, state: (await store.get(name())) ? 'signed-in' : 'signed-out', reasons: [] }
      } catch (error) {
        if (!GateError.isInstance(error)) throw error
        return { ...base, state: 'unknown', reasons: [findingOf(error)] }
      }
    },
  }
}
