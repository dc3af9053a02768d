import type { OfferedModel } from '../contract.js'
import type { Answer, Protocol } from './answer.js'
import { answerCountTokens, answerMessages } from './anthropic-messages.js'
import { errorAnswer } from './errors.js'
import { answerModel, answerModels } from './models.js'
import { answerChatCompletions } from './openai-chat.js'
import { answerResponses } from './openai-responses.js'
import type { OpenRecord } from './recorder.js'

export interface RouteTable {
  anthropicPath: string
  openaiPath: string
  models: readonly OfferedModel[]
}

/** Where a path leads. */
export interface Route {
  protocol: Protocol
  methods: readonly string[]
  /** Routes that clients call without a credential, to warm up the connection; most gateways allow that. */
  open?: boolean
  answer(record: OpenRecord, text: () => string): Answer
}

const seconds = (record: OpenRecord) => Math.floor(record.time / 1000)

const hello: Route = {
  protocol: 'anthropic',
  methods: ['GET', 'HEAD'],
  open: true,
  answer: () => ({ kind: 'json', status: 200, body: { message: 'hello' } }),
}

// Both APIs have a model list at the same place, so here the caller's headers tell which one is meant.
const modelRoute = (record: OpenRecord, rest: string, table: RouteTable): Route => ({
  protocol: protocolOf(record, table),
  methods: ['GET', 'HEAD'],
  answer: () => {
    const id = rest.slice('/v1/models/'.length)
    return id ? answerModel(record, table.models, id) : answerModels(record, table.models)
  },
})

const anthropic: Record<string, Route> = {
  '/': hello,
  '/api/hello': hello,
  '/v1/messages': {
    protocol: 'anthropic',
    methods: ['POST'],
    answer: (record, text) => answerMessages(record.body, text()),
  },
  '/v1/messages/count_tokens': {
    protocol: 'anthropic',
    methods: ['POST'],
    answer: (record) => answerCountTokens(record.body),
  },
}

const openai: Record<string, Route> = {
  '/v1/responses': {
    protocol: 'openai',
    methods: ['POST'],
    answer: (record, text) => answerResponses(record.body, text(), seconds(record)),
  },
  '/v1/chat/completions': {
    protocol: 'openai',
    methods: ['POST'],
    answer: (record, text) => answerChatCompletions(record.body, text(), seconds(record)),
  },
}

/** Finds the route of a request. Each API answers below its own prefix only. */
export function findRoute(record: OpenRecord, table: RouteTable): Route | undefined {
  const { path } = record
  if (path === '/') return hello
  for (const [prefix, routes] of [
    [table.anthropicPath, anthropic],
    [table.openaiPath, openai],
  ] as const) {
    if (path !== prefix && !path.startsWith(`${prefix}/`)) continue
    const rest = path.slice(prefix.length) || '/'
    if (Object.hasOwn(routes, rest)) return routes[rest]
    if (rest === '/v1/models' || rest.startsWith('/v1/models/')) return modelRoute(record, rest, table)
  }
  return undefined
}

/** The protocol in whose words a caller expects to be refused. */
export function protocolOf(record: OpenRecord, { anthropicPath, openaiPath }: RouteTable): Protocol {
  if (record.headers['anthropic-version'] !== undefined) return 'anthropic'
  const below = (prefix: string) => prefix !== '' && record.path.startsWith(`${prefix}/`)
  return below(anthropicPath) && !below(openaiPath) ? 'anthropic' : 'openai'
}

/** The answer to a method that the route does not have. */
export function wrongMethod(route: Route, record: OpenRecord): Answer {
  const allow = { allow: route.methods.join(', ') }
  // Codex tries a WebSocket when told to, and goes back to POST at once after a 426 only (0.169).
  if (String(record.headers.upgrade ?? '').toLowerCase() === 'websocket') {
    return errorAnswer(route.protocol, 426, 'this path does not speak WebSocket; use POST', allow)
  }
  return errorAnswer(route.protocol, 405, `${record.method} is not allowed here`, allow)
}
