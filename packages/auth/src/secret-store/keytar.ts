import { storeError } from './store-errors.js'

/**
 * The part of keytar's interface that gate uses. Not `findCredentials`: on a locked gnome-keyring it ends the process
 * with a segmentation fault (@github/keytar 7.10.6, gnome-keyring 42).
 */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>
  setPassword(service: string, account: string, password: string): Promise<void>
  deletePassword(service: string, account: string): Promise<boolean>
}

/** @throws GateError `secret-store-unavailable` when the optional native module is missing or does not load. */
export async function loadKeytar(): Promise<Keytar> {
  try {
    const module: { default?: Keytar } & Keytar = await import('keytar')
    return module.default ?? module
  } catch {
    // The module's own message names file paths only; on Linux the usual cause is that libsecret is not installed.
    throw storeError(
      'secret-store-unavailable',
      'The OS keychain cannot be used: its native module did not load (on Linux it needs libsecret-1-0).',
    )
  }
}
