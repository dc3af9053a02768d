import { listOf, portOf } from './operations/config-keys.js'
import type { ProfileChanges } from './operations/profile-changes.js'

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
}

/** @throws GateError `invalid-config` for a port that is no number. */
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
  }
}
