import type { SecretStoreKind } from '@gate/auth'
import { type Connection, type Finding, GateError, gatePaths } from '@gate/core'
import { updateConfig } from '../profile/config-file.js'
import type { GateConfig } from '../profile/index.js'
import type { Session } from '../session.js'
import { type SignIn, type SignInOptions, signIn } from '../sign-in/sign-in.js'

/** Asks whether the encrypted file may be used; `problem` says what is wrong with the keychain. */
export type OfferEncryptedFile = (problem: string) => Promise<boolean>

/** What shows that this machine has no keychain, as opposed to one that is locked or full. */
const NO_KEYCHAIN: readonly string[] = ['secret-store-unavailable', 'secret-store-lost-write']

/**
 * The configuration with the store that `GATE_SECRET_STORE` chose for this setup: clients are started without the
 * variables of a shell, and must not look in another place than where setup put the sign-in. Pure. `env` keeps
 * nothing, so there is nothing to remember.
 */
export function withChosenStore(config: GateConfig, chosen: string | undefined): GateConfig {
  if (chosen !== 'file' && chosen !== 'keychain') return config
  return (config.secretStore ?? 'keychain') === chosen ? config : { ...config, secretStore: chosen }
}

/** The store that is in force, when it is known which: the variable, else the configuration, else the keychain. */
export function storeInForce(config: GateConfig, chosen: string | undefined): string {
  return chosen || config.secretStore || 'keychain'
}

/**
 * Signs in; where nobody chose a store and there is no keychain, offers the encrypted file once and remembers a yes.
 *
 * @param offer Default: nobody is asked, and the error of the keychain names the command that chooses the file.
 * @returns What sign-in came to, and the store that it used when that is not the configured one.
 * @throws GateError of `@gate/auth`.
 */
export async function signInWithStore(
  session: Session,
  connection: Connection,
  options: SignInOptions,
  offer: OfferEncryptedFile | undefined,
): Promise<{ readonly signedIn: SignIn; readonly store?: SecretStoreKind }> {
  try {
    return { signedIn: await signIn(session, connection, options) }
  } catch (error) {
    const chosen = session.host.env.GATE_SECRET_STORE || session.config.secretStore
    const mayAsk = chosen === undefined && GateError.isInstance(error) && NO_KEYCHAIN.includes(error.code)
    if (!mayAsk || !offer || !(await offer(error.message))) throw error
    await updateConfig(session.host, (config) => ({ ...config, secretStore: 'file' }))
    return { signedIn: await signIn(session, connection, { ...options, store: 'file' }), store: 'file' }
  }
}

/** What has to be known about the encrypted file, and is easily found out too late. */
export async function encryptedFileNotes(session: Session, connection: Connection, store: string): Promise<Finding[]> {
  if (store !== 'file' || connection.auth.kind === 'none') return []
  const { secretsFileProtection } = await import('@gate/auth')
  if ((await secretsFileProtection(session.host)) !== 'passphrase') return []
  const when = connection.auth.kind === 'oidc' ? 'once the present token has expired' : 'at all'
  return [
    {
      code: 'encrypted-file',
      severity: 'info',
      message: `Secrets are in the encrypted file ${gatePaths(session.host).secrets}. A client has no token ${when} unless it is started with GATE_SECRET_STORE_PASSPHRASE in its environment.`,
    },
  ]
}
