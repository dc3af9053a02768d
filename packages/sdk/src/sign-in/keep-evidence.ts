import { isDeepStrictEqual } from 'node:util'
import { type Connection, ownValue, type Protocol, type Secret } from '@gate/core'
import { askGateway, type GatewayAnswers, type Prefixes } from '../gateway/ask-gateway.js'
import { type Credential, withEvidence } from '../gateway/evidence.js'
import { loadConfig, updateConfig } from '../profile/config-file.js'
import type { GateConfig, Profile } from '../profile/index.js'
import { authProfileOf, type Session } from '../session.js'

/** The answers of a gateway to somebody who is signed in. */
export interface AuthorizedAnswers extends GatewayAnswers {
  readonly credential: Credential
}

/** The protocols that every setup asks for, whoever needs them. */
export const USUAL_PROTOCOLS: readonly Protocol[] = ['anthropic', 'openai']

/**
 * The token that clients would get, without a login; undefined where the gateway wants none.
 *
 * @throws GateError `login-required`, and those of `@gate/auth`.
 */
export async function tokenFor(session: Session, connection: Connection): Promise<Secret | undefined> {
  if (connection.auth.kind === 'none') return undefined
  const auth = await session.auth(connection.profile, authProfileOf(connection))
  return (await auth.accessToken({ interaction: 'never', signal: session.signal })).token
}

/** Where the token of {@link tokenFor} comes from. */
export function credentialOf({ host }: Pick<Session, 'host'>): Credential {
  return host.env.GATE_TOKEN?.trim() ? 'environment' : 'sign-in'
}

/**
 * Asks the gateway of a connection for protocols, with the token.
 *
 * @param given Prefixes that somebody chose just now; those of the connection are only tried first. Default: none.
 * @throws GateError `invalid-config` for an unreadable CA file or address of a proxy; `proxy-unsupported`; `interrupted`.
 */
export async function askWithToken(
  session: Session,
  connection: Connection,
  protocols: readonly Protocol[],
  token: Secret | undefined,
  given: Prefixes = {},
): Promise<AuthorizedAnswers> {
  const { gatewayUrl, paths, headers, caFile, models } = connection
  const answers = await askGateway({
    host: session.host,
    gatewayUrl,
    given,
    known: paths,
    protocols,
    headers,
    token,
    models: models.map(({ id }) => id),
    caFile,
    signal: session.signal,
  })
  return { ...answers, credential: credentialOf(session) }
}

/**
 * Keeps what a gateway answered in the profile, with the prefixes that were found, unless the profile is for another
 * gateway by now. Equal evidence is not written again.
 *
 * @throws GateError of the disk, and `invalid-config`.
 */
export async function keepEvidence(
  session: Session,
  { profile: name, gatewayUrl, auth, ...connection }: Connection,
  { protocols, paths, credential }: Pick<AuthorizedAnswers, 'protocols' | 'paths' | 'credential'>,
): Promise<Profile> {
  const { host } = session
  const now = host.clock.now()
  const kept = (config: GateConfig): GateConfig => {
    const profile = ownValue(config.profiles, name)
    if (profile?.gatewayUrl !== gatewayUrl) return config
    const next: Profile = { ...profile, protocols: withEvidence(profile.protocols, protocols, credential, now) }
    if (paths.anthropic !== undefined) next.anthropicPath = paths.anthropic
    if (paths.openai !== undefined) next.openaiPath = paths.openai
    return { ...config, profiles: { ...config.profiles, [name]: next } }
  }
  const before = await loadConfig(host)
  if (isDeepStrictEqual(kept(before), before)) return ownValue(before.profiles, name) ?? {}
  const after = await updateConfig(host, kept)
  // The shim answers from a copy that names this configuration, which the next look at the token makes anew.
  if (auth.kind === 'oidc') await tokenFor(session, { profile: name, gatewayUrl, auth, ...connection }).catch(() => {})
  return ownValue(after.profiles, name) ?? {}
}

/** The same for a look that must not fail because nothing can be written, as beside a read-only home directory. */
export async function keepEvidenceIfPossible(...what: Parameters<typeof keepEvidence>): Promise<void> {
  await keepEvidence(...what).catch(() => {})
}
