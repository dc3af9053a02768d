import { GateError, gatePaths, ownValue, type Secret } from '@gate/core'
import { createOwnDirectories } from '../directories/own-directories.js'
import { updateConfig } from '../profile/config-file.js'
import { emptyConfig, type GateConfig, type Profile, profileProblems } from '../profile/index.js'
import type { Session } from '../session.js'
import { heal } from '../teardown/heal.js'
import { type Purged, signOutEverywhere } from '../teardown/purge.js'
import { type TeardownResult, teardown } from '../teardown/teardown.js'
import { type ConfigKey, configKey } from './config-keys.js'
import { changedProfile, checkChanged, type ProfileChanges } from './profile-changes.js'

/** What `gate config show` tells. Holds no secret: those are in the secret store. */
export interface ConfigShown {
  readonly profile: string
  readonly file: string
  /** True when everything that a connection needs is there and valid. */
  readonly configured: boolean
  /** What is missing or wrong, in words. */
  readonly problems: readonly string[]
  readonly settings: Profile
  readonly secretStore: GateConfig['secretStore']
  readonly plugins: readonly string[]
  readonly shimFastPath: GateConfig['shimFastPath']
  /** Clients that are set up, with the files that gate wrote. */
  readonly clients: readonly { readonly id: string; readonly profile: string; readonly files: readonly string[] }[]
}

/** @throws GateError `invalid-config` when `config.json` cannot be understood. */
export async function showConfig(session: Session): Promise<ConfigShown> {
  const { host, config, profile, profileName } = session
  const problems = profileProblems(profile).map((problem) => problem.message)
  const receipts = await host.engine.receipts()
  return {
    profile: profileName,
    file: gatePaths(host).config,
    configured: problems.length === 0,
    problems,
    settings: profile,
    secretStore: config.secretStore,
    plugins: config.plugins ?? [],
    shimFastPath: config.shimFastPath,
    clients: receipts.map((receipt) => ({ id: receipt.clientId, profile: receipt.profile, files: receipt.files })),
  }
}

/**
 * @returns The value as it is saved; undefined when it is not set.
 * @throws GateError `invalid-argument` for an unknown setting.
 */
export function getConfig(session: Session, name: string): unknown {
  return configKey(name).read(session.config, session.profile)
}

/**
 * Changes one setting; an empty text means none.
 *
 * @returns The value as it is saved now.
 * @throws GateError `invalid-argument`, `invalid-config`, `secret-store-…` for a store that does not work.
 */
export async function setConfig(session: Session, name: string, text: string): Promise<unknown> {
  const key = configKey(name)
  if (key.name === 'auth' && text === '') return unsetConfig(session, name)
  return change(session, key, text)
}

/**
 * Chooses the encrypted file and encrypts it anew.
 *
 * @param passphrase Undefined = with a key file of its own.
 * @throws GateError `secret-store-…`.
 */
export async function protectSecrets(session: Session, passphrase: Secret | undefined): Promise<void> {
  await createOwnDirectories(session.host)
  await session.protectSecrets(passphrase)
  await updateConfig(session.host, (before) => ({ ...before, secretStore: 'file' }))
}

/**
 * Removes one setting.
 *
 * @throws GateError `invalid-argument`.
 */
export async function unsetConfig(session: Session, name: string): Promise<undefined> {
  const key = configKey(name)
  if (key.name === 'anthropic-path' || key.name === 'openai-path' || key.name === 'auth') {
    const field = key.name === 'auth' ? 'auth' : key.name === 'openai-path' ? 'openaiPath' : 'anthropicPath'
    await save(session, ({ [field]: _removed, ...rest }) => rest)
  } else {
    await change(session, key, '')
  }
  return undefined
}

async function change(session: Session, key: ConfigKey, text: string): Promise<unknown> {
  const { host, profileName } = session
  const { changeConfig } = key
  if (changeConfig) {
    const chosen = key.name === 'secret-store' ? changeConfig(session.config, text).secretStore : undefined
    await createOwnDirectories(host)
    if (chosen !== undefined) await session.proveStore(chosen)
    const config = await updateConfig(host, (before) => changeConfig(before, text))
    return key.read(config, ownValue(config.profiles, profileName) ?? {})
  }
  const changes: ProfileChanges = key.change?.(text) ?? {}
  const config = await save(session, (before) => changedProfile(host, before, changes))
  return key.read(config, ownValue(config.profiles, profileName) ?? {})
}

async function save(session: Session, mutate: (profile: Profile) => Profile): Promise<GateConfig> {
  const { host, profileName } = session
  // Checked before the directories are made, so that a refused value leaves nothing behind.
  await checkChanged(host, mutate(session.profile))
  await createOwnDirectories(host)
  return updateConfig(host, async (config) => {
    const profile = mutate(ownValue(config.profiles, profileName) ?? {})
    await checkChanged(host, profile)
    return { ...config, profiles: { ...config.profiles, [profileName]: profile } }
  })
}

export interface ResetResult {
  /** Absent when no client was configured. */
  readonly teardown?: TeardownResult
  /** Profiles whose sign-in was deleted, and what could not be. */
  readonly signedOut: Purged
}

/**
 * Forgets every profile and setting, and signs out: a secret whose profile is gone could never be found again.
 *
 * @param options `teardown`: give the clients' files back first.
 * @throws GateError `clients-still-configured`, or the first error of the teardown.
 */
export async function resetConfig(session: Session, options: { readonly teardown: boolean }): Promise<ResetResult> {
  const { host } = session
  await heal(session)
  const receipts = await host.engine.receipts()
  if (receipts.length > 0 && !options.teardown) {
    throw new GateError({
      code: 'clients-still-configured',
      message: `${receipts.map((receipt) => receipt.clientId).join(', ')} would be left configured for a connection that is gone`,
      fix: { action: 'reset-settings', teardown: true },
    })
  }
  const undone = receipts.length > 0 ? await teardown(session) : undefined
  const failed = undone?.clients.find((client) => client.error !== undefined)?.error
  if (failed) {
    throw new GateError({
      code: failed.code as GateError['code'],
      message: `The configuration was not reset, because a client could not be given back: ${failed.message}`,
      ...failed.place,
      ...(failed.fix === undefined ? {} : { fix: failed.fix }),
    })
  }
  const signedOut = await signOutEverywhere(session)
  await deleteConfig(session)
  return { ...(undone === undefined ? {} : { teardown: undone }), signedOut }
}

/** A file that cannot be understood cannot be changed either; it is what reset exists for, so it is removed. */
async function deleteConfig({ host, configError }: Session): Promise<void> {
  const file = host.toNative(gatePaths(host).config)
  if (configError) return host.fs.rm(file, { force: true })
  // Nothing to forget: not even a lock is left where gate never wrote anything.
  if (await host.fs.lstat(file).then(() => false, isMissing)) return
  await createOwnDirectories(host)
  await updateConfig(host, emptyConfig)
}

function isMissing(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ENOENT' || error.code === 'ENOTDIR'
}
