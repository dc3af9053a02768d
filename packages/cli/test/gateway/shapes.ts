import { gzipSync } from 'node:zlib'
import type { ScriptedAnswer, ScriptedRequest } from '../../../sdk/test/harness/scripted-gateway.js'

/** What a client can do through a gateway: all that setup, status, `--live` and doctor say follows from it. */
export type Outcome = 'works' | 'unspoken' | 'rejected' | 'unknown'

/** A way in which a gateway may behave. */
export interface Shape {
  readonly name: string
  answer(request: ScriptedRequest): ScriptedAnswer
  /** Outcome of Claude Code (anthropic) and Codex (openai), in this order. */
  readonly outcomes: readonly [Outcome, Outcome]
  /** Prefixes that are found. Default: none. */
  readonly paths?: { readonly anthropic?: string; readonly openai?: string }
  /** What the gateway says in words, which people must be shown. */
  readonly says?: string
}

const json = (status: number, body: object, headers: Record<string, string> = {}): ScriptedAnswer => ({
  status,
  body,
  headers,
})
const html = (status: number, title = 'Sign in to Corp'): ScriptedAnswer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html><html><head><title>${title}</title></head><body><form></form></body></html>`,
})

const MODELS = { data: [{ id: 'claude-test' }, { id: 'gpt-test' }] }

/** An API behind everything else: it refuses what is no request, and answers what is one. */
function api({ path, method, body }: ScriptedRequest, speaks = ['messages', 'responses', 'models']): ScriptedAnswer {
  const name = /\/v1\/([a-z]+)$/.exec(path)?.[1] ?? ''
  if (!speaks.includes(name)) return json(404, { error: { message: `no route for ${path}` } })
  if (name === 'models') return json(200, MODELS)
  if (method !== 'POST') return json(405, { error: { message: 'use POST' } })
  if (name === 'messages') {
    const valid = Array.isArray(body.messages) && body.messages.length > 0
    if (valid) return json(200, { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'pong' }] })
    return json(400, { type: 'error', error: { type: 'invalid_request_error', message: 'messages: Field required' } })
  }
  if (typeof body.input === 'string') return json(200, { object: 'response', status: 'completed', output: [] })
  return json(400, { error: { message: "Missing required parameter: 'input'.", type: 'invalid_request_error' } })
}

const unauthorized = json(401, { error: { message: 'Unauthorized' } })
/** Wants a token for whatever lies below one of the prefixes, and has nothing elsewhere. */
const below =
  (prefixes: readonly string[], inside = api, outside: ScriptedAnswer = html(404, '404 Not Found')) =>
  (request: ScriptedRequest): ScriptedAnswer => {
    const prefix = prefixes.find((each) => request.path.startsWith(`${each}/`))
    if (prefix === undefined) return outside
    return request.authorized ? inside({ ...request, path: request.path.slice(prefix.length) }) : unauthorized
  }
const behind =
  (bare: ScriptedAnswer, inside = api) =>
  (request: ScriptedRequest) =>
    request.authorized ? inside(request) : bare
const only =
  (...names: string[]) =>
  (request: ScriptedRequest) =>
    api(request, names)

const BOTH = ['works', 'works'] as const
const NEITHER = ['unspoken', 'unspoken'] as const
const REJECTED = ['rejected', 'rejected'] as const
const UNKNOWN = ['unknown', 'unknown'] as const

/** Shapes of gateways, as seen and as may be. All of them were asked with a token that the good ones accept. */
export const SHAPES: readonly Shape[] = [
  { name: '401 to any path without a token', answer: behind(unauthorized), outcomes: BOTH },
  { name: '403 to any path without a token', answer: behind(json(403, { detail: 'no' })), outcomes: BOTH },
  { name: '404 to any path without a token', answer: behind(404), outcomes: BOTH },
  { name: '405 to any path without a token', answer: behind(405), outcomes: BOTH },
  { name: 'a login page without a token', answer: behind(html(200)), outcomes: BOTH },
  {
    name: 'a redirect to a login page without a token',
    answer: behind({ status: 302, location: '/login' }),
    outcomes: BOTH,
  },
  {
    name: 'a redirect to a provider without a token',
    answer: behind({ status: 302, location: 'https://login.example.com/authorize?state=x' }),
    outcomes: BOTH,
  },
  {
    name: 'a temporary redirect to its own login page',
    answer: behind({ status: 307, location: '/login' }),
    outcomes: BOTH,
  },
  { name: 'no credential wanted at all', answer: (request) => api(request), outcomes: BOTH },
  {
    name: 'Messages alone, 401 to any path',
    answer: behind(unauthorized, only('messages')),
    outcomes: ['works', 'unspoken'],
  },
  {
    name: 'Responses alone, 401 to any path',
    answer: behind(unauthorized, only('responses')),
    outcomes: ['unspoken', 'works'],
  },
  {
    name: 'both APIs without a list of models',
    answer: behind(unauthorized, only('messages', 'responses')),
    outcomes: BOTH,
  },
  {
    name: 'a list of models alone',
    answer: behind(unauthorized, only('models')),
    outcomes: NEITHER,
    says: 'no route for',
  },
  {
    name: 'everything below prefixes, 404 at the root',
    answer: below(['/anthropic', '/openai']),
    outcomes: BOTH,
    paths: { anthropic: '/anthropic', openai: '/openai' },
  },
  {
    name: 'one API below a prefix, the other nowhere',
    answer: below(['/anthropic'], only('messages')),
    outcomes: ['works', 'unspoken'],
    paths: { anthropic: '/anthropic' },
  },
  {
    name: 'one API below a prefix, the other at the root',
    answer: (request) => {
      if (!request.authorized) return unauthorized
      if (request.path.startsWith('/anthropic/')) return api({ ...request, path: request.path.slice(10) }, ['messages'])
      return api(request, ['responses'])
    },
    outcomes: BOTH,
    paths: { anthropic: '/anthropic' },
  },
  {
    name: 'prefixes behind a login page',
    answer: (request) => (request.authorized ? below(['/anthropic', '/openai'])(request) : html(200)),
    outcomes: BOTH,
    paths: { anthropic: '/anthropic', openai: '/openai' },
  },
  {
    name: 'POST alone, 403 for everything else',
    answer: (request) => (request.method === 'POST' ? behind(unauthorized)(request) : json(403, {})),
    outcomes: BOTH,
  },
  {
    name: 'HEAD refused',
    answer: (request) => (request.method === 'HEAD' ? 405 : behind(unauthorized)(request)),
    outcomes: BOTH,
  },
  {
    name: 'answers that are compressed without being asked',
    answer: (request) => {
      const answer = behind(unauthorized)(request)
      if (typeof answer !== 'object' || answer === undefined) return answer
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
      return { ...answer, headers, body: gzipSync(JSON.stringify(answer.body)) }
    },
    outcomes: BOTH,
  },
  {
    name: 'HTTP without keep-alive',
    answer: (request) => {
      const answer = behind(unauthorized)(request)
      return typeof answer === 'object' ? { ...answer, headers: { connection: 'close' } } : answer
    },
    outcomes: BOTH,
  },
  {
    name: '404 for a model that it does not have, and for none',
    answer: behind(unauthorized, (request) => {
      if (/\/v1\/models$/.test(request.path) || 'model' in request.body) return api(request)
      return json(404, { error: { message: 'no route for this model' } })
    }),
    outcomes: BOTH,
  },
  {
    name: '404 that names the model',
    answer: behind(unauthorized, (request) =>
      /\/v1\/(messages|responses)$/.test(request.path) && request.method === 'POST' && !('model' in request.body)
        ? json(404, { error: { code: 'model_not_found', message: 'The model does not exist' } })
        : api(request),
    ),
    outcomes: BOTH,
  },
  {
    name: '422 to what is invalid',
    answer: behind(unauthorized, (request) => {
      const answer = api(request)
      return typeof answer === 'object' && answer.status === 400 ? { ...answer, status: 422 } : answer
    }),
    outcomes: BOTH,
  },
  {
    name: '401 even with the token',
    answer: () => json(401, { error: { message: 'audience is wrong' } }),
    outcomes: REJECTED,
    says: 'audience is wrong',
  },
  {
    name: '403 even with the token',
    answer: () => json(403, { message: 'not in group llm' }),
    outcomes: REJECTED,
    says: 'not in group llm',
  },
  { name: '407 even with the token', answer: () => 407, outcomes: REJECTED },
  { name: 'a login page even with the token', answer: () => html(200), outcomes: REJECTED, says: 'Sign in to Corp' },
  {
    name: 'a redirect to a login page even with the token',
    answer: () => ({ status: 302, location: '/login' }),
    outcomes: REJECTED,
  },
  {
    name: 'a token for one API alone',
    answer: (request) =>
      !request.authorized
        ? unauthorized
        : /responses/.test(request.path)
          ? json(403, { message: 'no licence' })
          : api(request),
    outcomes: ['works', 'rejected'],
    says: 'no licence',
  },
  { name: '404 to everything', answer: () => json(404, { detail: 'Not Found' }), outcomes: NEITHER, says: 'Not Found' },
  { name: '405 to everything', answer: () => 405, outcomes: NEITHER },
  { name: '410 to everything', answer: () => 410, outcomes: NEITHER },
  { name: '501 to everything', answer: () => 501, outcomes: NEITHER },
  { name: '200 and JSON to everything', answer: () => json(200, { ok: true }), outcomes: NEITHER },
  { name: '200 and nothing to everything', answer: () => 200, outcomes: NEITHER },
  { name: '204 to everything', answer: () => 204, outcomes: NEITHER },
  {
    name: '400 to everything',
    answer: () => json(400, { error: { message: 'no such tenant' } }),
    outcomes: NEITHER,
    says: 'no such tenant',
  },
  {
    name: 'a redirect of one API to another host',
    answer: (request) =>
      /responses/.test(request.path)
        ? { status: 308, location: `https://new.example.com${request.path}` }
        : behind(unauthorized)(request),
    outcomes: ['works', 'unspoken'],
  },
  {
    name: '426 to everything',
    answer: () => json(426, { message: 'upgrade required' }),
    outcomes: UNKNOWN,
    says: 'upgrade required',
  },
  {
    name: '429 to everything',
    answer: () => json(429, { error: { message: 'slow down' } }),
    outcomes: UNKNOWN,
    says: 'slow down',
  },
  { name: '431 to everything', answer: () => 431, outcomes: UNKNOWN },
  {
    name: '500 to everything',
    answer: () => json(500, { error: { message: 'database is locked' } }),
    outcomes: UNKNOWN,
    says: 'database is locked',
  },
  { name: '502 to everything', answer: () => html(502, '502 Bad Gateway'), outcomes: UNKNOWN, says: '502 Bad Gateway' },
  { name: '503 to everything', answer: () => 503, outcomes: UNKNOWN },
  { name: '504 to everything', answer: () => 504, outcomes: UNKNOWN },
  { name: 'a connection that is reset', answer: () => 'reset', outcomes: UNKNOWN },
  {
    name: 'a connection that is reset by one API alone',
    answer: (request) => (/responses/.test(request.path) ? 'reset' : behind(unauthorized)(request)),
    outcomes: ['works', 'unknown'],
  },
  {
    name: 'an error that repeats the token',
    answer: ({ headers }) => json(401, { error: { message: `bad token: ${headers.authorization}` } }),
    outcomes: REJECTED,
    says: 'bad token',
  },
  {
    name: 'an error with control characters and no end',
    answer: () => ({ status: 403, body: `\u001b[2Jdenied \u202e${'x'.repeat(100_000)}` }),
    outcomes: REJECTED,
    says: 'denied',
  },
]
