import type { Host, Secret } from '@gate/core'
import type { AuthInit, SecretStoreKind } from '../contract.js'
import { assertUsableAhead, openStore } from './choose-store.js'
import { createEncryptedFile, type FileProtection } from './encrypted-file.js'

type Prompt = Pick<AuthInit, 'passphrase' | 'onNativeCall'>

/**
 * Proves that a store keeps what it is given, before it is chosen. The environment keeps nothing, so that there is nothing to
 * prove.
 *
 * @throws GateError `secret-store-…`.
 */
export async function proveStore(host: Host, kind: SecretStoreKind, init: Prompt): Promise<void> {
  if (kind !== 'env') await assertUsableAhead(openStore(host, kind, init), 'gate-config')
}

/**
 * Encrypts the encrypted file anew; makes it when there is none.
 *
 * @param passphrase Undefined = a key file of its own.
 * @throws GateError `secret-store-…`, e.g. when the present passphrase is not given.
 */
export async function protectSecretsFile(
  host: Host,
  passphrase: Secret | undefined,
  init: Pick<AuthInit, 'passphrase'>,
): Promise<void> {
  await createEncryptedFile(host, init.passphrase).protect(passphrase)
}

/** What protects the encrypted file; undefined when there is none that can be read. */
export async function secretsFileProtection(host: Host): Promise<FileProtection | undefined> {
  return await createEncryptedFile(host, undefined).protection()
}
