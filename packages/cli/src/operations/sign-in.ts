import type { LoginMethod, SecretStoreKind } from '@gate/auth'
import { type Connection, GateError, type Secret } from '@gate/core'
import { authProfileOf, type Session } from './session.js'

/** What sign-in came to during setup. */
export type SignIn = 'signed-in' | 'deferred' | 'not-needed'

export interface SignInOptions {
  /** Leave it to the first request of a client. */
  readonly lazy: boolean
  readonly method: LoginMethod
  /** Key to keep, for profiles with `auth.kind: 'api-key'`. */
  readonly apiKey: Secret | undefined
  /** Default: the store of the configuration. */
  readonly store?: SecretStoreKind
}

/**
 * Finds what is wrong with the options before anything is saved.
 *
 * @throws GateError `invalid-argument` for an empty key, `invalid-config` for a secret store that there is not.
 */
export async function checkSignIn(session: Session, connection: Connection, options: SignInOptions): Promise<void> {
  if (connection.auth.kind === 'none') return
  if (options.apiKey?.reveal().trim() === '') {
    throw new GateError({
      code: 'invalid-argument',
      message: 'stdin held no API key',
      fix: 'printf %s "$KEY" | gate setup --api-key-stdin',
    })
  }
  await session.auth(connection.profile, authProfileOf(connection), options.store)
}

/**
 * Makes sure that tokens can be handed out: stores the API key, or logs in unless there is a valid token or grant.
 *
 * @throws GateError of `@gate/auth`.
 */
export async function signIn(session: Session, connection: Connection, options: SignInOptions): Promise<SignIn> {
  if (connection.auth.kind === 'none') return 'not-needed'
  if (connection.auth.kind === 'oidc' && options.lazy) return 'deferred'
  const auth = await session.auth(connection.profile, authProfileOf(connection), options.store)
  if (options.apiKey !== undefined) {
    await auth.storeApiKey(options.apiKey)
    return 'signed-in'
  }
  if (connection.auth.kind === 'api-key' && options.lazy) return 'deferred'
  session.progress('Signing in')
  await auth.accessToken({
    interaction: connection.auth.kind === 'oidc' ? 'foreground' : 'never',
    present: session.presenter,
    method: options.method,
    signal: session.signal,
  })
  return 'signed-in'
}
