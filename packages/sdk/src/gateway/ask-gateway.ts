import type { GateError, Host, Protocol, Secret } from '@gate/core'
import { clientHeaders, endpointPath, invalidBody, type PrefixName, prefixNameOf, USUAL_PREFIX } from './endpoints.js'
import { type AnswerKind, judgeAnswer } from './judge.js'
import { firstModel } from './models.js'
import { ownWords } from './own-words.js'
import { type Redirect, redirectOf } from './redirect.js'
import { type GatewayAnswer, isUnreachable, request } from './request.js'

/** A path prefix per name; an absent one is not known. */
export interface Prefixes {
  readonly anthropic?: string | undefined
  readonly openai?: string | undefined
}

export interface AskOptions {
  /** Its environment names proxies; its file system holds the CA file. */
  readonly host: Pick<Host, 'env' | 'fs'>
  readonly gatewayUrl: string
  /** Prefixes that somebody chose: no other one is tried. */
  readonly given: Prefixes
  /** Prefixes that were found before: tried first, and alone when the gateway speaks there. Default: none. */
  readonly known?: Prefixes
  readonly protocols: readonly Protocol[]
  /** Extra headers of the profile. */
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: Secret | undefined
  /** Ids of models, for gateways that look for one before anything else. Default: what the gateway lists. */
  readonly models?: readonly string[]
  readonly caFile?: string | undefined
  /** Milliseconds per request. Default 5000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

/** What one protocol's endpoint answered. */
export interface ProtocolAnswer {
  readonly protocol: Protocol
  readonly prefix: string
  readonly url: string
  /** `none`: no answer came. */
  readonly kind: AnswerKind | 'none'
  readonly status?: number
  /** The gateway's own words. */
  readonly said?: string
  readonly redirect?: Redirect
  readonly error?: GateError
}

export interface GatewayAnswers {
  /** False when no request was answered; then prefixes that were not given are unknown. */
  readonly reachable: boolean
  /** Why it is not reachable. */
  readonly error?: GateError
  /** Prefix per name, given or found; absent when it could not be found out. */
  readonly paths: { readonly anthropic?: string; readonly openai?: string }
  readonly protocols: readonly ProtocolAnswer[]
}

interface Candidate {
  readonly prefix: string
  readonly rank: number
  readonly answers: readonly ProtocolAnswer[]
}

/**
 * Asks a gateway for each protocol with requests that no API carries out, as its clients would, at the prefixes that
 * gateways use. Follows no redirect.
 *
 * @throws GateError `invalid-config` for an unreadable CA file or address of a proxy; `proxy-unsupported`; `interrupted`.
 */
export async function askGateway(options: AskOptions): Promise<GatewayAnswers> {
  const names = [...new Set(options.protocols.map(prefixNameOf))]
  const found = await Promise.all(names.map(async (name) => [name, await bestCandidate(options, name)] as const))
  const protocols = found.flatMap(([, { answers }]) => answers)
  const reachable = protocols.some(({ kind }) => kind !== 'none')
  const error = reachable ? undefined : protocols.find((answer) => answer.error)?.error
  const known = found.flatMap(([name, { prefix, answers }]) => {
    const given = options.given[name] ?? (answers.every(({ kind }) => kind === 'none') ? options.known?.[name] : prefix)
    return given === undefined ? [] : [[name, given]]
  })
  return { reachable, ...(error ? { error } : {}), paths: Object.fromEntries(known), protocols }
}

async function bestCandidate(options: AskOptions, name: PrefixName): Promise<Candidate> {
  const { given, known } = options
  const chosen = given[name]
  if (chosen !== undefined) return askBelow(options, name, chosen)
  const first = known?.[name] === undefined ? undefined : await askBelow(options, name, known[name])
  if (first && first.rank >= RANKS.speaks) return first
  const others = ['', USUAL_PREFIX[name]].filter((prefix) => prefix !== first?.prefix)
  const rest = await Promise.all(others.map((prefix) => askBelow(options, name, prefix)))
  // What was known is given up for a place where the gateway speaks, or when there is nothing any more.
  if (first && first.rank > RANKS.other) return rest.find(({ rank }) => rank >= RANKS.speaks) ?? first
  // Of two that look alike, the first one counts: what was known, then the URL as it was given.
  return [...(first ? [first] : []), ...rest].reduce((best, next) => (next.rank > best.rank ? next : best))
}

/** How well an answer speaks for a prefix. A refusal counts more where the path beside it is not refused. */
const RANKS = { speaks: 6, refused: 3, redirect: 2, busy: 1.5, other: 1, absent: 0, none: 0 } as const
const DISTINCT = 2

async function askBelow(options: AskOptions, name: PrefixName, prefix: string): Promise<Candidate> {
  const protocols = options.protocols.filter((protocol) => prefixNameOf(protocol) === name)
  const [first = 'anthropic'] = protocols
  const madeUp = `${options.gatewayUrl}${prefix}/v1/gate-probe-${Math.random().toString(36).slice(2)}`
  const control = send(options, first, madeUp, invalidBody(first)).catch(ignoreUnreachable)
  // Whoever waits for it hears of it; nobody may be left to.
  control.catch(() => {})
  const answers = await Promise.all(protocols.map((protocol) => askOne(options, protocol, prefix, control)))
  const beside = await control
  const kindBeside = beside && judgeAnswer(first, beside, undefined)
  const ranks = answers.map(({ kind }) => {
    const distinct = (kind === 'refused' || kind === 'busy') && kindBeside !== undefined && kindBeside !== kind
    return RANKS[kind] + (distinct ? DISTINCT : 0)
  })
  return { prefix, rank: Math.max(...ranks), answers }
}

async function askOne(
  options: AskOptions,
  protocol: Protocol,
  prefix: string,
  control: Promise<GatewayAnswer | undefined>,
): Promise<ProtocolAnswer> {
  const suffix = prefix + endpointPath(protocol)
  const url = options.gatewayUrl + suffix
  try {
    let answer = await send(options, protocol, url, invalidBody(protocol))
    let kind = judgeAnswer(protocol, answer, await control)
    if (kind === 'absent' && answer.status === 404 && options.token) {
      const model = options.models?.[0] ?? (await listedModel(options, protocol, prefix))
      const again = model === undefined ? answer : await send(options, protocol, url, invalidBody(protocol, model))
      const second = judgeAnswer(protocol, again, await control)
      if (second === 'speaks') [answer, kind] = [again, second]
    }
    const said = ownWords(answer, options.token)
    const redirect = redirectOf(url, suffix, answer)
    const { status } = answer
    return { protocol, prefix, url, kind, status, ...(said ? { said } : {}), ...(redirect ? { redirect } : {}) }
  } catch (error) {
    if (!isUnreachable(error)) throw error
    return { protocol, prefix, url, kind: 'none', error }
  }
}

async function listedModel(options: AskOptions, protocol: Protocol, prefix: string): Promise<string | undefined> {
  const url = `${options.gatewayUrl}${prefix}/v1/models`
  const answer = await send(options, protocol, url).catch(ignoreUnreachable)
  return answer && firstModel(protocol, answer)
}

function send(options: AskOptions, protocol: Protocol, url: string, body?: object): Promise<GatewayAnswer> {
  const { host, headers, token, caFile, timeoutMs, signal } = options
  return request({
    host,
    url,
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...clientHeaders(protocol, token) },
    ...(body === undefined ? {} : { body }),
    ...(token === undefined ? {} : { token }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  })
}

function ignoreUnreachable(error: unknown): undefined {
  if (!isUnreachable(error)) throw error
}
