import type { LoginResult, LogoutResult } from '@gate/auth'
import type { ReceiptSummary, Secret } from '@gate/core'
import type { ConfigShown, ResetResult } from './config/config.js'
import type { ListedProfile } from './config/profiles.js'
import type { DoctorOptions, DoctorResult } from './doctor/doctor.js'
import type { AddedPlugin } from './plugins/manage/plugins-add.js'
import type { CreatedPlugin } from './plugins/manage/plugins-create.js'
import type { PluginsList } from './plugins/manage/plugins-list.js'
import type { RemovedPlugin } from './plugins/manage/plugins-remove.js'
import { openSession, type Session, type SessionInit } from './session.js'
import type { SetupOptions, SetupResult } from './setup/setup.js'
import type { LoginOptions } from './sign-in/login.js'
import type { TokenOptions, TokenResult } from './sign-in/token.js'
import type { ListResult } from './status/list.js'
import type { StatusOptions, StatusResult } from './status/status.js'
import type { TeardownOptions, TeardownResult } from './teardown/teardown.js'

/** What {@link openGate} is given. Everything has a default. */
export type GateInit = Omit<SessionInit, 'tolerateInvalidConfig'>

/** What differs for one call from what {@link openGate} was given. */
export interface CallOptions {
  /** Name of the profile. Default: that of {@link openGate}, else `GATE_PROFILE`, else the active profile. */
  readonly profile?: string | undefined
  /** Directory whose project files count. Default: that of {@link openGate}, else the working directory. */
  readonly cwd?: string | undefined
  /** Ends the call with `interrupted`. Default: that of {@link openGate}. */
  readonly signal?: AbortSignal | undefined
}

/**
 * What gate does, as a library. Each call reads the configuration as it is then, so that one object serves a process that
 * runs for days. Every method rejects with a `GateError`: `invalid-config`, `file-foreign-owner`, and what it names itself.
 */
export interface Gate {
  /** Saves the connection, signs in, and configures clients. See {@link SetupOptions}. */
  setup(options?: SetupOptions & CallOptions): Promise<SetupResult>
  /** Gives the files of clients back. */
  teardown(options?: TeardownOptions & CallOptions): Promise<TeardownResult>
  /** Returns what is true now: sign-in, and per client whether its traffic goes through the gateway. */
  status(options?: StatusOptions & CallOptions): Promise<StatusResult>
  /** Checks everything from the directories to the gateway's answers. */
  doctor(options?: DoctorOptions & CallOptions): Promise<DoctorResult>
  /** Signs in anew, or replaces the API key. */
  login(options?: LoginOptions & CallOptions): Promise<LoginResult>
  /** Deletes tokens and secrets of the profile and revokes them where the issuer offers that. */
  logout(options?: CallOptions): Promise<LogoutResult>
  /** Returns a bearer token that is valid now. */
  token(options?: TokenOptions & CallOptions): Promise<TokenResult>
  /** Returns every client that a plugin or a receipt knows, and every plugin found. */
  list(options?: CallOptions): Promise<ListResult>
  /** Returns what gate has written and can undo, per client. */
  receipts(options?: CallOptions): Promise<readonly ReceiptSummary[]>
  readonly config: GateConfiguration
  readonly profiles: GateProfiles
  readonly plugins: GatePlugins
}

/** The saved settings. `key` is a name of `docs/configuration`, e.g. `gateway-url`. */
export interface GateConfiguration {
  show(options?: CallOptions): Promise<ConfigShown>
  /** @returns The value as it is saved; undefined when it is not set. */
  get(key: string, options?: CallOptions): Promise<unknown>
  /** Changes one setting; an empty text means none. */
  set(key: string, value: string, options?: CallOptions): Promise<unknown>
  unset(key: string, options?: CallOptions): Promise<void>
  /** Forgets every profile and setting, and signs out. `teardown`: gives the clients' files back first. */
  reset(options: { readonly teardown: boolean } & CallOptions): Promise<ResetResult>
  /** Chooses the encrypted file and encrypts it anew. Without a passphrase it gets a key file of its own. */
  protectSecrets(passphrase: Secret | undefined, options?: CallOptions): Promise<void>
}

