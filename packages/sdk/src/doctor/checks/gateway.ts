import { advice, type Connection, PROTOCOLS, type Protocol, type Secret } from '@gate/core'
import { askGateway, type GatewayAnswers, type ProtocolAnswer } from '../../gateway/ask-gateway.js'
import { isRejection, verdictOf } from '../../gateway/evidence.js'
import { movedFix, movedMessage } from '../../gateway/refuse-moved.js'
import type { Session } from '../../session.js'
import { askWithToken, credentialOf, keepEvidenceIfPossible, USUAL_PROTOCOLS } from '../../sign-in/keep-evidence.js'
import { gatewayUsers, neededBy } from '../../status/gateway-users.js'
import { type Check, failedCheck } from './check.js'

/**
 * The gateway's answers with and without a token, per protocol that clients use. Sends no request that a model answers;
 * keeps what it sees in the profile.
 */
export async function checkGatewayAnswers(
  session: Session,
  connection: Connection,
  token: Secret | undefined,
): Promise<Check[]> {
  const users = (await gatewayUsers(session)).filter(({ profile }) => profile === connection.profile)
  const wanted = users.flatMap((user) => user.protocols ?? [])
  const protocols = PROTOCOLS.filter((protocol) => USUAL_PROTOCOLS.includes(protocol) || wanted.includes(protocol))
  const { gatewayUrl, paths, headers, caFile } = connection
  try {
    const { host, signal } = session
    const bare = await askGateway({ host, gatewayUrl, given: paths, protocols, headers, caFile, signal })
    if (bare.error)
      return [failedCheck('gateway', 'Gateway', bare.error, { action: 'show-settings', key: 'gateway-url' })]
    const open = connection.auth.kind === 'none'
    const authorized = token || open ? await askWithToken(session, connection, protocols, token, paths) : undefined
    if (authorized) await keepEvidenceIfPossible(session, connection, { ...authorized, paths: {} })
    const works = (protocol: Protocol) => of(authorized, protocol)?.kind === 'speaks'
    const checks = protocols.flatMap((protocol) => {
      const needed = users.length === 0 || neededBy(protocol, users, works).length > 0 || works(protocol)
      const judged = judge(session, connection, of(bare, protocol), of(authorized, protocol))
      return needed ? judged : judged.map(unneeded)
    })
    return [{ id: 'gateway', title: 'Gateway', result: 'pass', detail: `${gatewayUrl} answers` }, ...checks]
  } catch (error) {
    return [failedCheck('gateway', 'Gateway', error, { action: 'show-settings', key: 'gateway-url' })]
  }
}

function of(answers: GatewayAnswers | undefined, protocol: Protocol): ProtocolAnswer | undefined {
  return answers?.protocols.find((answer) => answer.protocol === protocol)
}

/** What no configured client needs cannot fail one. */
function unneeded(check: Check): Check {
  const { fix: _none, code: _no, ...rest } = check
  return { ...rest, result: 'pass', detail: `${check.detail}; no configured client needs it` }
}

function judge(
  session: Session,
  connection: Connection,
  bare: ProtocolAnswer | undefined,
  authorized: ProtocolAnswer | undefined,
): Check[] {
  if (bare === undefined) return []
  const { protocol, url } = bare
  const id = `gateway.${protocol}`
  const title = `Gateway, ${protocol}`
  const gone = authorized && verdictOf(authorized, credentialOf(session)) === 'does-not' ? authorized : undefined
  if (gone && gone.redirect === undefined) {
    const detail = `${url} does not speak this protocol (${answerText(gone)})`
    const fix = advice(
      '{0}, to look for it again; or: {1}',
      { action: 'setup' },
      { action: 'set-setting', key: prefixKey(protocol) },
    )
    return [{ id: `${id}.offered`, title, result: 'fail', detail, fix }]
  }
  const withToken = authorized && connection.auth.kind !== 'none' ? [judgeWithToken(id, title, authorized)] : []
  return [judgeBare(id, `${title}, without a token`, connection, bare, authorized), ...withToken]
}

function prefixKey(protocol: Protocol): string {
  return protocol === 'anthropic' ? 'anthropic-path' : 'openai-path'
}

function judgeBare(
  id: string,
  title: string,
  connection: Connection,
  bare: ProtocolAnswer,
  authorized: ProtocolAnswer | undefined,
): Check {
  const base = { id, title }
  const { url, status = 0, kind, redirect } = bare
  const administrator = advice('Ask the administrator of the gateway to answer 401 there.')
  const says = `${url} answers ${answerText(bare)}`
  if (bare.error) return failedCheck(id, title, bare.error)
  if (redirect?.kind === 'moved') {
    return { ...base, result: 'fail', detail: movedMessage(bare), fix: movedFix(bare), code: 'gateway-redirects' }
  }
  if (connection.auth.kind === 'none' && !isRejection(bare)) return { ...base, result: 'pass', detail: says }
  if (status === 401) return { ...base, result: 'pass', detail: says }
  if (isRejection(bare)) {
    const result = authorized?.kind === 'speaks' ? 'warn' : 'fail'
    const what = redirect ? `${status}, which leads to a page for people,` : status
    const words = bare.said === undefined ? '' : ` (“${bare.said}”)`
    return {
      ...base,
      result,
      detail: `${url} answers ${what} instead of 401${words}; clients fetch a new token only after a 401`,
      fix: administrator,
    }
  }
  if (status >= 500) return { ...base, result: 'fail', detail: says, code: 'gateway-unreachable' }
  if (kind === 'absent') {
    if (authorized?.kind === 'speaks') {
      const detail = `${says} instead of 401; clients fetch a new token only after a 401`
      return { ...base, result: 'warn', detail, fix: administrator }
    }
    return {
      ...base,
      result: 'unknown',
      detail: `${says}; only an answer to the token tells`,
      fix: { action: 'login' },
    }
  }
  return { ...base, result: 'warn', detail: `${says}; it does not ask for a token`, fix: administrator }
}

function judgeWithToken(id: string, title: string, answer: ProtocolAnswer): Check {
  const base = { id: `${id}.token`, title: `${title}, with the token` }
  const { url, kind, redirect } = answer
  if (answer.error) return failedCheck(base.id, base.title, answer.error)
  if (redirect?.kind === 'moved') {
    return { ...base, result: 'fail', detail: movedMessage(answer), fix: movedFix(answer), code: 'gateway-redirects' }
  }
  if (isRejection(answer)) {
    const detail = `${url} does not accept the token (${answerText(answer)})`
    const fix = advice('{0}; if it stays, check --audience and --scopes with the administrator', { action: 'login' })
    return { ...base, result: 'fail', detail, fix }
  }
  if (kind === 'speaks') return { ...base, result: 'pass', detail: `${url} accepts it (${answer.status})` }
  return { ...base, result: 'warn', detail: `${url} answers ${answerText(answer)}; whether it works is not known` }
}

function answerText({ status, said }: ProtocolAnswer): string {
  return said === undefined ? String(status) : `${status}, “${said}”`
}
