import { listOf, optionsOf, type ProfileChanges, portOf } from '@gate/sdk'
import { flag, option } from './define-command.js'

/** The flags of `setup` that describe the connection. */
export const profileFlags = {
  'gateway-url': option({ description: 'base URL of the gateway', helpValue: 'URL' }),
  issuer: option({ description: 'OpenID issuer', helpValue: 'URL' }),
  'client-id': option({ description: 'public OAuth client of gate at the issuer', helpValue: 'ID' }),
  audience: option({ description: 'audience (resource) of the tokens; "" for none', helpValue: 'A' }),
  scopes: option({ description: 'scopes; offline_access is added', helpValue: 'S' }),
  'callback-port': option({
    description: 'loopback port registered for the login; "" for any free one',
    helpValue: 'PORT',
  }),
  'api-key-stdin': flag({
    description: 'read an API key from stdin instead of using OpenID',
    exclusive: ['issuer', 'client-id', 'audience', 'scopes', 'callback-port'],
  }),
  models: option({ description: 'models to offer, comma-separated; "" for none', helpValue: 'M,…' }),
  'anthropic-path': option({
    description: 'path of the Anthropic API at the gateway; "" for none (default: found by probing)',
    helpValue: 'P',
  }),
  'openai-path': option({
    description: 'path of the OpenAI API at the gateway; "" for none (default: found by probing)',
    helpValue: 'P',
  }),
  'ca-file': option({ description: 'PEM file with certificate authorities to trust; "" for none', helpValue: 'F' }),
  option: option({
    description: 'choice of one client, e.g. claude-desktop.auth=native; repeatable, an empty value for none',
    helpValue: 'CLIENT.NAME=VALUE',
    multiple: true,
  }),
}

/** The flags of `setup` that change the profile; an absent one leaves it as it is, an empty one means none. */
export interface ProfileFlags {
  readonly 'gateway-url'?: string | undefined
  readonly issuer?: string | undefined
  readonly 'client-id'?: string | undefined
  readonly audience?: string | undefined
  readonly scopes?: string | undefined
  readonly 'callback-port'?: string | undefined
  readonly 'api-key-stdin'?: boolean | undefined
  readonly models?: string | undefined
  readonly 'anthropic-path'?: string | undefined
  readonly 'openai-path'?: string | undefined
  readonly 'ca-file'?: string | undefined
  readonly option?: readonly string[] | undefined
}

/** @throws GateError `invalid-config` for a port that is no number, `invalid-argument` for an option that is none. */
export function profileChanges(flags: ProfileFlags): ProfileChanges {
  const port = flags['callback-port']
  return {
    gatewayUrl: flags['gateway-url'],
    issuer: flags.issuer,
    clientId: flags['client-id'],
    audience: flags.audience,
    scopes: flags.scopes === undefined ? undefined : listOf(flags.scopes),
    callbackPort: port === undefined ? undefined : portOf(port),
    authKind: flags['api-key-stdin'] ? 'api-key' : undefined,
    models: flags.models === undefined ? undefined : listOf(flags.models),
    anthropicPath: flags['anthropic-path'],
    openaiPath: flags['openai-path'],
    caFile: flags['ca-file'],
    options: flags.option === undefined ? undefined : optionsOf(flags.option),
  }
}
