import { GateError, type GateErrorCode } from '@gate/core'

type StoreCode = Extract<GateErrorCode, `secret-store-${string}`>

const FILE_STORE = 'To keep secrets in an encrypted file instead: gate config set secret-store file'

/** An error of a secret store; `fix` defaults to the one that helps for its code. */
export function storeError(code: StoreCode, message: string, init: { file?: string; fix?: string } = {}): GateError {
  return new GateError({ code, message, fix: init.fix ?? fixOf(code), ...(init.file ? { file: init.file } : {}) })
}

function fixOf(code: StoreCode): string {
  switch (code) {
    case 'secret-store-unavailable':
    case 'secret-store-lost-write':
      return FILE_STORE
    case 'secret-store-locked':
    case 'secret-store-timeout':
      return `Unlock the keychain and run the command again. ${FILE_STORE}`
    case 'secret-store-read-only':
      return 'Set GATE_TOKEN, or choose a store that can keep secrets: gate config set secret-store keychain'
    case 'secret-store-full':
      return 'Delete entries that are no longer needed from the keychain.'
    case 'secret-store-corrupt':
    case 'secret-store-version':
    case 'secret-store-insecure':
      return 'Move the file away and sign in again: gate login'
  }
}
