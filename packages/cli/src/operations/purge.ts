import type { AuthProfile } from '@gate/auth'
import type { Note } from '@gate/core'
import { requireComplete } from '@gate/core/profile'
import { failureOf } from '../failure.js'
import { removeOwnDirectories } from './own-directories.js'
import { authProfileOf, type Session } from './session.js'

/** What a purge did. */
export interface Purged {
  /** Profiles whose sign-in was deleted. */
  readonly profiles: readonly string[]
  /** What could not be done, e.g. revocation at an issuer that cannot be reached. */
  readonly notes: readonly Note[]
}

/**
 * Signs every profile out, also those that the configuration no longer names: secrets and tokens are deleted, grants
 * revoked where the issuer offers that. Never throws.
 */
export async function signOutEverywhere(session: Session): Promise<Purged> {
  const profiles: string[] = []
  const notes: Note[] = []
  const { profilesWithSecrets } = await import('@gate/auth')
  const names = new Set([...Object.keys(session.config.profiles), ...(await profilesWithSecrets(session.host))])
  for (const name of names) {
    session.progress(`Signing out of ${name}`)
    try {
      const auth = await session.auth(name, authProfileIn(session, name))
      const { wasSignedIn, revocation, reason } = await auth.logout({ signal: session.signal })
      if (wasSignedIn) profiles.push(name)
      if (revocation === 'failed') {
        notes.push({
          code: 'not-revoked',
          message: `The grant of profile "${name}" could not be revoked: ${reason ?? 'unknown'}`,
        })
      }
    } catch (error) {
      const failure = failureOf(error)
      notes.push({
        code: failure.code,
        message: `Secrets of profile "${name}" could not be deleted: ${failure.message}`,
      })
    }
  }
  return { profiles, notes }
}

/** What sign-in needs of a profile; one that is not complete may still have secrets from when it was. */
function authProfileIn(session: Session, name: string): AuthProfile {
  try {
    return authProfileOf(requireComplete(name, session.config.profiles[name] ?? {}))
  } catch {
    return { gatewayUrl: '', auth: { kind: 'none' } }
  }
}

/**
 * Deletes tokens and secrets of every profile, then everything that gate keeps on disk. Goes on after failures: what is
 * left is named.
 */
export async function purge(session: Session): Promise<Purged> {
  const { profiles, notes } = await signOutEverywhere(session)
  session.progress('Deleting what gate keeps')
  const left = await removeOwnDirectories(session.host)
  return {
    profiles,
    notes: [
      ...notes,
      ...left.map(({ path, reason }) => ({ code: 'left-over', message: `${path} was left: it ${reason}` })),
    ],
  }
}
