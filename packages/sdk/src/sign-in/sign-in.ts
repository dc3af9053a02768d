import type { LoginMethod, SecretStoreKind } from '@gate/auth'
import { type Connection, GateError, type Secret } from '@gate/core'
import { authProfileOf, type Session } from '../session.js'

/** What sign-in came to during setup. */
export interface SignIn {
  readonly state: 'signed-in' | 'deferred' | 'not-needed'
  /** Who is signed in, when the issuer says. */
  readonly account?: string
  /** False when the next expiry needs a new login. */
  readonly renewable?: boolean
  /** Scopes that the issuer did not give. */
  readonly notGranted?: readonly string[]
  /** The sign-in is an earlier one, so that the gateway may have stopped to accept it. */
  readonly isEarlier?: boolean
}

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
      message: 'the API key is empty',
      fix: { action: 'setup', needs: ['api-key'] },
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
  if (connection.auth.kind === 'none') return { state: 'not-needed' }
  const auth = await session.auth(connection.profile, authProfileOf(connection), options.store)
  if (connection.auth.kind === 'oidc' && options.lazy) {
    // Before somebody finds out at the first request, where nobody can be asked.
    await auth.proveStore()
    await auth.allowSignIn()
    return { state: 'deferred' }
  }
  if (options.apiKey !== undefined) {
    await auth.storeApiKey(options.apiKey)
    return { state: 'signed-in' }
  }
  if (connection.auth.kind === 'api-key' && options.lazy) return { state: 'deferred' }
  session.progress({ step: 'sign-in' })
  const isEarlier = connection.auth.kind === 'oidc' && (await auth.state()).state === 'signed-in'
  await auth.accessToken({
    interaction: connection.auth.kind === 'oidc' ? 'foreground' : 'never',
    present: session.presenter,
    method: options.method,
    signal: session.signal,
  })
  const { account, renewable, notGranted } = await auth.state()
  return {
    state: 'signed-in',
    isEarlier,
    ...(account === undefined ? {} : { account }),
    ...(renewable === undefined ? {} : { renewable }),
    ...(notGranted === undefined ? {} : { notGranted }),
  }
}

/**
 * A new token in place of one that the gateway did not accept: renewed, or from a login where the issuer does not renew it.
 *
 * @throws GateError of `@gate/auth`.
 */
export async function signInAnew(session: Session, connection: Connection, method: LoginMethod): Promise<Secret> {
  session.progress({ step: 'sign-in-anew' })
  const auth = await session.auth(connection.profile, authProfileOf(connection))
  const { presenter: present, signal } = session
  return (await auth.accessToken({ interaction: 'foreground', forceRefresh: true, present, method, signal })).token
}
