import { type Connection, type Finding, findingOf, PROTOCOLS, type Protocol, type Secret } from '@gate/core'
import type { ProtocolAnswer } from '../gateway/ask-gateway.js'
import { clientHeaders, smallestBody } from '../gateway/endpoints.js'
import { isRejection, verdictOf } from '../gateway/evidence.js'
import { judgeAnswer } from '../gateway/judge.js'
import { firstModel, likelyModel } from '../gateway/models.js'
import { ownWords } from '../gateway/own-words.js'
import { movedMessage } from '../gateway/refuse-moved.js'
import { type GatewayAnswer, request } from '../gateway/request.js'
import type { Session } from '../session.js'
import {
  askWithToken,
  credentialOf,
  keepEvidenceIfPossible,
  tokenFor,
  USUAL_PROTOCOLS,
} from '../sign-in/keep-evidence.js'
import { type GatewayUser, gatewayUsers, neededBy } from './gateway-users.js'

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
  /** Whether it matters: a configured client has nothing else to speak, or no client is configured. */
  readonly needed: boolean
}

type Seen = Omit<LiveResult, 'profile' | 'protocol' | 'needed'> & { readonly answer?: ProtocolAnswer }

/**
 * One minimal request per protocol that configured clients use, with the token that they would get; never opens a
 * browser. What nobody uses is asked without a model. Keeps what was seen in the profile.
 */
export async function liveRequests(session: Session, connections: readonly Connection[]): Promise<LiveResult[]> {
  const users = await gatewayUsers(session)
  const results: LiveResult[] = []
  for (const connection of connections) {
    session.progress({ step: 'send-request', gatewayUrl: connection.gatewayUrl })
    const own = users.filter(({ profile }) => profile === connection.profile)
    results.push(...(await ofConnection(session, connection, own)))
  }
  return results
}

async function ofConnection(
  session: Session,
  connection: Connection,
  users: readonly GatewayUser[],
): Promise<LiveResult[]> {
  const wanted = users.flatMap(({ protocols }) => protocols ?? [])
  const protocols = PROTOCOLS.filter((protocol) => USUAL_PROTOCOLS.includes(protocol) || wanted.includes(protocol))
  const isUsed = (protocol: Protocol) =>
    wanted.includes(protocol) || users.length === 0 || users.some((user) => user.protocols === undefined)
  const seen = new Map<Protocol, Seen>()
  try {
    const token = await tokenFor(session, connection)
    const { paths } = connection
    const free = await askWithToken(session, connection, protocols, token, paths)
    await Promise.all(
      free.protocols.map(async (answer) => {
        const used = isUsed(answer.protocol)
        seen.set(
          answer.protocol,
          await ofProtocol(session, connection, answer, token, used).catch(failedAt(answer.url)),
        )
      }),
    )
    const answers = free.protocols.map((answer) => seen.get(answer.protocol)?.answer ?? answer)
    await keepEvidenceIfPossible(session, connection, { protocols: answers, paths: {}, credential: free.credential })
  } catch (error) {
    for (const protocol of protocols) seen.set(protocol, failedAt(connection.gatewayUrl)(error))
  }
  const works = (protocol: Protocol) => seen.get(protocol)?.outcome === 'answered'
  return [...seen]
    .map(([protocol, { answer: _answer, ...result }]) => {
      // A protocol that is not offered where nobody is configured is nobody's failure either.
      const nobody = users.length === 0 && result.outcome !== 'not-offered'
      return {
        profile: connection.profile,
        protocol,
        ...result,
        needed: nobody || neededBy(protocol, users, works).length > 0,
      }
    })
    .sort((one, other) => protocols.indexOf(one.protocol) - protocols.indexOf(other.protocol))
}

