import type { Protocol } from '@gate/core'
import type { Profile, ProtocolEvidence } from '../profile/index.js'
import type { ProtocolAnswer } from './ask-gateway.js'

/** Where the token of a request came from; `none`: it had none, and the gateway may want one. */
export type Credential = 'sign-in' | 'environment' | 'none'

/** Whether an answer says that the token was not accepted. Pure. */
export function isRejection({ kind, redirect }: Pick<ProtocolAnswer, 'kind' | 'redirect'>): boolean {
  return kind === 'refused' || redirect?.kind === 'login'
}

/** What an answer to a request with a token says of a protocol. Pure. */
export function verdictOf(answer: Pick<ProtocolAnswer, 'kind' | 'redirect'>, credential: Credential): Verdict {
  // A client that is led elsewhere takes its token along; that needs no credential to be seen.
  if (answer.redirect?.kind === 'moved') return 'does-not'
  if (credential === 'none' || isRejection(answer)) return 'unknown'
  switch (answer.kind) {
    case 'speaks':
      return 'speaks'
    case 'absent':
    case 'other':
      return 'does-not'
    default:
      return 'unknown'
  }
}

type Verdict = ProtocolEvidence['verdict']

/**
 * What a profile knows of its gateway, with new answers. What was seen before stays where the new answer says nothing, so
 * that a gateway that is down is not taken for one that speaks nothing; equal evidence keeps its time. Pure.
 *
 * @param now Milliseconds since the epoch.
 */
export function withEvidence(
  before: Profile['protocols'],
  answers: readonly ProtocolAnswer[],
  credential: Credential,
  now: number,
): NonNullable<Profile['protocols']> {
  const next: Partial<Record<Protocol, ProtocolEvidence>> = { ...before }
  for (const answer of answers) {
    next[answer.protocol] = merged(before?.[answer.protocol], answer, credential, new Date(now).toISOString())
  }
  return next
}

function merged(
  before: ProtocolEvidence | undefined,
  answer: ProtocolAnswer,
  credential: Credential,
  at: string,
): ProtocolEvidence {
  const { url, status, said } = answer
  const asked = `POST ${url}`
  const seen = { ...(status === undefined ? {} : { status }), at, ...(said === undefined ? {} : { said }) }
  const fresh: ProtocolEvidence = { verdict: verdictOf(answer, credential), asked, ...seen }
  const old = before?.asked === asked ? before : undefined
  if (credential !== 'none' && isRejection(answer) && status !== undefined) {
    const rejected = { status, at, ...(said === undefined ? {} : { said }), credential }
    const { rejected: last } = old ?? {}
    const isSame = last?.status === status && last.said === said && last.credential === credential
    return { ...(old ?? fresh), rejected: isSame ? last : rejected }
  }
  if (fresh.verdict === 'unknown') return old ?? fresh
  const isSame = old?.verdict === fresh.verdict && old.status === status && old.said === said && !old.rejected
  return isSame ? old : fresh
}
