import { isDeepStrictEqual } from 'node:util'
import { advice, GateError, type Host } from '@gate/core'
import { readRegularFile } from '@gate/transport'
import {
  normaliseGatewayUrl,
  normalisePathPrefix,
  type Profile,
  type ProfileAuth,
  profileProblems,
} from '../profile/index.js'

/** What a command line asks to change; absent = leave as it is, an empty text or list = none. */
export interface ProfileChanges {
  readonly gatewayUrl?: string | undefined
  readonly anthropicPath?: string | undefined
  readonly openaiPath?: string | undefined
  readonly authKind?: ProfileAuth['kind'] | undefined
  readonly issuer?: string | undefined
  readonly clientId?: string | undefined
  readonly audience?: string | undefined
  readonly scopes?: readonly string[] | undefined
  /** `'none'` = any free port. */
  readonly callbackPort?: number | 'none' | undefined
  /** Model ids. What is known of a model that stays in the list is kept. */
  readonly models?: readonly string[] | undefined
  readonly caFile?: string | undefined
  /** Single headers; an empty value removes one, the others stay. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Single options by client and name; an empty value removes one, the others stay. */
  readonly options?: ClientOptions | undefined
}

/** Options by client id and name. */
export type ClientOptions = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * A profile with changes merged in. Pure except for resolving a relative CA file against the working directory.
 * Values that are not valid are kept as given, so that {@link checkChanged} can name all of them at once.
 */
export function changedProfile(host: Host, profile: Profile, changes: ProfileChanges): Profile {
  const next: Profile = structuredClone(profile)
  if (changes.gatewayUrl !== undefined) {
    next.gatewayUrl = asFarAsValid(normaliseGatewayUrl, changes.gatewayUrl)
    // Prefixes were found at, or given for, the gateway that was there before.
    if (profile.gatewayUrl !== undefined && next.gatewayUrl !== profile.gatewayUrl) {
      delete next.anthropicPath
      delete next.openaiPath
    }
    if (next.gatewayUrl === '') delete next.gatewayUrl
  }
  if (changes.anthropicPath !== undefined) next.anthropicPath = asFarAsValid(normalisePathPrefix, changes.anthropicPath)
  if (changes.openaiPath !== undefined) next.openaiPath = asFarAsValid(normalisePathPrefix, changes.openaiPath)
  const auth = changedAuth(profile.auth, changes)
  if (auth !== undefined) next.auth = auth
  // What was seen was seen at another gateway, or with a token of another sign-in.
  if (next.gatewayUrl !== profile.gatewayUrl || !isDeepStrictEqual(next.auth, profile.auth)) delete next.protocols
  if (changes.models !== undefined) {
    if (changes.models.length === 0) delete next.models
    else next.models = changes.models.map((id) => profile.models?.find((model) => model.id === id) ?? { id })
  }
  if (changes.headers !== undefined) {
    const headers = Object.entries({ ...profile.headers, ...changes.headers }).filter(([, value]) => value !== '')
    if (headers.length === 0) delete next.headers
    else next.headers = Object.fromEntries(headers)
  }
  if (changes.options !== undefined) {
    const options = changedOptions(profile.options ?? {}, changes.options)
    if (Object.keys(options).length === 0) delete next.options
    else next.options = options
  }
  if (changes.caFile !== undefined) {
    if (changes.caFile === '') delete next.caFile
    else next.caFile = host.path.resolve(host.cwd, changes.caFile)
  }
  return next
}

function changedOptions(before: ClientOptions, changes: ClientOptions): Record<string, Record<string, string>> {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(changes)])]
  const all = ids.map((id) => {
    const options = Object.entries({ ...before[id], ...changes[id] }).filter(([, value]) => value !== '')
    return [id, Object.fromEntries(options)] as const
  })
  return Object.fromEntries(all.filter(([, options]) => Object.keys(options).length > 0))
}

function changedAuth(before: ProfileAuth | undefined, changes: ProfileChanges): ProfileAuth | undefined {
  const { issuer, clientId, audience, scopes, callbackPort } = changes
  const givesOidc = [issuer, clientId, audience, scopes, callbackPort].some((value) => value !== undefined)
  const kind = changes.authKind ?? (givesOidc ? 'oidc' : before?.kind)
  if (kind === undefined) return undefined
  if (kind !== 'oidc') return { kind }
  const next: Extract<ProfileAuth, { kind: 'oidc' }> = before?.kind === 'oidc' ? structuredClone(before) : { kind }
  if (issuer !== undefined) setOrDelete(next, 'issuer', issuer)
  if (clientId !== undefined) setOrDelete(next, 'clientId', clientId)
  if (audience !== undefined) setOrDelete(next, 'audience', audience)
  if (scopes !== undefined) {
    if (scopes.length === 0) delete next.scopes
    else next.scopes = [...scopes]
  }
  if (callbackPort === 'none') delete next.callbackPort
  else if (callbackPort !== undefined) next.callbackPort = callbackPort
  return next
}

function setOrDelete(
  auth: { issuer?: string; clientId?: string; audience?: string },
  key: 'issuer' | 'clientId' | 'audience',
  value: string,
): void {
  if (value === '') delete auth[key]
  else auth[key] = value
}

function asFarAsValid(normalise: (value: string) => string, value: string): string {
  try {
    return normalise(value)
  } catch {
    return value
  }
}

/**
 * Refuses a profile with wrong values; missing ones are fine, because a profile is built step by step.
 *
 * @throws GateError `invalid-config` naming every wrong field.
 */
export async function checkChanged(host: Host, profile: Profile): Promise<void> {
  const messages = profileProblems(profile)
    .filter((problem) => problem.kind === 'invalid')
    .map((problem) => problem.message)
  if (profile.caFile !== undefined && !(await isReadableFile(host, profile.caFile))) {
    messages.push(`caFile: ${profile.caFile} is not a readable PEM file`)
  }
  if (messages.length > 0) {
    throw new GateError({
      code: 'invalid-config',
      message: messages.join('; '),
      fix: advice('Correct the value and try again.'),
    })
  }
}

async function isReadableFile(host: Host, file: string): Promise<boolean> {
  try {
    const text = await readRegularFile(host.fs, host.toNative(file))
    return text.includes('-----BEGIN ')
  } catch {
    return false
  }
}