/** A request that costs something only where a client would send one, and where it can be answered. */
async function ofProtocol(
  session: Session,
  connection: Connection,
  free: ProtocolAnswer,
  token: Secret | undefined,
  isUsed: boolean,
): Promise<Seen> {
  const judged = judgedFree(session, free)
  if (judged) return judged
  const status = free.status ?? null
  const { protocol, url } = free
  if (!isUsed && free.kind === 'speaks') {
    const detail = `the gateway speaks it (${status} to an empty request); no configured client uses it`
    return { url, outcome: 'answered', status, code: null, detail }
  }
  const model = await modelFor(session, connection, free, token)
  if (model === undefined) {
    const outcome = free.kind === 'speaks' ? 'answered' : 'failed'
    const detail = `the gateway answered ${status} to an empty request${words(free.said)}; no model is known, so none was asked`
    return { url, outcome, status, code: null, detail }
  }
  const answer = await request({
    ...requestOptions(session, connection, protocol, token),
    method: 'POST',
    url,
    timeoutMs: ANSWER_LIMIT_MS,
    body: smallestBody(protocol, model),
  })
  return judgedReal(free, answer, model, token)
}

/** What needs no model to be seen. */
function judgedFree(session: Session, free: ProtocolAnswer): Seen | undefined {
  const { url, said, status = null, error, redirect } = free
  if (error) return failedAt(url)(error)
  const base = { url, status, code: null }
  if (redirect?.kind === 'moved') return { ...base, outcome: 'failed', detail: movedMessage(free) }
  if (isRejection(free)) {
    const detail = `the gateway does not accept the token (${status})${words(said)}`
    return { ...base, outcome: 'rejected', code: 'token-rejected', detail }
  }
  if (verdictOf(free, credentialOf(session)) !== 'does-not') return undefined
  const detail = `the gateway does not speak this protocol here (${status})${words(said)}`
  return { ...base, outcome: 'not-offered', detail }
}

function judgedReal(free: ProtocolAnswer, answer: GatewayAnswer, model: string, token: Secret | undefined): Seen {
  const { url, protocol } = free
  const { status } = answer
  const said = ownWords(answer, token)
  const kind = judgeAnswer(protocol, answer, undefined)
  const base = { url, status, code: null }
  if (status >= 200 && status < 300 && kind === 'speaks') {
    return { ...base, outcome: 'answered', detail: 'the gateway answered', answer: { ...free, kind: 'speaks' } }
  }
  if (kind === 'refused') {
    const detail = `the gateway does not accept the token (${status})${words(said)}`
    const rejected: ProtocolAnswer = { ...free, kind, status, ...(said === undefined ? {} : { said }) }
    return { ...base, outcome: 'rejected', code: 'token-rejected', detail, answer: rejected }
  }
  return { ...base, outcome: 'failed', detail: `the gateway answered ${status} for the model ${model}${words(said)}` }
}

async function modelFor(
  session: Session,
  connection: Connection,
  { protocol }: ProtocolAnswer,
  token: Secret | undefined,
): Promise<string | undefined> {
  const given = connection.models.map(({ id }) => id)
  if (given.length > 0) return likelyModel(protocol, given)
  const prefix = connection.paths[protocol === 'anthropic' ? 'anthropic' : 'openai']
  const list = { ...requestOptions(session, connection, protocol, token), method: 'GET' as const }
  const url = `${connection.gatewayUrl}${prefix}/v1/models`
  return request({ ...list, url }).then(
    (answer) => firstModel(protocol, answer),
    () => undefined,
  )
}

function requestOptions(session: Session, connection: Connection, protocol: Protocol, token: Secret | undefined) {
  return {
    host: session.host,
    headers: { ...connection.headers, ...clientHeaders(protocol, token) },
    ...(token === undefined ? {} : { token }),
    ...(connection.caFile === undefined ? {} : { caFile: connection.caFile }),
    signal: session.signal,
  }
}

function words(said: string | undefined): string {
  return said === undefined ? '' : `: “${said}”`
}

function failedAt(url: string): (error: unknown) => Seen {
  return (error) => {
    const failure: Finding = findingOf(error)
    return { url, outcome: 'failed', status: null, code: failure.code, detail: failure.message }
  }
}
