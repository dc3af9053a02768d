import type { Connection, Secret } from '@gate/core'
import { isRedirect, type Protocol } from '../../gateway/check.js'
import { type GatewayAnswer, type GatewayRequest, request } from '../../gateway/request.js'
import type { Session } from '../session.js'
import { type Check, failedCheck } from './check.js'

const ENDPOINTS: Readonly<Record<Protocol, { readonly path: string; readonly method: 'GET' | 'POST' }>> = {
  anthropic: { path: '/v1/messages', method: 'POST' },
  openai: { path: '/v1/models', method: 'GET' },
}

/** The gateway's answers with and without a token, per protocol. Sends no model request. */
export async function checkGatewayAnswers(
  session: Session,
  connection: Connection,
  token: Secret | undefined,
): Promise<Check[]> {
  const common = {
    signal: session.signal,
    ...(connection.caFile === undefined ? {} : { caFile: connection.caFile }),
  }
  let reached: Check
  try {
    const answer = await request({ ...common, method: 'HEAD', url: `${connection.gatewayUrl}/` })
    reached = {
      id: 'gateway',
      title: 'Gateway',
      result: 'pass',
      detail: `${connection.gatewayUrl} answers (${answer.status})`,
    }
  } catch (error) {
    return [failedCheck('gateway', 'Gateway', error, 'gate config get gateway-url')]
  }
  const protocols: readonly Protocol[] = ['anthropic', 'openai']
  const perProtocol = await Promise.all(
    protocols.map((protocol) =>
      ofProtocol(connection, protocol, token, common).catch((error: unknown) => [
        failedCheck(`gateway.${protocol}`, `Gateway, ${protocol}`, error),
      ]),
    ),
  )
  return [reached, ...perProtocol.flat()]
}

async function ofProtocol(
  connection: Connection,
  protocol: Protocol,
  token: Secret | undefined,
  common: Pick<GatewayRequest, 'signal' | 'caFile'>,
): Promise<Check[]> {
  const { path, method } = ENDPOINTS[protocol]
  const url = `${connection.gatewayUrl}${connection.paths[protocol]}${path}`
  // An empty body is refused by every model API, so a gateway that lets it through still answers nothing for money.
  const send = (extra: { token?: Secret }) =>
    request({
      ...common,
      ...extra,
      method,
      url,
      headers: connection.headers,
      ...(method === 'POST' ? { body: {} } : {}),
    })
  const bare = judgeBare(protocol, url, connection, await send({}))
  if (token === undefined || bare.result === 'fail' || bare.id.endsWith('.offered')) return [bare]
  return [bare, judgeWithToken(protocol, url, await send({ token }))]
}

function judgeBare(protocol: Protocol, url: string, connection: Connection, { status }: GatewayAnswer): Check {
  const base = { id: `gateway.${protocol}`, title: `Gateway, ${protocol}, without a token` }
  const administrator = 'Ask the administrator of the gateway to answer 401 there.'
  if (isRedirect(status)) {
    const detail = `${url} answers ${status}; Claude Code would take the token to where it leads`
    return { ...base, result: 'fail', detail, fix: 'gate setup --gateway-url URL (the final one)', exitCode: 2 }
  }
  if (status === 404 || status === 405) {
    const detail = `${url} is not offered (${status}); fine, unless one of your clients speaks this protocol`
    return { ...base, id: `${base.id}.offered`, result: 'warn', detail, fix: `gate config set ${protocol}-path PATH` }
  }
  if (connection.auth.kind === 'none') return { ...base, result: 'pass', detail: `${url} answers ${status}` }
  if (status === 401) return { ...base, result: 'pass', detail: `${url} answers 401` }
  if (status === 403) {
    const detail = `${url} answers 403 instead of 401; clients fetch a new token only after a 401`
    return { ...base, result: 'fail', detail, fix: administrator }
  }
  if (status >= 500) return { ...base, result: 'fail', detail: `${url} answers ${status}`, exitCode: 6 }
  return {
    ...base,
    result: 'warn',
    detail: `${url} answers ${status}; it does not ask for a token`,
    fix: administrator,
  }
}

function judgeWithToken(protocol: Protocol, url: string, { status }: GatewayAnswer): Check {
  const base = { id: `gateway.${protocol}.token`, title: `Gateway, ${protocol}, with the token` }
  if (status === 401 || status === 403) {
    const detail = `${url} does not accept the token (${status})`
    return {
      ...base,
      result: 'fail',
      detail,
      fix: 'gate login; if it stays, check --audience and --scopes with the administrator',
    }
  }
  if (status >= 500) return { ...base, result: 'warn', detail: `${url} answers ${status}` }
  return { ...base, result: 'pass', detail: `${url} accepts it (${status})` }
}
