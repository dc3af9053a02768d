import { advice, GateError, ownValue } from '@gate/core'
import type { GateConfig, Profile, ProfileAuth } from '../profile/index.js'
import type { ClientOptions, ProfileChanges } from './profile-changes.js'

type OidcAuth = Extract<ProfileAuth, { kind: 'oidc' }>

/** One setting that `gate config` can read and change. */
export interface ConfigKey {
  /** As flags are written, e.g. `gateway-url`. */
  readonly name: string
  read(config: GateConfig, profile: Profile): unknown
  /** Changes of the profile; absent for settings outside of it. */
  change?(text: string): ProfileChanges
  /** Changes outside of the profile; an empty text removes the setting. */
  changeConfig?(config: GateConfig, text: string): GateConfig
}

const KEYS: readonly ConfigKey[] = [
  { name: 'gateway-url', read: (_, p) => p.gatewayUrl, change: (text) => ({ gatewayUrl: text }) },
  { name: 'auth', read: (_, p) => p.auth?.kind, change: (text) => ({ authKind: authKind(text) }) },
  { name: 'issuer', read: (_, p) => oidc(p)?.issuer, change: (text) => ({ issuer: text }) },
  { name: 'client-id', read: (_, p) => oidc(p)?.clientId, change: (text) => ({ clientId: text }) },
  { name: 'audience', read: (_, p) => oidc(p)?.audience, change: (text) => ({ audience: text }) },
  { name: 'scopes', read: (_, p) => oidc(p)?.scopes, change: (text) => ({ scopes: listOf(text) }) },
  { name: 'callback-port', read: (_, p) => oidc(p)?.callbackPort, change: (text) => ({ callbackPort: portOf(text) }) },
  { name: 'models', read: (_, p) => p.models?.map((model) => model.id), change: (text) => ({ models: listOf(text) }) },
  { name: 'anthropic-path', read: (_, p) => p.anthropicPath, change: (text) => ({ anthropicPath: text }) },
  { name: 'openai-path', read: (_, p) => p.openaiPath, change: (text) => ({ openaiPath: text }) },
  { name: 'ca-file', read: (_, p) => p.caFile, change: (text) => ({ caFile: text }) },
  { name: 'secret-store', read: (config) => config.secretStore, changeConfig: withSecretStore },
  { name: 'plugins', read: (config) => config.plugins, changeConfig: withPlugins },
  { name: 'shim-fast-path', read: (config) => config.shimFastPath, changeConfig: withShimFastPath },
]

/** Names of the settings that are one value each. */
export const SINGLE_KEY_NAMES: readonly string[] = KEYS.map((key) => key.name)

/** Names of all settings, for help and messages. */
export const CONFIG_KEY_NAMES: readonly string[] = [...SINGLE_KEY_NAMES, 'headers.NAME', 'options.CLIENT.NAME']

/**
 * Finds a setting by its name. Accepts the spelling of `config.json` too: `gatewayUrl`, `auth.clientId`.
 *
 * @throws GateError `invalid-argument` listing the names.
 */
export function configKey(given: string): ConfigKey {
  const header = /^headers\.(.+)$/.exec(given)?.[1]
  if (header !== undefined) return headerKey(header)
  const option = /^options\.([a-z0-9-]+)\.([\w-]+)$/.exec(given)
  if (option !== null) return optionKey(option[1] ?? '', option[2] ?? '')
  const name = given
    .replace(/^auth\.kind$/, 'auth')
    .replace(/^auth\./, '')
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .replace(/_/g, '-')
  const key = KEYS.find((candidate) => candidate.name === name)
  if (key) return key
  throw new GateError({
    code: 'invalid-argument',
    message: `there is no setting "${given}"`,
    fix: advice(`Settings are: ${CONFIG_KEY_NAMES.join(', ')}`),
  })
}

/** A list given with commas or blanks between its items. */
export function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((item) => item !== '')
}

/** @throws GateError `invalid-config` for anything but a whole number; the range is checked with the profile. */
export function portOf(text: string): number | 'none' {
  if (text === '') return 'none'
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new GateError({
    code: 'invalid-config',
    message: `callbackPort must be a whole number from 1024 to 65535, not "${text}"`,
    fix: {
      action: 'either',
      of: [
        { action: 'set-setting', key: 'callback-port' },
        { action: 'unset-setting', key: 'callback-port' },
      ],
    },
  })
}

function headerKey(name: string): ConfigKey {
  return {
    name: `headers.${name}`,
    read: (_, profile) => ownValue(profile.headers, name),
    change: (text) => ({ headers: { [name]: text } }),
  }
}

function optionKey(client: string, name: string): ConfigKey {
  return {
    name: `options.${client}.${name}`,
    read: (_, profile) => ownValue(ownValue(profile.options, client), name),
    change: (text) => ({ options: { [client]: { [name]: text } } }),
  }
}

/**
 * Options of clients as a command line gives them: `CLIENT.NAME=VALUE` each.
 *
 * @throws GateError `invalid-argument` for anything else.
 */
export function optionsOf(given: readonly string[]): ClientOptions {
  const options: Record<string, Record<string, string>> = {}
  for (const text of given) {
    const match = /^([a-z0-9-]+)\.([\w-]+)=(.*)$/s.exec(text)
    if (match === null) {
      throw new GateError({
        code: 'invalid-argument',
        message: `"${text}" is no option of a client`,
        fix: advice('Options are given as CLIENT.NAME=VALUE, e.g. --option claude-desktop.auth=native'),
      })
    }
    const [, client = '', name = '', value = ''] = match
    options[client] = { ...ownValue(options, client), [name]: value }
  }
  return options
}

function oidc(profile: Profile): OidcAuth | undefined {
  return profile.auth?.kind === 'oidc' ? profile.auth : undefined
}

function authKind(text: string): ProfileAuth['kind'] {
  if (text === 'oidc' || text === 'api-key' || text === 'none') return text
  throw new GateError({
    code: 'invalid-config',
    message: `auth must be oidc, api-key or none, not "${text}"`,
    fix: { action: 'set-setting', key: 'auth', value: 'oidc' },
  })
}

function withSecretStore(config: GateConfig, text: string): GateConfig {
  const { secretStore: _before, ...rest } = config
  if (text === '') return rest
  if (text === 'keychain' || text === 'file' || text === 'env') return { ...rest, secretStore: text }
  throw new GateError({
    code: 'invalid-config',
    message: `secret-store must be keychain, file or env, not "${text}"`,
    fix: { action: 'set-setting', key: 'secret-store', value: 'keychain' },
  })
}

function withPlugins(config: GateConfig, text: string): GateConfig {
  const { plugins: _before, ...rest } = config
  const plugins = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  return plugins.length === 0 ? rest : { ...rest, plugins }
}

function withShimFastPath(config: GateConfig, text: string): GateConfig {
  const { shimFastPath: _before, ...rest } = config
  if (text === '') return rest
  if (text === 'on' || text === 'off') return { ...rest, shimFastPath: text }
  throw new GateError({
    code: 'invalid-config',
    message: `shim-fast-path must be on or off, not "${text}"`,
    fix: { action: 'set-setting', key: 'shim-fast-path', value: 'on' },
  })
}
