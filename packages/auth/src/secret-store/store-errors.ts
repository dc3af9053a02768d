import { type Action, advice, GateError, type GateErrorCode } from '@gate/core'

type StoreCode = Extract<GateErrorCode, `secret-store-${string}`>

const USE_FILE: Action = { action: 'set-setting', key: 'secret-store', value: 'file' }
const FILE_STORE = 'To keep secrets in an encrypted file instead'

/** An error of a secret store; `fix` defaults to the one that helps for its code. */
export function storeError(code: StoreCode, message: string, init: { file?: string; fix?: Action } = {}): GateError {
  return new GateError({ code, message, fix: init.fix ?? fixOf(code), ...(init.file ? { file: init.file } : {}) })
}

function fixOf(code: StoreCode): Action {
  switch (code) {
    case 'secret-store-unavailable':
    case 'secret-store-lost-write':
      return advice(FILE_STORE, USE_FILE)
    case 'secret-store-locked':
    case 'secret-store-timeout':
      return advice(`Unlock the keychain and run the command again. ${FILE_STORE}`, USE_FILE)
    case 'secret-store-read-only':
      return advice('Set GATE_TOKEN, or choose a store that can keep secrets', {
        action: 'set-setting',
        key: 'secret-store',
        value: 'keychain',
      })
    case 'secret-store-full':
      return advice('Delete entries that are no longer needed from the keychain.')
    case 'secret-store-corrupt':
    case 'secret-store-version':
    case 'secret-store-insecure':
      return advice('Move the file away and sign in again', { action: 'login' })
  }
}
