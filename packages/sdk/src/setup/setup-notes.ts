import { advice, type Finding } from '@gate/core'
import type { GatewayAnswers } from '../gateway/ask-gateway.js'
import type { Profile } from '../profile/index.js'
import type { SignIn } from '../sign-in/sign-in.js'
import { evidenceOf } from '../status/gateway-reasons.js'
import type { ClientChoice } from './choose-clients.js'

/** What is left to know after a setup, besides what concerns single clients. Pure. */
export function setupNotes(
  gateway: GatewayAnswers,
  { chosen }: ClientChoice,
  profile: Profile,
  signedIn: SignIn['state'] | 'dry-run',
): Finding[] {
  const notes: Finding[] = []
  if (gateway.error) {
    notes.push({
      code: gateway.error.code,
      severity: 'info',
      message: `${gateway.error.message.replace(/\.$/, '')}. The connection was saved as given.`,
      fix: advice('run "{0}" again when it answers, or check with "{1}".', { action: 'setup' }, { action: 'doctor' }),
    })
  } else {
    notes.push(...protocolNotes(profile, gateway, signedIn))
  }
  if (chosen.length === 0) {
    notes.push({
      code: 'no-client',
      severity: 'info',
      message: 'No installed client was found, so none was configured.',
      fix: advice('Run "{0}" again after installing one.', { action: 'setup' }),
    })
  }
  if (signedIn === 'deferred') {
    notes.push({
      code: 'login-deferred',
      severity: 'info',
      message: 'You are not signed in yet.',
      fix: advice('The first request of a client asks for it, or run "{0}" now.', { action: 'login' }),
    })
  }
  return notes
}

function protocolNotes(
  profile: Profile,
  { protocols }: GatewayAnswers,
  signedIn: SignIn['state'] | 'dry-run',
): Finding[] {
  const seen = protocols.map(({ protocol }) => ({ protocol, evidence: evidenceOf(profile, protocol) }))
  if (seen.every(({ evidence }) => evidence?.verdict === 'does-not')) {
    const message = `The gateway speaks none of the protocols that clients use at ${profile.gatewayUrl}. Check the URL, and the paths of the two APIs.`
    return [{ code: 'no-protocol', severity: 'info', message }]
  }
  const unknown = seen.filter(({ evidence }) => evidence?.verdict === 'unknown' && !evidence.rejected)
  if (unknown.length === 0) return []
  const names = unknown.map(({ protocol }) => protocol).join(' and ')
  const isAsked = signedIn === 'signed-in' || signedIn === 'not-needed'
  const said = unknown.find(({ evidence }) => evidence?.said !== undefined)?.evidence?.said
  const statuses = unknown.map(({ evidence }) => evidence?.status ?? 'nothing').join(' and ')
  const why = isAsked
    ? `it answered ${statuses}${said === undefined ? '' : ` (“${said}”)`}`
    : 'only an answer to somebody who is signed in tells'
  const message = `Whether the gateway speaks ${names} is not known: ${why}.`
  const again = isAsked ? '"{0}" asks again.' : '"{0}" asks after the sign-in.'
  return [
    { code: 'protocols-unknown', severity: 'info', message, fix: advice(again, { action: 'status', live: true }) },
  ]
}

/** What the issuer did not give, before somebody finds out an hour later. Pure. */
export function signInNotes({ state, renewable, notGranted = [] }: SignIn): Finding[] {
  if (state !== 'signed-in') return []
  const notes: Finding[] = []
  if (renewable === false) {
    notes.push({
      code: 'no-refresh-token',
      severity: 'info',
      message: 'The issuer gave no refresh token, so you have to sign in again when the present token expires.',
    })
  }
  if (notGranted.length > 0) {
    notes.push({
      code: 'scopes-not-granted',
      severity: 'info',
      message: `The issuer did not grant the scopes ${notGranted.join(', ')}.`,
    })
  }
  return notes
}
