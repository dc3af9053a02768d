import { type Action, type ConnectionAuth, GateError, type NeededSetting } from '@gate/core'
import { isLoopback } from '@gate/transport'
import { normaliseGatewayUrl, pathProblem, urlProblem } from './gateway-url.js'
import type { Profile, ProfileAuth } from './schema.js'

/** One thing that keeps a profile from being used. */
export interface ProfileProblem {
  /** Dotted name of the field, e.g. `auth.issuer`. */
  readonly field: string
  readonly kind: 'missing' | 'invalid'
  readonly message: string
}

/** A profile that {@link requireComplete} let through; its `gatewayUrl` is normalised. */
export type CompleteProfile = Omit<Profile, 'gatewayUrl' | 'auth'> & {
  readonly gatewayUrl: string
  readonly auth: ConnectionAuth
}

/** Scopes of a profile that names none. */
export const DEFAULT_SCOPES: readonly string[] = ['openid', 'offline_access']

// Sent by gate or by the client itself, or telling the gateway who asks: a profile must not compete with them.
const RESERVED_HEADERS = new Set([
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'host',
  'proxy-authorization',
  'transfer-encoding',
  'x-api-key',
  'x-goog-api-key',
])

/** Everything that is missing or wrong in a profile, all at once. Pure; empty = usable. */
export function profileProblems(profile: Profile): readonly ProfileProblem[] {
  const problems: ProfileProblem[] = []
  const add = (field: string, kind: ProfileProblem['kind'], message: string | undefined) => {
    if (message !== undefined) problems.push({ field, kind, message })
  }
  if (!profile.gatewayUrl) add('gatewayUrl', 'missing', 'gatewayUrl is not set')
  else add('gatewayUrl', 'invalid', urlProblem(profile.gatewayUrl, 'gatewayUrl'))
  for (const field of ['anthropicPath', 'openaiPath'] as const) {
    add(field, 'invalid', pathProblem(profile[field] ?? '', field))
  }
  if (!profile.auth) add('auth', 'missing', 'auth is not set')
  else if (profile.auth.kind === 'oidc') addOidcProblems(profile.auth, add)
  else if (profile.auth.kind === 'none' && profile.gatewayUrl && !isLoopbackUrl(profile.gatewayUrl)) {
    add('auth.kind', 'invalid', 'auth "none" is only for a gateway on this machine')
  }
  for (const [name, value] of Object.entries(profile.headers ?? {})) {
    add(`headers.${name}`, 'invalid', headerProblem(name, value))
  }
  return problems
}

function addOidcProblems(
  auth: Extract<ProfileAuth, { kind: 'oidc' }>,
  add: (field: string, kind: ProfileProblem['kind'], message: string | undefined) => void,
): void {
  if (!auth.issuer) add('auth.issuer', 'missing', 'auth.issuer is not set')
  else add('auth.issuer', 'invalid', urlProblem(auth.issuer, 'auth.issuer'))
  if (!auth.clientId) add('auth.clientId', 'missing', 'auth.clientId is not set')
  const port = auth.callbackPort
  if (port !== undefined && !(Number.isInteger(port) && port >= 1024 && port <= 65535)) {
    add('auth.callbackPort', 'invalid', `auth.callbackPort must be a whole number from 1024 to 65535, not ${port}`)
  }
  const bad = auth.scopes?.find((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))
  if (bad !== undefined) add('auth.scopes', 'invalid', `auth.scopes holds ${JSON.stringify(bad)}, which is no scope`)
}

function isLoopbackUrl(value: string): boolean {
  return URL.canParse(value) && isLoopback(new URL(value))
}

function headerProblem(name: string, value: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return `${JSON.stringify(name)} is not a header name`
  if (RESERVED_HEADERS.has(name.toLowerCase())) return `the header ${name} is set by gate or by the client`
  return /^[\t\x20-\x7e]*$/.test(value) ? undefined : `the header ${name} must be printable ASCII`
}

/**
 * The profile with everything that a connection needs.
 *
 * @param name Its name, for messages.
 * @throws GateError `not-configured` naming everything that is missing, `invalid-config` naming everything that is wrong.
 */
export function requireComplete(name: string, profile: Profile | undefined): CompleteProfile {
  const problems = profileProblems(profile ?? {})
  const missing = problems.filter((problem) => problem.kind === 'missing')
  if (missing.length > 0) {
    throw new GateError({
      code: 'not-configured',
      message: `Profile "${name}" is not configured: ${problems.map((problem) => problem.message).join('; ')}.`,
      fix: setupWith(missing),
    })
  }
  if (problems.length > 0) {
    throw new GateError({
      code: 'invalid-config',
      message: `Profile "${name}" is not valid: ${problems.map((problem) => problem.message).join('; ')}.`,
      fix: { action: 'set-setting', key: problems[0]?.field ?? '' },
    })
  }
  const { gatewayUrl, auth, ...rest } = profile as Profile & { gatewayUrl: string; auth: ProfileAuth }
  return { ...rest, gatewayUrl: normaliseGatewayUrl(gatewayUrl), auth: completeAuth(auth) }
}

function setupWith(missing: readonly ProfileProblem[]): Action {
  const fields = new Set(missing.map((problem) => problem.field))
  const needs: NeededSetting[] = []
  if (fields.has('gatewayUrl')) needs.push('gateway-url')
  if (fields.has('auth') || fields.has('auth.issuer')) needs.push('issuer')
  if (fields.has('auth') || fields.has('auth.clientId')) needs.push('client-id')
  return { action: 'setup', needs }
}

function completeAuth(auth: ProfileAuth): ConnectionAuth {
  if (auth.kind !== 'oidc') return auth
  const { issuer = '', clientId = '', audience, callbackPort } = auth
  return {
    kind: 'oidc',
    issuer,
    clientId,
    scopes: withOfflineAccess(auth.scopes ?? DEFAULT_SCOPES),
    ...(auth.scopes ? { chosenScopes: auth.scopes } : {}),
    ...(audience ? { audience } : {}),
    ...(callbackPort === undefined ? {} : { callbackPort }),
  }
}

/** The scopes plus `offline_access` when it is not among them; the list given is not changed. Pure. */
export function withOfflineAccess(scopes: readonly string[]): readonly string[] {
  return scopes.includes('offline_access') ? [...scopes] : [...scopes, 'offline_access']
}
