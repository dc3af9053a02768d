import type { Auth, AuthProfile, LoginPresenter, SecretStoreKind } from '@gate/auth'
import { helperPath } from '@gate/auth/helper-path'
import {
  advice,
  type ClientPlugin,
  type Connection,
  type ConnectionAuth,
  GateError,
  type Helper,
  type Host,
  ownValue,
  type Secret,
} from '@gate/core'
import { createNodeHost, type NodeHostInit } from '@gate/engine/host'
import { type Installation, installationOfSdk, packageDirectory } from './installation.js'
import { foreignOwnership } from './ownership/refuse-foreign.js'
import { openPlugins, type PluginSet } from './plugins/plugin-set.js'
import { loadConfig } from './profile/config-file.js'
import {
  connectionOf,
  emptyConfig,
  type GateConfig,
  type Profile,
  profileNameOf,
  requireComplete,
} from './profile/index.js'
import type { Progress } from './progress.js'

/** What an embedder gives, see {@link openGate}; every operation makes a session of it. */
export interface SessionInit {
  /** Default: this machine. */
  readonly host?: Host | undefined
  /** Home directory of the host, in place of that of this process; absolute. */
  readonly home?: string | undefined
  /** Whether the caller has asked {@link foreignOwnership} already. Default false. */
  readonly isOwnershipChecked?: boolean | undefined
  /** Makes the host of this machine. Default: `createNodeHost` of `@gate/engine/host`. */
  readonly createHost?: ((init: NodeHostInit) => Host) | undefined
  /** Whether a missing home directory is an error at once, see `createNodeHost`. Default true. */
  readonly requireHome?: boolean | undefined
  /** Name of the profile. Default: `GATE_PROFILE`, else the active profile. */
  readonly profile?: string | undefined
  /** Directory whose project files count for overrides, against the working directory. Default: that one. */
  readonly cwd?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Shows a login to the person. Default: shows nothing. */
  readonly presenter?: LoginPresenter | undefined
  /** Asks for the passphrase of the encrypted file. Default: nobody is asked. */
  readonly askPassphrase?: ((purpose: 'unlock' | 'create') => Promise<Secret | undefined>) | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Is told what is worth a line although the work goes on. Default: nobody is told. */
  readonly onWarning?: ((message: string) => void) | undefined
  /** Is given each call of the operating system that may never return, e.g. of a keychain. */
  readonly onNativeCall?: ((call: Promise<unknown>) => void) | undefined
  /** Client plugins that the program has imported itself. They win over installed ones of the same id. */
  readonly clients?: readonly ClientPlugin[] | undefined
  /** Where helpers and plugins are. Default: the package `@gate/sdk`. */
  readonly installation?: Installation | undefined
  /** A path that leads to the program that runs, e.g. `process.argv[1]`: plugins are looked for around it, too. */
  readonly invokedAs?: string | undefined
  /**
   * Go on with an empty configuration when `config.json` is not valid; {@link Session.configError} says why. For
   * operations that must work then: undoing, and finding out what is wrong.
   */
  readonly tolerateInvalidConfig?: boolean | undefined
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
  readonly installation: Installation
  readonly signal: AbortSignal
  readonly presenter: LoginPresenter
  progress(progress: Progress): void
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
  const warn = init.onWarning ?? (() => {})
  const installation = init.installation ?? installationOfSdk()
  const native = init.onNativeCall === undefined ? {} : { onNativeCall: init.onNativeCall }
  let plugins: PluginSet | undefined
  const prompt = init.askPassphrase === undefined ? {} : { passphrase: init.askPassphrase }
  return {
    host,
    config,
    configError,
    profileName,
    profile: ownValue(config.profiles, profileName) ?? {},
    // On demand: the way to a token needs no plugin, and must not look through directories for them.
    get plugins() {
      plugins ??= openPlugins({
        packageFile: `${packageDirectory()}/package.json`,
        packageName: installation.packageName,
        ...(init.invokedAs === undefined ? {} : { invokedAs: init.invokedAs }),
        explicit: config.plugins ?? [],
        given: init.clients ?? [],
        // A host that is given may be anything, and does not go into another process.
        inProcess: init.host !== undefined,
        cwd: () => host.cwd,
        env: host.env,
        warn,
      })
      return plugins
    },
    installation,
    signal: init.signal ?? new AbortController().signal,
    presenter: init.presenter ?? { show() {} },
    progress: init.onProgress ?? (() => {}),
    warn,
    async auth(name, profile, store = config.secretStore) {
      // On demand: most commands of most days need no part of sign-in.
      const { createAuth } = await import('@gate/auth')
      return createAuth(host, {
        profileName: name,
        profile,
        ...(store === undefined ? {} : { secretStore: store }),
        loginCommand: installation.login(name),
        ...prompt,
        ...native,
        warn,
      })
    },
    async proveStore(kind) {
      const { proveStore } = await import('@gate/auth')
      await proveStore(host, kind, { ...prompt, ...native })
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
  if (config === undefined) return session
  const { plugins } = session
  return { ...session, plugins, config, profile: ownValue(config.profiles, session.profileName) ?? {} }
}

/** Nothing can be seen from a directory that is not there, so what is found then must not look fine. */
async function thisMachine(init: SessionInit): Promise<Host> {
  const { createHost = createNodeHost, home, cwd, requireHome = true, isOwnershipChecked } = init
  const given: NodeHostInit = { requireHome, ...(home === undefined ? {} : { home, env: environmentOf(home) }) }
  const here = createHost(given)
  const refusal = isOwnershipChecked ? undefined : foreignOwnership(here.directories)
  if (refusal) throw refusal
  if (!cwd) return here
  const directory = here.path.resolve(here.cwd, cwd)
  const stats = await here.fs.stat(here.toNative(directory)).catch(() => undefined)
  if (stats?.isDirectory()) return createHost({ ...given, cwd: directory })
  throw new GateError({
    code: 'invalid-argument',
    message: `${directory} is not a directory that gate can see`,
    fix: advice('Name a directory that exists.'),
  })
}

/** Variables that lead out of a home directory. */
const LEADS_ELSEWHERE = /^(?:XDG_(?:CONFIG|DATA|STATE|CACHE)_HOME|XDG_RUNTIME_DIR|APPDATA|LOCALAPPDATA|GATE_HOME)$/i

/** Returns the environment of this process as a login into another home directory has it. */
function environmentOf(home: string): NonNullable<NodeHostInit['env']> {
  const { env } = createNodeHost({ requireHome: false })
  const kept = Object.entries(env).filter(([name]) => !LEADS_ELSEWHERE.test(name))
  return { ...Object.fromEntries(kept), HOME: home, USERPROFILE: home }
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

/** Returns what sign-in needs of a profile; one that is not complete may still have secrets from when it was. */
export function authProfileIn(config: GateConfig, name: string): AuthProfile {
  try {
    return authProfileOf(requireComplete(name, ownValue(config.profiles, name) ?? {}))
  } catch {
    return { gatewayUrl: '', auth: { kind: 'none' } }
  }
}
