import { advice, GateError, type Host, Secret } from '@gate/core'
import type { AuthInit, SecretStoreKind } from '../contract.js'
import { createEncryptedFile } from './encrypted-file.js'
import { createEnvironmentStore } from './environment.js'
import { createKeychain } from './keychain.js'
import type { SecretStore } from './secret-store.js'
import { storeError } from './store-errors.js'

/** What stores ask and tell their caller. */
type StoreInit = Pick<AuthInit, 'passphrase' | 'onNativeCall'>

/**
 * The store that is in force: `GATE_SECRET_STORE`, else the configured one, else the keychain. Never another one than
 * was asked for: falling back to a weaker place is the person's choice.
 *
 * @throws GateError `invalid-config` when the variable names no store.
 */
export function chooseStore(host: Host, init: StoreInit & Pick<AuthInit, 'secretStore'>): SecretStore {
  return openStore(host, storeKind(host, init.secretStore), init)
}

/** The store of a kind, whichever is in force. */
export function openStore(host: Host, kind: SecretStoreKind, init: StoreInit): SecretStore {
  switch (kind) {
    case 'keychain':
      return createKeychain(host, init.onNativeCall ? { onCall: init.onNativeCall } : {})
    case 'file':
      return createEncryptedFile(host, init.passphrase)
    case 'env':
      return createEnvironmentStore(host)
  }
}

function storeKind(host: Host, configured: SecretStoreKind | undefined): SecretStoreKind {
  const wanted = host.env.GATE_SECRET_STORE || configured || 'keychain'
  if (wanted === 'keychain' || wanted === 'file' || wanted === 'env') return wanted
  throw new GateError({
    code: 'invalid-config',
    message: `GATE_SECRET_STORE is "${wanted}", which is no secret store.`,
    fix: advice('Use keychain, file or env.'),
  })
}

/**
 * Proves with a throw-away entry that the store keeps what it is given, before somebody signs in for nothing. A `null`
 * from a keychain proves nothing: a locked gnome-keyring answers that, too.
 *
 * @throws GateError `secret-store-…`.
 */
export async function assertUsable(store: SecretStore, key: string): Promise<void> {
  const name = { purpose: 'probe', key } as const
  const value = new Secret('gate writes, reads and deletes this to see that the store works')
  await store.set(name, value)
  if ((await store.get(name))?.reveal() !== value.reveal()) {
    throw storeError('secret-store-lost-write', `The ${store.location} does not give back what it was given.`)
  }
  await store.delete(name)
}

/**
 * The same long before somebody signs in: an empty store is not left behind, because it would ask each later caller for
 * the passphrase that this one had.
 *
 * @throws GateError `secret-store-…`.
 */
export async function assertUsableAhead(store: SecretStore, key: string): Promise<void> {
  const prove = () => assertUsable(store, key)
  await (store.withoutTrace ? store.withoutTrace(prove) : prove())
}
