import { type Host, Secret } from '@gate/core'
import { keychainFailure } from './keychain-failure.js'
import { type Keytar, loadKeytar } from './keytar.js'
import { accountOf, type SecretName, type SecretStore } from './secret-store.js'
import { joinParts, type PartHead, parseHead, partAccount, splitSecret } from './split-secret.js'
import { storeError } from './store-errors.js'

export interface KeychainInit {
  /** Default: the native module. */
  readonly load?: () => Promise<Keytar>
  /** Milliseconds for one call; long enough for a person to type the keychain's password. Default 30,000. */
  readonly timeoutMs?: number
  /** Told of each call, which goes on when it is no longer waited for. */
  readonly onCall?: (call: Promise<unknown>) => void
}

const SERVICE = 'gate'
// CRED_MAX_CREDENTIAL_BLOB_SIZE of the Windows Credential Manager is 2,560 bytes.
const WINDOWS_PART_BYTES = 2_500

/**
 * The keychain of the operating system: Keychain, Credential Manager, or a Secret Service (gnome-keyring, KWallet).
 * The native module is loaded at the first call, because it costs 20 ms and is not there on every machine.
 */
export function createKeychain(host: Host, init: KeychainInit = {}): SecretStore {
  const { load = loadKeytar, timeoutMs = 30_000, onCall } = init
  const partBytes = host.platform === 'win32' ? WINDOWS_PART_BYTES : Number.POSITIVE_INFINITY

  const call = async <T>(action: (keytar: Keytar) => Promise<T>): Promise<T> => {
    const keytar = await load()
    const timer = new AbortController()
    const tooLong = host.clock.sleep(timeoutMs, timer.signal).then(() => {
      throw storeError(
        'secret-store-timeout',
        `The OS keychain did not answer within ${Math.round(timeoutMs / 1000)} seconds; perhaps it waits for its password.`,
      )
    })
    try {
      const answer = action(keytar)
      onCall?.(answer)
      return await Promise.race([answer.catch(keychainFailure), tooLong])
    } finally {
      timer.abort()
      tooLong.catch(() => {})
    }
  }
  const read = (account: string) => call((keytar) => keytar.getPassword(SERVICE, account))
  const remove = (account: string) => call((keytar) => keytar.deletePassword(SERVICE, account))
  const write = async (account: string, value: string) => {
    await call((keytar) => keytar.setPassword(SERVICE, account, value))
    if ((await read(account)) !== value) {
      throw storeError('secret-store-lost-write', 'The OS keychain accepted a secret but does not give it back.')
    }
  }
  const removeParts = async (account: string, head: PartHead | undefined) => {
    for (let index = 0; head && index < head.count; index++) await remove(partAccount(account, head, index))
  }

  return {
    kind: 'keychain',
    location: 'OS keychain',
    async get(name) {
      const account = accountOf(name)
      const value = await read(account)
      if (value === null) return undefined
      const head = parseHead(value)
      if (!head) return new Secret(value)
      const parts: string[] = []
      for (let index = 0; index < head.count; index++) parts.push((await read(partAccount(account, head, index))) ?? '')
      return new Secret(joinParts(head, parts))
    },
    async set(name, secret) {
      const account = accountOf(name)
      const value = secret.reveal()
      const previous = await read(account)
      const { head, parts, text } = splitSecret(value, partBytes)
      // Parts first, under names of their own: until the head is replaced, the previous secret stays whole.
      for (const [index, part] of parts.entries()) await write(partAccount(account, head, index), part)
      await write(account, text)
      if (previous !== null) await removeParts(account, parseHead(previous))
    },
    async delete(name: SecretName) {
      const account = accountOf(name)
      const previous = await read(account)
      const deleted = await remove(account)
      if (previous !== null) await removeParts(account, parseHead(previous))
      return deleted
    },
  }
}
