import type { AuthState } from '@gate/auth'
import { type Finding, findingOf } from '@gate/core'
import { profileProblems } from '../profile/index.js'
import { authProfileOf, connectionWithHelper, type Session } from '../session.js'

/** Sign-in of a profile as `status` tells it. */
export type StatusAuth =
  | (AuthState & { readonly error?: undefined })
  | { readonly kind: AuthState['kind'] | null; readonly state: 'not-configured' | 'unknown'; readonly error?: Finding }

/** What is known of the sign-in of a profile, without network. Never throws. */
export async function signInState(session: Session, profileName: string): Promise<StatusAuth> {
  const { config, host } = session
  const profile = Object.hasOwn(config.profiles, profileName) ? config.profiles[profileName] : undefined
  const kind = profile?.auth?.kind ?? null
  if (profile === undefined || profileProblems(profile).length > 0) return { kind, state: 'not-configured' }
  try {
    const connection = connectionWithHelper(host, profileName, profile)
    const auth = await session.auth(profileName, authProfileOf(connection))
    return await auth.state()
  } catch (error) {
    return { kind, state: 'unknown', error: findingOf(error) }
  }
}
