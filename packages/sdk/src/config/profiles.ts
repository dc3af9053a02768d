import { GateError, ownValue } from '@gate/core'
import { updateConfig } from '../profile/config-file.js'
import { profileProblems } from '../profile/index.js'
import { authProfileIn, type Session } from '../session.js'

/** A profile as a list shows it. */
export interface ListedProfile {
  readonly name: string
  readonly gatewayUrl: string | undefined
  /** True when everything that a connection needs is there and valid. */
  readonly configured: boolean
  readonly active: boolean
  /** Ids of the clients that are set up for it. */
  readonly clients: readonly string[]
}

/** Returns every profile of the configuration, by name. */
export async function listProfiles({ host, config }: Session): Promise<readonly ListedProfile[]> {
  const receipts = await host.engine.receipts()
  return Object.entries(config.profiles)
    .map(([name, profile]) => ({
      name,
      gatewayUrl: profile.gatewayUrl,
      configured: profileProblems(profile).length === 0,
      active: name === config.activeProfile,
      clients: receipts.filter((receipt) => receipt.profile === name).map(({ clientId }) => clientId),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * Makes a profile the active one.
 *
 * @throws GateError `unknown-profile`.
 */
export async function useProfile(session: Session, name: string): Promise<void> {
  await updateConfig(session.host, (config) => {
    if (ownValue(config.profiles, name) === undefined) throw unknownProfile(name, Object.keys(config.profiles))
    return { ...config, activeProfile: name }
  })
}

/**
 * Signs a profile out and forgets it.
 *
 * @throws GateError `unknown-profile`, `clients-still-configured` while a client uses it, and those of signing out.
 */
export async function removeProfile(session: Session, name: string): Promise<void> {
  const { host, config, signal } = session
  const profile = ownValue(config.profiles, name)
  if (profile === undefined) throw unknownProfile(name, Object.keys(config.profiles))
  const users = (await host.engine.receipts()).filter((receipt) => receipt.profile === name)
  if (users.length > 0) {
    throw new GateError({
      code: 'clients-still-configured',
      message: `${users.map(({ clientId }) => clientId).join(', ')} would be left configured for a profile that is gone`,
      fix: { action: 'teardown' },
    })
  }
  await (await session.auth(name, authProfileIn(config, name))).logout({ signal })
  await updateConfig(host, ({ profiles, ...rest }) => {
    const { [name]: _removed, ...others } = profiles
    return { ...rest, profiles: others }
  })
}

function unknownProfile(name: string, known: string[]): GateError {
  return new GateError({
    code: 'unknown-profile',
    message: `there is no profile "${name}"; known are ${known.sort().join(', ') || 'none'}`,
  })
}