/** The named connections. */
export interface GateProfiles {
  list(options?: CallOptions): Promise<readonly ListedProfile[]>
  /** Makes a profile the active one. */
  use(name: string, options?: CallOptions): Promise<void>
  /** Forgets a profile that no client uses, and signs it out. */
  remove(name: string, options?: CallOptions): Promise<void>
}

/** The npm packages that know one client each. */
export interface GatePlugins {
  list(options?: CallOptions): Promise<PluginsList>
  /** Installs a package or a tarball, or records a directory. */
  add(spec: string, options?: CallOptions): Promise<AddedPlugin>
  remove(name: string, options: { readonly teardown: boolean } & CallOptions): Promise<RemovedPlugin>
  /** Writes the package of a new plugin into a fresh directory below the working directory. */
  create(name: string, options?: CallOptions): Promise<CreatedPlugin>
}

/**
 * Opens gate for this machine. Reads nothing before the first call.
 *
 * @param init Default: this machine, the active profile, nobody who is told or asked.
 * @example
 * ```ts
 * const gate = openGate()
 * await gate.setup({ changes: { gatewayUrl: 'https://llm.example.com', issuer: 'https://login.example.com', clientId: 'gate' } })
 * const { clients } = await gate.status()
 * ```
 */
export function openGate(init: GateInit = {}): Gate {
  const open = ({ profile, cwd, signal }: CallOptions = {}, tolerateInvalidConfig = false): Promise<Session> =>
    openSession({
      ...init,
      profile: profile ?? init.profile,
      cwd: cwd ?? init.cwd,
      signal: signal ?? init.signal,
      tolerateInvalidConfig,
    })
  // Each on demand: a program that only reads the status loads no part of a setup.
  return {
    setup: async (options = {}) => (await import('./setup/setup.js')).setup(await open(options), options),
    teardown: async (options = {}) =>
      (await import('./teardown/teardown.js')).teardown(await open(options, true), options),
    status: async (options = {}) => {
      const { status } = await import('./status/status.js')
      return status(await open(options), { profileAsked: options.profile !== undefined, ...options })
    },
    doctor: async (options = {}) => (await import('./doctor/doctor.js')).doctor(await open(options, true), options),
    login: async (options = {}) => (await import('./sign-in/login.js')).login(await open(options), options),
    logout: async (options) => (await import('./sign-in/login.js')).logout(await open(options)),
    token: async (options = {}) => (await import('./sign-in/token.js')).token(await open(options), options),
    list: async (options) => (await import('./status/list.js')).list(await open(options)),
    receipts: async (options) => {
      const { host } = await open(options, true)
      return host.engine.receipts()
    },
    config: {
      show: async (options) => (await config()).showConfig(await open(options)),
      get: async (key, options) => (await config()).getConfig(await open(options), key),
      set: async (key, value, options) => (await config()).setConfig(await open(options), key, value),
      unset: async (key, options) => (await config()).unsetConfig(await open(options), key),
      reset: async (options) => (await config()).resetConfig(await open(options, true), options),
      protectSecrets: async (passphrase, options) => (await config()).protectSecrets(await open(options), passphrase),
    },
    profiles: {
      list: async (options) => (await profiles()).listProfiles(await open(options)),
      use: async (name, options) => (await profiles()).useProfile(await open(options), name),
      remove: async (name, options) => (await profiles()).removeProfile(await open(options), name),
    },
    plugins: {
      list: async (options) =>
        (await import('./plugins/manage/plugins-list.js')).listPlugins(await open(options, true)),
      add: async (spec, options) =>
        (await import('./plugins/manage/plugins-add.js')).addPlugin(await open(options), spec),
      remove: async (name, options) =>
        (await import('./plugins/manage/plugins-remove.js')).removePlugin(await open(options, true), name, options),
      create: async (name, options) =>
        (await import('./plugins/manage/plugins-create.js')).createPlugin(await open(options, true), name),
    },
  }
}

const config = () => import('./config/config.js')
const profiles = () => import('./config/profiles.js')
