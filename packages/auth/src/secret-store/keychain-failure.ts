import { GateError } from '@gate/core'
import { storeError } from './store-errors.js'

const LOCKED = [
  // gnome-keyring 42 without an unlocked collection: "Object does not exist at path …/collection/login"
  /object does not exist at path/i,
  /locked/i,
  /prompt (was )?dismissed|dismissed the prompt/i,
  // macOS: errSecInteractionNotAllowed, errSecUserCanceled, errSecAuthFailed
  /interaction is not allowed/i,
  /user cancell?ed|operation was cancell?ed/i,
  /user name or passphrase you entered is not correct/i,
]
const FULL = [
  /no space|quota|disk full/i,
  // Windows: ERROR_NOT_ENOUGH_QUOTA, and RPC_X_BAD_STUB_DATA for a blob above the limit
  /not enough (quota|storage)|bad data|stub received/i,
  /too (long|large|big)/i,
]

/**
 * Turns an error of keytar into a typed one.
 *
 * @throws GateError always.
 */
export function keychainFailure(error: unknown): never {
  if (GateError.isInstance(error)) throw error
  const text = (error instanceof Error ? error.message : String(error)).replace(/\p{C}/gu, ' ').slice(0, 200)
  if (LOCKED.some((pattern) => pattern.test(text))) {
    throw storeError('secret-store-locked', `The OS keychain is locked (${text}).`)
  }
  if (FULL.some((pattern) => pattern.test(text))) {
    throw storeError('secret-store-full', `The OS keychain takes no more, or not so much at once (${text}).`)
  }
  throw storeError('secret-store-unavailable', `The OS keychain cannot be used (${text}).`)
}
