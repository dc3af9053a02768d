import type { LoginMethod, LoginResult, LogoutResult } from '@gate/auth'
import { GateError, type Secret } from '@gate/core'
import { requireComplete } from '../profile/index.js'
import { authProfileOf, connectionWithHelper, type Session } from '../session.js'
import { askWithToken, keepEvidence, tokenFor, USUAL_PROTOCOLS } from './keep-evidence.js'

export interface LoginOptions {
  /** Default `browser`. */
  readonly method?: LoginMethod
  /** Key to keep instead of a login, for profiles with `auth.kind: 'api-key'`. */
  readonly apiKey?: Secret | undefined
  /** Asks for that key. Default: nobody is asked. */
  readonly askApiKey?: () => Promise<Secret>
  /** Started by a helper in the background: leave quietly when another login is already running. */
  readonly detached?: boolean
}

/**
 * Signs in anew, whatever is cached.
 *
 * @throws GateError `not-configured`, `invalid-argument` (nothing to sign in to), and those of `@gate/auth`.
 */
export async function login(session: Session, options: LoginOptions): Promise<LoginResult> {
  const complete = requireComplete(session.profileName, session.profile)
  if (complete.auth.kind === 'none') throw noSignIn(session.profileName)
  const auth = await session.auth(session.profileName, authProfileOf(complete))
  if (complete.auth.kind === 'api-key') {
    const key = options.apiKey ?? (await options.askApiKey?.())
    if (key === undefined || key.reveal().trim() === '') {
      throw new GateError({
        code: 'invalid-argument',
        message: `profile "${session.profileName}" uses an API key, and none was given`,
        fix: { action: 'login', needs: ['api-key'] },
      })
    }
    await auth.storeApiKey(key)
    await learn(session)
    return { renewable: true, byOtherProcess: false }
  }
  session.progress({ step: 'sign-in' })
  const result = await auth.login({
    method: options.method ?? 'browser',
    present: session.presenter,
    signal: session.signal,
    ...(options.detached === undefined ? {} : { detached: options.detached }),
  })
  await learn(session)
  return result
}

/** Asks the gateway what it speaks, with the new token; a login is done without that. Never throws. */
async function learn(session: Session): Promise<void> {
  try {
    session.progress({ step: 'ask-gateway' })
    const connection = connectionWithHelper(session.host, session.profileName, session.profile)
    const token = await tokenFor(session, connection)
    await keepEvidence(session, connection, await askWithToken(session, connection, USUAL_PROTOCOLS, token))
  } catch {
    // The next look at the gateway finds out.
  }
}

/**
 * Deletes tokens and secrets of the profile and revokes them where the issuer offers that.
 *
 * @throws GateError `not-configured`, and those of `@gate/auth`.
 */
export async function logout(session: Session): Promise<LogoutResult> {
  const complete = requireComplete(session.profileName, session.profile)
  const auth = await session.auth(session.profileName, authProfileOf(complete))
  return auth.logout({ signal: session.signal })
}

function noSignIn(profile: string): GateError {
  return new GateError({
    code: 'invalid-argument',
    message: `the gateway of profile "${profile}" wants no sign-in`,
    fix: { action: 'setup', needs: ['issuer', 'client-id'] },
  })
}
