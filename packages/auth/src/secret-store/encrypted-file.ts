import { gatePaths, type Host, Secret } from '@gate/core'
import { atomicWrite, removeLeftovers } from '@gate/engine'
import type { AuthInit } from '../contract.js'
import { faultText, readPrivateFile } from '../private-file.js'
import { withSecretLock } from '../secret-lock.js'
import {
  deriveKey,
  KDF_COST,
  type KdfCost,
  newKdf,
  open,
  parseSealed,
  type SealedSecrets,
  seal,
} from './secret-cipher.js'
import { accountOf, type SecretStore } from './secret-store.js'
import { storeError } from './store-errors.js'

type Values = Readonly<Record<string, string>>
type Kdf = SealedSecrets['kdf']

const VARIABLE = 'GATE_SECRET_STORE_PASSPHRASE'

/**
 * Secrets in `<config>/secrets.enc`, for machines without a keychain: encrypted with a passphrase, 0600, never written
 * in part, never touched when it cannot be read.
 *
 * @param cost Of a file that is created here; an existing one states its own.
 */
export function createEncryptedFile(host: Host, prompt: AuthInit['passphrase'], cost: KdfCost = KDF_COST): SecretStore {
  const path = gatePaths(host).secrets
  const keys = new Map<string, Buffer>()
  let passphrase: Secret | undefined

  const keyFor = async (kdf: Kdf, purpose: 'unlock' | 'create'): Promise<Buffer> => {
    passphrase ??= host.env[VARIABLE] ? new Secret(host.env[VARIABLE]) : await prompt?.(purpose)
    if (!passphrase?.reveal()) {
      throw storeError('secret-store-locked', `The encrypted file ${path} needs its passphrase.`, {
        file: path,
        fix: `Set ${VARIABLE}, or run the command in a terminal.`,
      })
    }
    const id = JSON.stringify([kdf.N, kdf.r, kdf.p, kdf.salt.toString('base64')])
    const key = keys.get(id) ?? (await deriveKey(passphrase.reveal(), kdf))
    keys.set(id, key)
    return key
  }

  const load = async (): Promise<{ values: Values; kdf: Kdf } | undefined> => {
    const file = await readPrivateFile(host, path)
    if (file.state === 'absent') return undefined
    if (file.state === 'refused') {
      const insecure = file.fault !== 'unreadable' && file.fault !== 'too-large'
      throw storeError(
        insecure ? 'secret-store-insecure' : 'secret-store-corrupt',
        `${path} ${faultText(file.fault)}.`,
        {
          file: path,
          ...(file.fault === 'open-to-others' ? { fix: `If nobody else read it: chmod 600 ${path}` } : {}),
        },
      )
    }
    const parsed = parseSealed(file.text)
    if (parsed.state === 'other-version') {
      throw storeError(
        'secret-store-version',
        `${path} was written by another version of gate (format ${String(parsed.version)}).`,
        {
          file: path,
        },
      )
    }
    if (parsed.state === 'damaged') throw damaged(path)
    const key = await keyFor(parsed.sealed.kdf, 'unlock')
    const values = open(parsed.sealed, key)
    if (values === 'damaged') throw damaged(path)
    if (values === 'wrong-key') {
      passphrase = undefined
      keys.clear()
      throw storeError('secret-store-locked', `The passphrase does not fit the encrypted file ${path}.`, {
        file: path,
        fix: `Set ${VARIABLE} to the right passphrase.`,
      })
    }
    return { values, kdf: parsed.sealed.kdf }
  }

  const change = (edit: (values: Values) => Values): Promise<void> =>
    withSecretLock(host, 'secrets', async (lock) => {
      const current = await load()
      const kdf = current?.kdf ?? newKdf(cost)
      const wanted = edit(current?.values ?? {})
      const text = seal(wanted, await keyFor(kdf, 'create'), kdf)
      await lock.assertHeld()
      await removeLeftovers(host, path)
      await atomicWrite(host, path, text, { mode: 0o600, beforeRename: () => lock.assertHeld() })
      if (JSON.stringify((await load())?.values) !== JSON.stringify(wanted)) {
        throw storeError('secret-store-lost-write', `${path} does not hold what was just written to it.`, {
          file: path,
        })
      }
    })

  return {
    kind: 'file',
    location: path,
    async get(name) {
      const value = (await load())?.values[accountOf(name)]
      return value === undefined ? undefined : new Secret(value)
    },
    set: (name, value) => change((values) => ({ ...values, [accountOf(name)]: value.reveal() })),
    async delete(name) {
      const account = accountOf(name)
      if ((await load())?.values[account] === undefined) return false
      await change((values) => Object.fromEntries(Object.entries(values).filter(([each]) => each !== account)))
      return true
    },
  }
}

function damaged(path: string) {
  return storeError('secret-store-corrupt', `${path} is damaged; it was left as it is.`, { file: path })
}
