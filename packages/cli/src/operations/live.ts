import { type Connection, exitCodeOf, type Secret } from '@gate/core'
import { type Failure, failureOf } from '../failure.js'
import { isRedirect, type Protocol } from '../gateway/check.js'
import { type GatewayAnswer, request } from '../gateway/request.js'
import { exitCodeOfClients } from './client-outcome.js'
import { authProfileOf, type Session } from './session.js'

/** Milliseconds for one answer of a model, however short. */
const ANSWER_LIMIT_MS = 60_000

/** What one real request came to. */
export interface LiveResult {
  readonly profile: string
  readonly protocol: Protocol
  readonly url: string
  /** `not-offered`: the gateway does not speak this protocol, which matters only to clients that do. */
  readonly outcome: 'answered' | 'rejected' | 'not-offered' | 'failed'
  readonly status: number | null
  /** Code of the error that kept an answer from coming. */
  readonly code: string | null
  readonly detail: string
}

/** One minimal request per protocol of each connection, with the token that clients would get; never opens a browser. */
export async function liveRequests(session: Session, connections: readonly Connection[]): Promise<LiveResult[]> {
  const results: LiveResult[] = []
  for (const connection of connections) {
    session.progress(`Asking ${connection.gatewayUrl}`)
    results.push(...(await ofConnection(session, connection)))
  }
  return results
}

/**
 * Exit code of a look that sent real requests: 0 when all that the gateway offers was answered, 4 when only some was,
 * else that of the first failure. Where nothing was asked or offered, nothing was seen to work either.
 */
export function exitCodeOfLive(results: readonly LiveResult[]): number {
  if (results.length === 0) return exitCodeOf('not-configured')
  if (results.every(({ outcome }) => outcome === 'not-offered')) return 1
  return exitCodeOfClients(
    results.map(({ outcome, code }) => ({
      outcome: outcome === 'answered' ? 'done' : outcome === 'not-offered' ? 'passed-over' : 'failed',
      ...(code === null ? {} : { error: { exitCode: exitCodeOf(code) } }),
    })),
  )
}

async function ofConnection(session: Session, connection: Connection): Promise<LiveResult[]> {
  const protocols: readonly Protocol[] = ['anthropic', 'openai']
  let token: Secret | undefined
  try {
    token = await tokenFor(session, connection)
  } catch (error) {
    const failure = failureOf(error)
    return protocols.map((protocol) => failed(connection, protocol, failure))
  }
  return Promise.all(
    protocols.map((protocol) =>
      ask(session, connection, protocol, token).catch((error: unknown) =>
        failed(connection, protocol, failureOf(error)),
      ),
    ),
  )
}

async function tokenFor(session: Session, connection: Connection): Promise<Secret | undefined> {
  if (connection.auth.kind === 'none') return undefined
  const auth = await session.auth(connection.profile, authProfileOf(connection))
  return (await auth.accessToken({ interaction: 'never', signal: session.signal })).token
}

async function ask(
  session: Session,
  connection: Connection,
  protocol: Protocol,
  token: Secret | undefined,
): Promise<LiveResult> {
  const common = {
    headers: { ...connection.headers, 'anthropic-version': '2023-06-01' },
    ...(token === undefined ? {} : { token }),
    ...(connection.caFile === undefined ? {} : { caFile: connection.caFile }),
    signal: session.signal,
  }
  const base = `${connection.gatewayUrl}${connection.paths[protocol]}`
  const models = await request({ ...common, method: 'GET', url: `${base}/v1/models` })
  const model = connection.models[0]?.id ?? firstModel(models)
  // A model is needed for a real request; without one, the list of models is the smallest thing that proves the token.
  if (model === undefined) return judged(connection, protocol, `${base}/v1/models`, models)
  const url = protocol === 'anthropic' ? `${base}/v1/messages` : `${base}/v1/responses`
  const answer = await request({
    ...common,
    method: 'POST',
    url,
    timeoutMs: ANSWER_LIMIT_MS,
    body:
      protocol === 'anthropic'
        ? { model, max_tokens: 1, messages: [{ role: 'user', content: 'ping' }] }
        : { model, max_output_tokens: 16, input: 'ping' },
  })
  return judged(connection, protocol, url, answer)
}

function firstModel(answer: GatewayAnswer): string | undefined {
  if (answer.status !== 200) return undefined
  try {
    const id = (JSON.parse(answer.body) as { data?: { id?: unknown }[] }).data?.[0]?.id
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}

function judged(connection: Connection, protocol: Protocol, url: string, answer: GatewayAnswer): LiveResult {
  const { status } = answer
  const result = (outcome: LiveResult['outcome'], detail: string): LiveResult => ({
    profile: connection.profile,
    protocol,
    url,
    outcome,
    status,
    code: null,
    detail,
  })
  if (status >= 200 && status < 300) return result('answered', 'the gateway answered')
  if (status === 401 || status === 403) return result('rejected', `the gateway does not accept the token (${status})`)
  if (status === 404 || status === 405) return result('not-offered', 'the gateway does not offer this protocol here')
  if (isRedirect(status))
    return result('failed', `the gateway redirects (${status}); clients would take the token along`)
  return result('failed', `the gateway answered ${status}`)
}

function failed(connection: Connection, protocol: Protocol, failure: Failure): LiveResult {
  const { profile, gatewayUrl, paths } = connection
  return {
    profile,
    protocol,
    url: `${gatewayUrl}${paths[protocol]}`,
    outcome: 'failed',
    status: null,
    code: failure.code,
    detail: failure.message,
  }
}
