import { advice, gatePaths, type Host, Secret } from '@gate/core'
import { atomicWrite, removeLeftovers } from '@gate/engine'
import type { AuthInit } from '../contract.js'
import { faultText, readPrivateFile } from '../private-file.js'
import { makeKeyFile, readKeyFile } from './key-file.js'
import { deriveKey, KDF_COST, type Kdf, type KdfCost, newKdf, open, parseSealed, seal } from './secret-cipher.js'
import { withSecretLock } from './secret-lock.js'
import { accountOf, type SecretStore } from './secret-store.js'
import { storeError } from './store-errors.js'

type Values = Readonly<Record<string, string>>

const VARIABLE = 'GATE_SECRET_STORE_PASSPHRASE'
const FORGOTTEN = 'If it is forgotten, move'

/** What protects the encrypted file. */
export type FileProtection = 'passphrase' | 'key-file'

/** The store, whose protection can be changed. */
export interface EncryptedFile extends SecretStore {
  /**
   * Encrypts everything anew.
   *
   * @param passphrase Undefined = a key file.
   */
  protect(passphrase: Secret | undefined): Promise<void>
  /** Undefined when there is no file. */
  protection(): Promise<FileProtection | undefined>
}

/**
 * Secrets in `<config>/secrets.enc`, for machines without a keychain: 0600, never written in part, never touched when it
 * cannot be read. Encrypted with a passphrase where the variable or a person gives one when the file is made, else with a
 * key file of its own, because clients that renew their token have nobody who could type.
 *
 * @param cost Of a file that is created here; an existing one states its own.
 */
export function createEncryptedFile(
  host: Host,
  prompt: AuthInit['passphrase'],
  cost: KdfCost = KDF_COST,
): EncryptedFile {
  const path = gatePaths(host).secrets
  const keys = new Map<string, Buffer>()
  let passphrase: Secret | undefined
  /** A person who chose a passphrase must not choose it again. */
  let isChosen = false

  const askedFor = async (purpose: 'unlock' | 'create'): Promise<Secret | undefined> => {
    if (passphrase) return passphrase
    const given = host.env[VARIABLE]
    const typed = given ? undefined : await prompt?.(purpose)
    isChosen = typed !== undefined
    passphrase = given ? new Secret(given) : typed?.reveal() ? typed : undefined
    return passphrase
  }

  const keyFor = async (kdf: Kdf): Promise<Buffer> => {
    if (kdf.name === 'key-file') return await deriveKey(await readKeyFile(host), kdf)
    const given = await askedFor('unlock')
    if (!given) {
      throw storeError('secret-store-locked', `The encrypted file ${path} needs its passphrase.`, {
        file: path,
        fix: advice(`Set ${VARIABLE}, or run the command in a terminal. ${FORGOTTEN} ${path} away and sign in again`, {
          action: 'login',
        }),
      })
    }
    const id = JSON.stringify([kdf.N, kdf.r, kdf.p, kdf.salt.toString('base64')])
    const key = keys.get(id) ?? (await deriveKey(given.reveal(), kdf))
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
          ...(file.fault === 'open-to-others' ? { fix: advice(`If nobody else read it: chmod 600 ${path}`) } : {}),
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
    const key = await keyFor(parsed.sealed.kdf)
    const values = open(parsed.sealed, key)
    if (values === 'damaged') throw damaged(path)
    if (values === 'wrong-key' && parsed.sealed.kdf.name === 'key-file') {
      throw storeError('secret-store-locked', `The key file ${gatePaths(host).secretsKey} is not that of ${path}.`, {
        file: gatePaths(host).secretsKey,
        fix: advice(`Put the right one back, or move ${path} away and sign in again`, { action: 'login' }),
      })
    }
    if (values === 'wrong-key') {
      passphrase = undefined
      keys.clear()
      throw storeError('secret-store-locked', `The passphrase does not fit the encrypted file ${path}.`, {
        file: path,
        fix: advice(`Set ${VARIABLE} to the right passphrase. ${FORGOTTEN} ${path} away and sign in again`, {
          action: 'login',
        }),
      })
    }
    return { values, kdf: parsed.sealed.kdf }
  }

  const newFile = async (): Promise<Kdf> => {
    if (await askedFor('create')) return newKdf(cost)
    await makeKeyFile(host)
    return newKdf(undefined)
  }

  const change = (edit: (values: Values) => Values, protectAnew?: () => Promise<Kdf>): Promise<void> =>
    withSecretLock(host, 'secrets', async (lock) => {
      const current = await load()
      const kdf = protectAnew ? await protectAnew() : (current?.kdf ?? (await newFile()))
      const wanted = edit(current?.values ?? {})
      const text = seal(wanted, await keyFor(kdf), kdf)
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
    protect: (wanted) =>
      change(
        (values) => values,
        async () => {
          keys.clear()
          passphrase = wanted
          if (wanted) return newKdf(cost)
          await makeKeyFile(host)
          return newKdf(undefined)
        },
      ),
    async protection() {
      const file = await readPrivateFile(host, path)
      const parsed = file.state === 'read' ? parseSealed(file.text) : undefined
      if (parsed?.state !== 'sealed') return undefined
      return parsed.sealed.kdf.name === 'scrypt' ? 'passphrase' : 'key-file'
    },
    set: (name, value) => change((values) => ({ ...values, [accountOf(name)]: value.reveal() })),
    async withoutTrace(run) {
      const wasThere = (await readPrivateFile(host, path)).state !== 'absent'
      await run()
      if (wasThere || isChosen) return
      await withSecretLock(host, 'secrets', async (lock) => {
        const current = await load()
        if (current === undefined || Object.keys(current.values).length > 0) return
        await lock.assertHeld()
        await host.fs.unlink(path)
      })
    },
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
