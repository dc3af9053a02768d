import type { Secret } from '@gate/core'
import type { SecretStoreKind } from '../contract.js'

/** What a secret is for, and the digest of everything that it belongs to. */
export interface SecretName {
  readonly purpose: 'grant' | 'api-key' | 'probe'
  readonly key: string
}

/** A place for long-lived secrets. Every method throws GateErrors with `secret-store-…` codes. */
export interface SecretStore {
  readonly kind: SecretStoreKind
  /** Where it is, for people. */
  readonly location: string
  get(name: SecretName): Promise<Secret | undefined>
  /** Resolves only after the value was read back. */
  set(name: SecretName, value: Secret): Promise<void>
  /** True when there was one. */
  delete(name: SecretName): Promise<boolean>
  /**
   * Runs something, then removes the store itself if it was made for that, holds nothing, and no person chose a passphrase
   * for it. Absent: the store is there already.
   */
  withoutTrace?(run: () => Promise<void>): Promise<void>
}

/** The name as one printable string. */
export function accountOf(name: SecretName): string {
  return `${name.purpose}-${name.key}`
}
