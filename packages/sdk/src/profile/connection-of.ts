import type { Connection, Helper } from '@gate/core'
import { normalisePathPrefix } from './gateway-url.js'
import { requireComplete } from './problems.js'
import type { Profile } from './schema.js'

/**
 * What clients must be told, from a profile. Pure.
 *
 * @param helper Returns the shim that prints a bearer token for this gateway.
 * @throws GateError `not-configured` or `invalid-config`, see {@link requireComplete}.
 */
export function connectionOf(
  name: string,
  profile: Profile | undefined,
  helper: (connection: Pick<Connection, 'profile' | 'gatewayUrl'>) => Helper,
): Connection {
  const { gatewayUrl, auth, ...complete } = requireComplete(name, profile)
  return {
    profile: name,
    gatewayUrl,
    paths: {
      anthropic: normalisePathPrefix(complete.anthropicPath ?? ''),
      openai: normalisePathPrefix(complete.openaiPath ?? ''),
    },
    auth,
    models: complete.models ?? [],
    headers: complete.headers ?? {},
    ...(complete.caFile === undefined ? {} : { caFile: complete.caFile }),
    helper: helper({ profile: name, gatewayUrl }),
    ...(complete.options === undefined ? {} : { options: complete.options }),
  }
}
