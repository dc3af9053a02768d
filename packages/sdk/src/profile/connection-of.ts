import type { Connection, Helper } from '@gate/core'
import { normalisePathPrefix } from './gateway-url.js'
import { requireComplete } from './problems.js'
import type { Profile } from './schema.js'

/** Path prefixes that probing the gateway found; a path of the profile wins. */
export interface ProbedPaths {
  readonly anthropic?: string
  readonly openai?: string
}

/**
 * What clients must be told, from a profile. Pure.
 *
 * @param helper The shim that prints a bearer token.
 * @throws GateError `not-configured` or `invalid-config`, see {@link requireComplete}.
 */
export function connectionOf(
  name: string,
  profile: Profile | undefined,
  helper: Helper,
  probedPaths: ProbedPaths = {},
): Connection {
  const { gatewayUrl, auth, ...complete } = requireComplete(name, profile)
  return {
    profile: name,
    gatewayUrl,
    paths: {
      anthropic: normalisePathPrefix(complete.anthropicPath ?? probedPaths.anthropic ?? ''),
      openai: normalisePathPrefix(complete.openaiPath ?? probedPaths.openai ?? ''),
    },
    auth,
    models: complete.models ?? [],
    headers: complete.headers ?? {},
    ...(complete.caFile === undefined ? {} : { caFile: complete.caFile }),
    helper,
    ...(complete.options === undefined ? {} : { options: complete.options }),
  }
}
