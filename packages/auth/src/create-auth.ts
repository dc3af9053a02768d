import { checkProfileName, type Host, Secret } from '@gate/core'
import { createApiKey } from './api-key.js'
import { requireOidc } from './binding.js'
import { checkTokenText, sizeWarning } from './cache/token-text.js'
import type { Auth, AuthInit, AuthState } from './contract.js'
import { readSignInRecord, writeSignInRecord } from './grant/sign-in-record.js'
import { assertUsableAhead, chooseStore } from './secret-store/choose-store.js'
import { givenToken } from './secret-store/environment.js'
import { withSecretLock } from './secret-store/secret-lock.js'
import type { SecretStore } from './secret-store/secret-store.js'
import { createSignIn, grantLock, type SignIn } from './sign-in.js'
import { stateOf } from './state.js'

/**
 * Sign-in of one profile.
 *
 * @param host The machine.
 * @param init Profile, secret store and how to start a login; see {@link AuthInit}.
 * @throws GateError `invalid-config` when `GATE_SECRET_STORE` names no store, `invalid-argument` for a bad profile name.
 */
export function createAuth(host: Host, init: AuthInit): Auth {
  return createAuthWith(host, init, chooseStore(host, init))
}

/** As {@link createAuth}, with the secret store given. */
export function createAuthWith(host: Host, init: AuthInit, store: SecretStore): Auth {
  // It becomes part of file names.
  checkProfileName(init.profileName)
  const { auth } = init.profile
  const oidc = (): SignIn => createSignIn(host, init, requireOidc(init.profileName, auth), store)
  const apiKey = createApiKey(host, init, store)

  return {
    async accessToken(options) {
      const given = givenToken(host)
      if (given) {
        checkTokenText(given, 'GATE_TOKEN')
        const warning = sizeWarning(given)
        if (warning) init.warn?.(warning)
        return { token: new Secret(given) }
      }
      if (auth.kind === 'api-key') return await apiKey.accessToken()
      const { accessToken } = await import('./token-source.js')
      return await accessToken(oidc(), options)
    },
    async login(options) {
      const { login } = await import('./login/login.js')
      const { entry: _entry, ...result } = await login(oidc(), options)
      return result
    },
    async logout(options = {}) {
      const { logout } = await import('./logout.js')
      return await logout({ host, init, store, signIn: auth.kind === 'oidc' ? oidc() : undefined }, options.signal)
    },
    async proveStore() {
      if (store.kind !== 'env') await assertUsableAhead(store, oidc().key)
    },
    async allowSignIn() {
      await allowSignIn(oidc())
    },
    async state() {
      const own = await ownState()
      return givenToken(host) ? { ...own, state: 'environment' } : own
    },
    storeApiKey: (key) => apiKey.store(key),
  }

  async function ownState(): Promise<AuthState> {
    if (auth.kind === 'oidc') return await stateOf(oidc())
    if (auth.kind === 'api-key') return await apiKey.state()
    const { kind: secretStore, location: secretStoreLocation } = store
    return { kind: 'none', state: 'not-needed', secretStore, secretStoreLocation, reasons: [] }
  }
}

/** Lets helpers begin a login again although somebody signed out. */
async function allowSignIn({ host, binding, identity }: SignIn): Promise<void> {
  const { profile } = binding
  // Mostly there is nothing to do, and then nothing is written.
  if (!(await readSignInRecord(host, profile, identity)).signedOut) return
  await withSecretLock(host, grantLock(profile), async () => {
    const { signedOut: _over, ...record } = await readSignInRecord(host, profile, identity)
    await writeSignInRecord(host, profile, record)
  })
}
