import type { Auth, AuthProfile, LoginPresenter, SecretStoreKind } from '@gate/auth'
import { helperPath } from '@gate/auth/helper-path'
import {
  type Connection,
  type ConnectionAuth,
  GateError,
  type Helper,
  type Host,
  ownValue,
  type Secret,
} from '@gate/core'
import { createNodeHost } from '@gate/engine/host'
import { watchNativeCall } from '../end-process.js'
import { gateScript, packageDirectory } from '../installation.js'
import { openPlugins, type PluginSet } from '../plugins/plugin-set.js'
import { loadConfig } from '../profile/config-file.js'
import { connectionOf, emptyConfig, type GateConfig, type Profile, profileNameOf } from '../profile/index.js'
import { syncFileSystem } from '../sync-file-system.js'

export interface SessionInit {
  /** Default: this machine. */
  readonly host?: Host
  /** Whether a missing home directory is an error at once, see `createNodeHost`. Default true. */
  readonly requireHome?: boolean
  /** Name given with `--profile`. Default: `GATE_PROFILE`, else the active profile. */
  readonly profile?: string | undefined
  /** Directory whose project files count for overrides, against the working directory. Default: that one. */
  readonly cwd?: string | undefined
  readonly signal?: AbortSignal
  /** How a login speaks with the person. Default: it says nothing. */
  readonly presenter?: LoginPresenter
  /** Asks for the passphrase of the encrypted file. Default: nobody is asked. */
  readonly passphrase?: (purpose: 'unlock' | 'create') => Promise<Secret | undefined>
  /** Says what is being done. Default: nobody is told. */
  readonly progress?: (step: string) => void
  /** One line per thing worth telling. Default: nobody is told. */
  readonly warn?: (message: string) => void
  /** `process.argv[1]`; package managers put a path there that leads to the plugins. */
  readonly invokedAs?: string | undefined
  /**
   * Go on with an empty configuration when `config.json` is not valid; {@link Session.configError} says why. For
   * commands that must work then: undoing, and finding out what is wrong.
   */
  readonly tolerateInvalidConfig?: boolean
}

/** Everything an operation works with. */
export interface Session {
  readonly host: Host
  readonly config: GateConfig
  readonly configError: GateError | undefined
  readonly profileName: string
  /** As it is on disk; empty when there is none of that name. */
  readonly profile: Profile
  readonly plugins: PluginSet
  readonly signal: AbortSignal
  readonly presenter: LoginPresenter
  progress(step: string): void
  warn(message: string): void
  /**
   * Sign-in for a profile that is complete as far as sign-in needs it.
   *
   * @param store Default: the store of the configuration.
   */
  auth(name: string, profile: AuthProfile, store?: SecretStoreKind): Promise<Auth>
  /** @throws GateError `secret-store-…` when a store does not keep what it is given. */
  proveStore(kind: SecretStoreKind): Promise<void>
  /** Encrypts the encrypted file anew: with a passphrase, or with a key file when none is given. */
  protectSecrets(passphrase: Secret | undefined): Promise<void>
}

/**
 * Reads the configuration and looks for plugins; imports none of them and touches no network.
 *
 * @throws GateError `invalid-config`, `invalid-argument` (profile name, or `cwd` is no directory).
 */
export async function openSession(init: SessionInit = {}): Promise<Session> {
  const host = init.host ?? (await thisMachine(init))
  let configError: GateError | undefined
  const config = await loadConfig(host).catch((error: unknown) => {
    if (!init.tolerateInvalidConfig || !GateError.isInstance(error)) throw error
    configError = error
    return emptyConfig()
  })
  const profileName = profileNameOf(host, config, init.profile)
  const warn = init.warn ?? (() => {})
  const prompt = init.passphrase === undefined ? {} : { passphrase: init.passphrase }
  return {
    host,
    config,
    configError,
    profileName,
    profile: ownValue(config.profiles, profileName) ?? {},
    plugins: openPlugins({
      cliFile: `${packageDirectory()}/package.json`,
      ...(init.invokedAs === undefined ? {} : { invokedAs: init.invokedAs }),
      explicit: config.plugins ?? [],
      // A host that is given may be anything, and does not go into another process.
      inProcess: init.host !== undefined,
      cwd: () => host.cwd,
      warn,
    }),
    signal: init.signal ?? new AbortController().signal,
    presenter: init.presenter ?? { show() {} },
    progress: init.progress ?? (() => {}),
    warn,
    async auth(name, profile, store = config.secretStore) {
      // On demand: most commands of most days need no part of sign-in.
      const { createAuth } = await import('@gate/auth')
      return createAuth(host, {
        profileName: name,
        profile,
        ...(store === undefined ? {} : { secretStore: store }),
        loginCommand: { command: process.execPath, args: [gateScript(), 'login', '--detached', '--profile', name] },
        ...prompt,
        onNativeCall: watchNativeCall,
        warn,
      })
    },
    async proveStore(kind) {
      const { proveStore } = await import('@gate/auth')
      await proveStore(host, kind, { ...prompt, onNativeCall: watchNativeCall })
    },
    async protectSecrets(passphrase) {
      const { protectSecretsFile } = await import('@gate/auth')
      await protectSecretsFile(host, passphrase, prompt)
    },
  }
}

/** The same session with the configuration as it is on disk now; unchanged when that cannot be read. */
export async function reread(session: Session): Promise<Session> {
  const config = await loadConfig(session.host).catch(() => undefined)
  return config ? { ...session, config, profile: ownValue(config.profiles, session.profileName) ?? {} } : session
}

/** Nothing can be seen from a directory that is not there, so what is found then must not look fine. */
async function thisMachine({ cwd, requireHome = true }: SessionInit): Promise<Host> {
  const here = createNodeHost({ fs: syncFileSystem, requireHome })
  if (!cwd) return here
  const directory = here.path.resolve(here.cwd, cwd)
  const stats = await here.fs.stat(here.toNative(directory)).catch(() => undefined)
  if (stats?.isDirectory()) return createNodeHost({ fs: syncFileSystem, requireHome, cwd: directory })
  throw new GateError({
    code: 'invalid-argument',
    message: `${directory} is not a directory that gate can see`,
    fix: 'Name a directory that exists.',
  })
}

/**
 * What clients must be told, with the helper that they are given; nothing is written.
 *
 * @throws GateError `not-configured` or `invalid-config`.
 */
export function connectionWithHelper(host: Host, profileName: string, profile: Profile | undefined): Connection {
  const connection = connectionOf(profileName, profile, { command: '', args: [] })
  return { ...connection, helper: helperOf(host, connection) }
}

/** The connections of all profiles that are complete, to tell what gate may have written from what the user did. */
export function knownConnections({ host, config }: Pick<Session, 'host' | 'config'>): readonly Connection[] {
  return Object.entries(config.profiles).flatMap(([name, profile]) => {
    try {
      return [connectionWithHelper(host, name, profile)]
    } catch {
      return []
    }
  })
}

/** Where the shim of a connection is or will be; nothing is written. */
export function helperOf(host: Host, { profile, gatewayUrl }: Pick<Connection, 'profile' | 'gatewayUrl'>): Helper {
  return { command: helperPath(host, profile, gatewayUrl), args: [] }
}

/** The part of a connection that sign-in needs. */
export function authProfileOf(connection: {
  readonly gatewayUrl: string
  readonly auth: ConnectionAuth
  readonly caFile?: string
}): AuthProfile {
  return {
    gatewayUrl: connection.gatewayUrl,
    auth: connection.auth,
    ...(connection.caFile === undefined ? {} : { caFile: connection.caFile }),
  }
}
