import { isDeepStrictEqual } from 'node:util'
import { ownValue } from '@gate/core'
import { changedProfile, type ProfileChanges } from '../config/profile-changes.js'
import { createOwnDirectories } from '../directories/own-directories.js'
import type { GatewayAnswers } from '../gateway/ask-gateway.js'
import { withEvidence } from '../gateway/evidence.js'
import { updateConfig } from '../profile/config-file.js'
import { type GateConfig, profileProblems } from '../profile/index.js'
import type { Session } from '../session.js'
import { withChosenStore } from './secret-store-choice.js'

/**
 * Merges the changes into what is on disk now, which another gate may have written since this one read it.
 *
 * @param seen What the gateway answered without a token, and the path prefixes that it was found to have.
 * @param activate Makes the profile the active one.
 * @returns Puts the connection back that was there, for a set-up that fails after this. It leaves alone what somebody
 *   else wrote meanwhile, and a connection of which there was no complete one before: its login can be tried again.
 * @throws GateError `invalid-config`, and those of the disk.
 */
export async function saveConnection(
  session: Session,
  changes: ProfileChanges,
  seen: Pick<GatewayAnswers, 'paths' | 'protocols'>,
  activate: boolean,
): Promise<() => Promise<void>> {
  session.progress({ step: 'save-connection' })
  const { host, profileName, config: before } = session
  await createOwnDirectories(host)
  const time = host.clock.now()
  const saved = (config: GateConfig): GateConfig => {
    const onDisk = ownValue(config.profiles, profileName) ?? {}
    const asked = changedProfile(host, onDisk, changes)
    // A prefix that another gate wrote meanwhile was found or given later.
    const found = (field: 'anthropicPath' | 'openaiPath', path: string | undefined) =>
      asked[field] !== undefined && onDisk[field] !== session.profile[field] ? asked[field] : (path ?? asked[field])
    const profile = changedProfile(host, asked, {
      anthropicPath: found('anthropicPath', seen.paths.anthropic),
      openaiPath: found('openaiPath', seen.paths.openai),
    })
    profile.protocols = withEvidence(profile.protocols, seen.protocols, 'none', time)
    const profiles = { ...config.profiles, [profileName]: profile }
    const chosen = withChosenStore(config, host.env.GATE_SECRET_STORE)
    return { ...chosen, profiles, ...(activate ? { activeProfile: profileName } : {}) }
  }
  // Most set-ups after the first one change nothing, and need no lock for that.
  if (isDeepStrictEqual(saved(before), before)) return async () => {}
  const now = await updateConfig(host, saved)
  return async () => {
    if (profileProblems(session.profile).length > 0) return
    await updateConfig(host, (config) => {
      if (!isDeepStrictEqual(ownValue(config.profiles, profileName), ownValue(now.profiles, profileName))) return config
      const { secretStore: _chosen, ...rest } = config
      return {
        ...rest,
        activeProfile: before.activeProfile,
        profiles: { ...config.profiles, [profileName]: session.profile },
        ...(before.secretStore === undefined ? {} : { secretStore: before.secretStore }),
      }
    })
  }
}
