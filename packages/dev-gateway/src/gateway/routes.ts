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
  /** Routes that clients call without a credential, to warm up the connection. */
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

const modelRoute = (protocol: Protocol, below: string, models: readonly OfferedModel[]): Route => ({
  protocol,
  methods: ['GET', 'HEAD'],
  answer: (record) => {
    const id = record.path.slice(below.length + '/v1/models/'.length)
    return id ? answerModel(record, models, decodeURIComponent(id)) : answerModels(record, models)
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
    // Codex tries a WebSocket here when told to and goes back to POST at once after a 426 (0.169).
    answer: (record, text) => answerResponses(record.body, text(), seconds(record)),
  },
  '/v1/chat/completions': {
    protocol: 'openai',
    methods: ['POST'],
    answer: (record, text) => answerChatCompletions(record.body, text(), seconds(record)),
  },
}

/** Finds the route of a path. Each API answers below its own prefix only. */
export function findRoute(path: string, { anthropicPath, openaiPath, models }: RouteTable): Route | undefined {
  if (path === '/') return hello
  for (const [prefix, table, protocol] of [
    [anthropicPath, anthropic, 'anthropic'],
    [openaiPath, openai, 'openai'],
  ] as const) {
    if (!path.startsWith(`${prefix}/`) && path !== prefix) continue
    const rest = path.slice(prefix.length) || '/'
    const route = Object.hasOwn(table, rest) ? table[rest] : undefined
    if (route) return route
    if (rest === '/v1/models' || rest.startsWith('/v1/models/')) return modelRoute(protocol, prefix, models)
  }
  return undefined
}

/** The protocol in whose words an unknown path is refused. */
export function protocolOf(record: OpenRecord, { anthropicPath, openaiPath }: RouteTable): Protocol {
  if (record.headers['anthropic-version'] !== undefined) return 'anthropic'
  const below = (prefix: string) => prefix !== '' && record.path.startsWith(`${prefix}/`)
  return below(anthropicPath) && !below(openaiPath) ? 'anthropic' : 'openai'
}

/** The answer to a method that the route does not have. */
export function wrongMethod(route: Route, record: OpenRecord): Answer {
  const allow = { allow: route.methods.join(', ') }
  if (String(record.headers.upgrade ?? '').toLowerCase() === 'websocket') {
    return errorAnswer(route.protocol, 426, 'this path does not speak WebSocket; use POST', allow)
  }
  return errorAnswer(route.protocol, 405, `${record.method} is not allowed here`, allow)
}
