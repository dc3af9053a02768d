import { advice, GateError } from '@gate/core'
import { isLoopback } from '@gate/transport'

/**
 * Why a text is not an acceptable URL of a gateway or issuer; undefined when it is one. Pure.
 *
 * @param what Name of the field for messages.
 */
export function urlProblem(value: string, what: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return `${what} needs a scheme, e.g. https://${value.slice(0, 100)}`
  let url: URL
  try {
    url = new URL(value)
  } catch {
    return `${what} is not a URL`
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return `${what} must be an https URL, not ${url.protocol}//`
  if (url.username || url.password) return `${what} must not hold a user name or password`
  if (value.includes('?') || value.includes('#')) return `${what} must have no query and no fragment`
  if (url.protocol === 'http:' && !isLoopback(url))
    return `${what} must be https (http is only for this machine's own loopback address)`
  return undefined
}

/**
 * The gateway URL as it is stored: no trailing `/`, no trailing `/v1` (clients and plugins add that themselves). Pure.
 *
 * @throws GateError `invalid-config` for a URL with query, fragment, user name or password, without a scheme, or http to
 * another machine.
 */
export function normaliseGatewayUrl(value: string): string {
  const trimmed = value.trim()
  const problem = urlProblem(trimmed, 'gatewayUrl')
  if (problem) {
    throw new GateError({
      code: 'invalid-config',
      message: `${problem}.`,
      fix: advice('Give the gateway as in https://gateway.example.com'),
    })
  }
  const url = new URL(trimmed)
  return url.origin + stripVersion(url.pathname)
}

/**
 * A path prefix as it is stored: `""`, or `/something` without trailing `/` and without trailing `/v1`. Pure.
 *
 * @throws GateError `invalid-config` when it holds a query, a fragment, white space or `..`.
 */
export function normalisePathPrefix(value: string): string {
  const problem = pathProblem(value, 'The path')
  if (problem)
    throw new GateError({
      code: 'invalid-config',
      message: `${problem}.`,
      fix: advice('Give the path as in /anthropic'),
    })
  return stripVersion(value === '' || value.startsWith('/') ? value : `/${value}`)
}

/** Why a text is not an acceptable path prefix; undefined when it is one. Pure. */
export function pathProblem(value: string, what: string): string | undefined {
  if (/[?#\\\s]/.test(value) || value.includes('://')) return `${what} must be a plain path without query and fragment`
  return value.split('/').some((part) => part === '..' || part === '.')
    ? `${what} must not hold ".." or "."`
    : undefined
}

function stripVersion(path: string): string {
  return path.replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '')
}
