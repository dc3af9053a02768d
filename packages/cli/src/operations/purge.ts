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

/** Signs every profile out: secrets and tokens are deleted, grants revoked where the issuer offers that. Never throws. */
export async function signOutEverywhere(session: Session): Promise<Purged> {
  const profiles: string[] = []
  const notes: Note[] = []
  for (const [name, profile] of Object.entries(session.config.profiles)) {
    session.progress(`Signing out of ${name}`)
    try {
      const complete = requireComplete(name, profile)
      if (complete.auth.kind === 'none') continue
      const auth = await session.auth(name, authProfileOf(complete))
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
      // A profile that was never complete has no secrets.
      if (failure.code === 'not-configured' || failure.code === 'invalid-config') continue
      notes.push({
        code: failure.code,
        message: `Secrets of profile "${name}" could not be deleted: ${failure.message}`,
      })
    }
  }
  return { profiles, notes }
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
