import { type ClientPlugin, type Finding, type Host, isProtocol, PROTOCOLS, type Protocol } from '@gate/core'
import { endpointPath, prefixNameOf } from '../gateway/endpoints.js'
import { normaliseGatewayUrl, normalisePathPrefix, type Profile, type ProtocolEvidence } from '../profile/index.js'

type Rejection = NonNullable<ProtocolEvidence['rejected']>

/** The part of a client plugin that tells what it needs of a gateway. */
export interface ProtocolUser {
  readonly displayName: string
  readonly protocols?: readonly Protocol[] | undefined
}

/** What a plugin says that it speaks; one from elsewhere may say anything, and what there is not counts for nothing. Pure. */
export function protocolsOf({ protocols }: Pick<ClientPlugin, 'protocols'>): readonly Protocol[] | undefined {
  const known = Array.isArray(protocols) ? protocols.filter(isProtocol) : []
  return known.length === 0 ? undefined : known
}

/**
 * Why a client cannot work through its gateway, from what that answered when it was last asked with a token: it speaks
 * nothing that the client speaks (`protocol-not-spoken`), or it did not accept the token (`token-rejected`), which counts
 * while the token still comes from the same place. Empty when nothing is known. Pure.
 *
 * @param host Only `env` is used.
 */
export function gatewayReasons(host: Pick<Host, 'env'>, profile: Profile, client: ProtocolUser): Finding[] {
  const unspoken = unspokenNote(profile, client)
  if (unspoken) return [{ ...unspoken, fix: { action: 'setup' } }]
  const rejected = rejectedProtocol(host, profile, client)
  if (rejected === undefined) return []
  const [protocol, asked, answer] = rejected
  const given = answer.credential === 'environment'
  if (profile.auth?.kind === 'none') {
    const message = `The gateway wants a token, and this profile has none: ${answered(asked, answer)}`
    return [
      { code: 'token-rejected', severity: 'error', message, fix: { action: 'setup', needs: ['issuer', 'client-id'] } },
    ]
  }
  return [
    {
      code: 'token-rejected',
      severity: 'error',
      message: `The gateway did not accept the token${given ? ' in GATE_TOKEN' : ''} for ${protocol}: ${answered(asked, answer)}`,
      fix: given ? { action: 'status', live: true } : { action: 'login' },
    },
  ]
}

/** What is told of a client whose protocols the gateway was seen not to speak; undefined unless all of them are. Pure. */
export function unspokenNote(profile: Profile, { displayName, protocols }: ProtocolUser): Finding | undefined {
  const seen = (protocols ?? []).flatMap((protocol) => {
    const evidence = evidenceOf(profile, protocol)
    return evidence?.verdict === 'does-not' ? [[protocol, evidence] as const] : []
  })
  if (seen.length === 0 || seen.length < (protocols?.length ?? 0)) return undefined
  const names = seen.map(([protocol]) => protocol).join(' nor ')
  const answers = seen.map(([, evidence]) => answered(evidence.asked, evidence)).join(' ')
  const message = `The gateway does not speak ${names}, which ${displayName} needs: ${answers}`
  return { code: 'protocol-not-spoken', severity: 'info', message }
}

/** The first protocol of a client of which none can be used because the token was not accepted. */
function rejectedProtocol(
  { env }: Pick<Host, 'env'>,
  profile: Profile,
  { protocols }: ProtocolUser,
): readonly [Protocol, string, Rejection] | undefined {
  const concerned = (protocols ?? PROTOCOLS).flatMap((protocol) => {
    const evidence = evidenceOf(profile, protocol)
    return evidence === undefined || evidence.verdict === 'does-not' ? [] : [[protocol, evidence] as const]
  })
  const inUse = env.GATE_TOKEN?.trim() ? 'environment' : 'sign-in'
  const refused = concerned.flatMap(([protocol, { asked, rejected }]) =>
    rejected?.credential === inUse ? [[protocol, asked, rejected] as const] : [],
  )
  return refused.length === concerned.length ? refused[0] : undefined
}

/** What was seen of a protocol where the profile has it now; what was seen elsewhere says nothing. Pure. */
export function evidenceOf(profile: Profile, protocol: Protocol): ProtocolEvidence | undefined {
  const evidence = profile.protocols?.[protocol]
  if (evidence === undefined || profile.gatewayUrl === undefined) return undefined
  const prefix = profile[prefixNameOf(protocol) === 'anthropic' ? 'anthropicPath' : 'openaiPath'] ?? ''
  try {
    const url = normaliseGatewayUrl(profile.gatewayUrl) + normalisePathPrefix(prefix) + endpointPath(protocol)
    return evidence.asked === `POST ${url}` ? evidence : undefined
  } catch {
    return undefined
  }
}

function answered(asked: string, { status, said, at }: Pick<ProtocolEvidence, 'status' | 'said' | 'at'>): string {
  const words = said === undefined ? '' : ` (“${said}”)`
  return `${asked} answered ${status ?? 'nothing'}${words} on ${at.slice(0, 10)}.`
}
