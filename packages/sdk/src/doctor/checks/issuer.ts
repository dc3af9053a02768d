import { advice, type Connection, GateError } from '@gate/core'
import { isLoopback } from '@gate/transport'
import { type GatewayAnswer, request } from '../../gateway/request.js'
import type { Session } from '../../session.js'
import { type Check, failedCheck } from './check.js'

/** Milliseconds; beyond this, signed times of tokens are misjudged by strict gateways. */
const SKEW_WARN_MS = 60_000
const SKEW_FAIL_MS = 300_000

/** Discovery at the issuer, and this clock against the issuer's. Nothing to check without OpenID. */
export async function checkIssuer(session: Session, connection: Connection): Promise<Check[]> {
  if (connection.auth.kind !== 'oidc') return []
  const { issuer } = connection.auth
  const base = { id: 'issuer', title: 'Issuer' }
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  let answer: GatewayAnswer
  try {
    answer = await request({
      host: session.host,
      method: 'GET',
      url,
      signal: session.signal,
      ...(connection.caFile === undefined ? {} : { caFile: connection.caFile }),
    })
  } catch (error) {
    const fix = advice('Check the network and', { action: 'show-settings', key: 'issuer' })
    // The errors of a proxy say themselves what helps.
    if (GateError.isInstance(error) && error.code !== 'gateway-unreachable')
      return [failedCheck(base.id, base.title, error, fix)]
    const detail = error instanceof Error ? error.message : String(error)
    return [{ ...base, result: 'fail', detail, fix, code: 'issuer-unreachable' }]
  }
  const problem = discoveryProblem(answer, issuer)
  const fix = advice('{0} (the administrator knows it)', { action: 'set-setting', key: 'issuer' })
  const found: Check = problem
    ? { ...base, result: 'fail', detail: `${url}: ${problem}`, fix }
    : { ...base, result: 'pass', detail: `${issuer} answers and describes itself` }
  return [found, checkClock(session, answer)]
}

/** OpenID Connect Discovery 1.0, sections 4.2 and 4.3. */
function discoveryProblem(answer: GatewayAnswer, issuer: string): string | undefined {
  if (answer.status !== 200) return `answered ${answer.status}`
  let document: Record<string, unknown>
  try {
    document = JSON.parse(answer.body) as Record<string, unknown>
  } catch {
    return 'the answer is not JSON'
  }
  if (document.issuer !== issuer)
    return `it calls itself ${JSON.stringify(document.issuer)}, not ${JSON.stringify(issuer)}`
  for (const name of ['authorization_endpoint', 'token_endpoint']) {
    const endpoint = document[name]
    if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) return `${name} is missing`
    const url = new URL(endpoint)
    if (url.protocol !== 'https:' && !isLoopback(url)) return `${name} is not https`
  }
  const methods = document.code_challenge_methods_supported
  return Array.isArray(methods) && !methods.includes('S256') ? 'it does not offer PKCE with S256' : undefined
}

function checkClock(session: Session, answer: GatewayAnswer): Check {
  const base = { id: 'clock', title: 'Clock' }
  const date = Date.parse(answer.headers.date ?? '')
  if (Number.isNaN(date)) return { ...base, result: 'unknown', detail: 'the issuer sends no date' }
  const skew = session.host.clock.now() - date
  const seconds = Math.round(Math.abs(skew) / 1000)
  if (Math.abs(skew) < SKEW_WARN_MS) return { ...base, result: 'pass', detail: 'agrees with the issuer to a minute' }
  return {
    ...base,
    result: Math.abs(skew) < SKEW_FAIL_MS ? 'warn' : 'fail',
    detail: `this machine is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} the issuer`,
    fix: advice('Switch on time synchronisation (timedatectl set-ntp true).'),
  }
}
