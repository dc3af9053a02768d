import { advice, type ClientPlugin, GateError, isLoginWait, isProtocol, LOGIN_WAIT_RULE } from '@gate/core'
import { type FoundPlugin, SUPPORTED_API_VERSION } from './find.js'
import type { Verb } from './wire.js'

const REQUIRED = ['detect', 'configure', 'revert', 'status'] as const
const MAX_NAME = 100

/** What is known of a plugin besides its functions. */
export type Described = Omit<ClientPlugin, 'apiVersion' | 'id' | Verb> & {
  /** Names of its functions. */
  readonly functions: readonly string[]
}

/**
 * Checks what a module exports, as far as it is data.
 *
 * @throws GateError `plugin-invalid`, naming the package.
 */
export function checkedExport(found: FoundPlugin, value: unknown): Described {
  const { apiVersion, id, displayName, loginWaitSeconds, versions, protocols, functions } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Record<string, unknown>
  const wrong = (message: string) =>
    new GateError({
      code: 'plugin-invalid',
      message: `${found.packageName}: ${message}`,
      fix: advice('Report it to its author.'),
    })
  if (apiVersion !== SUPPORTED_API_VERSION) {
    throw wrong(`its default export states plugin API ${short(apiVersion)}, package.json ${SUPPORTED_API_VERSION}`)
  }
  if (id !== found.id) throw wrong(`it calls itself "${short(id)}", package.json says "${found.id}"`)
  if (typeof displayName !== 'string' || displayName === '' || displayName.length > MAX_NAME) {
    throw wrong('its default export has no displayName')
  }
  if (loginWaitSeconds !== undefined && !isLoginWait(loginWaitSeconds)) throw wrong(LOGIN_WAIT_RULE)
  if (versions !== undefined && !isVersions(versions)) throw wrong('its versions are not { oldest, tried }')
  if (protocols !== undefined && !(Array.isArray(protocols) && protocols.every(isProtocol))) {
    throw wrong('its protocols are not a list of those that there are')
  }
  const names: readonly unknown[] = Array.isArray(functions) ? functions : []
  for (const verb of REQUIRED) {
    if (!names.includes(verb)) throw wrong(`its default export has no ${verb}()`)
  }
  return {
    displayName,
    ...(loginWaitSeconds === undefined ? {} : { loginWaitSeconds }),
    ...(versions === undefined ? {} : { versions }),
    ...(protocols === undefined ? {} : { protocols }),
    functions: names.filter((name) => typeof name === 'string'),
  }
}

function isVersions(value: unknown): value is NonNullable<ClientPlugin['versions']> {
  const { oldest, tried } = (value ?? {}) as Record<string, unknown>
  const isVersion = (version: unknown) => typeof version === 'string' && version.length <= MAX_NAME
  return isVersion(oldest) && Array.isArray(tried) && tried.length > 0 && tried.every(isVersion)
}

function short(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')).slice(0, MAX_NAME)
}
