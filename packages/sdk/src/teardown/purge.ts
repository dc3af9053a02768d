import { type Finding, findingOf } from '@gate/core'
import type { Created } from '../directories/own-directories.js'
import { authProfileIn, type Session } from '../session.js'
import { removeOwnDirectories } from './remove-own-directories.js'

/** What a purge did. */
export interface Purged {
  /** Profiles whose sign-in was deleted. */
  readonly profiles: readonly string[]
  /**
   * False when a store still holds a secret of gate's. Where to find it is then not forgotten, so that the same command can
   * be run again.
   */
  readonly complete: boolean
  /** What could not be done, e.g. revocation at an issuer that cannot be reached. */
  readonly notes: readonly Finding[]
}

/**
 * Signs every profile out, also those that the configuration no longer names: secrets and tokens are deleted, grants
 * revoked where the issuer offers that. Never throws.
 */
export async function signOutEverywhere(session: Session): Promise<Purged> {
  const profiles: string[] = []
  const notes: Finding[] = []
  const { storedSecrets } = await import('@gate/auth')
  const stored = await storedSecrets(session.host)
  const names = new Set([...Object.keys(session.config.profiles), ...stored.map(({ profile }) => profile)])
  for (const name of names) {
    session.progress({ step: 'sign-out', profile: name })
    try {
      const auth = await session.auth(name, authProfileIn(session.config, name))
      const { wasSignedIn, revocation, reason } = await auth.logout({ signal: session.signal })
      if (wasSignedIn) profiles.push(name)
      if (revocation === 'failed') {
        notes.push({
          code: 'not-revoked',
          severity: 'info',
          message: `The grant of profile "${name}" could not be revoked: ${reason ?? 'unknown'}`,
        })
      }
    } catch (error) {
      const failure = findingOf(error)
      notes.push({
        code: failure.code,
        severity: 'info',
        message: `Secrets of profile "${name}" could not be deleted: ${failure.message}`,
      })
    }
  }
  // The encrypted file is gate's own and goes with everything else.
  const left = (await storedSecrets(session.host)).filter(({ storedIn }) => storedIn !== 'file')
  return { profiles, complete: left.length === 0, notes }
}

/**
 * Deletes tokens and secrets of every profile, then everything that gate keeps on disk. Goes on after failures: what is
 * left is named, and nothing on disk is deleted while a store holds a secret that only gate's records lead to.
 *
 * @param created What gate made of the directories, as it was known before the command took its first lock.
 */
export async function purge(session: Session, created: Created): Promise<Purged> {
  const signedOut = await signOutEverywhere(session)
  if (!signedOut.complete) return signedOut
  session.progress({ step: 'delete-own-files' })
  const left = await removeOwnDirectories(session.host, created)
  return {
    ...signedOut,
    notes: [
      ...signedOut.notes,
      ...left.map(({ path, reason }) => ({
        code: 'left-over',
        severity: 'warning' as const,
        message: `${path} was left: ${reason}`,
      })),
    ],
  }
}
