import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Failure, RecordedRequest, RequestLog, RuntimeSettings } from '../contract.js'
import { logRequest } from '../request-log.js'
import { sendSkewedDate } from '../skewed-date.js'
import type { Answer, Protocol } from './answer.js'
import { type CredentialRules, judgeCredential } from './credential.js'
import { errorAnswer } from './errors.js'
import { createFailures, type Failures } from './failures.js'
import { type OpenRecord, openRecord, readBody } from './recorder.js'
import { findRoute, protocolOf, type Route, type RouteTable, wrongMethod } from './routes.js'
import { cutAnswer, sendAnswer } from './send.js'

export interface GatewayInit extends RouteTable {
  server: Server
  url: string
  rules: CredentialRules
  settings: RuntimeSettings
  /** Aborted when the server stops. */
  signal: AbortSignal
  onRequest: ((event: RequestLog) => void) | undefined
}

/** The gateway behind its HTTP server. */
export interface Gateway {
  readonly failures: Failures
  readonly requests: RecordedRequest[]
}

/** Puts an LLM gateway on a listening server. */
export function createGateway(init: GatewayInit): Gateway {
  const { server, settings, signal, onRequest } = init
  const failures = createFailures()
  const requests: OpenRecord[] = []

  const serve = async (req: IncomingMessage, res: ServerResponse, record: OpenRecord): Promise<void> => {
    record.body = await readBody(req)
    const route = findRoute(record, init)
    const refusal = judgeCredential(record, init.rules)
    const failure = failures.take(record)
    if (failure) {
      record.failure = failure.kind
      await pause(failure.delayMs ?? (failure.kind === 'slow' ? 1000 : 0), undefined, { signal })
    }
    const protocol = route?.protocol ?? protocolOf(record, init)
    const answer = scripted(failure, protocol, record, init.url) ?? regular(route, protocol, refusal, record, settings)
    if (failure?.kind === 'cut') {
      const after = failure.afterEvents ?? 1
      record.status = after > 0 ? statusOf(answer) : undefined
      cutAnswer(res, answer, after)
      return
    }
    record.status = statusOf(answer)
    sendAnswer(res, answer, record.method === 'HEAD')
  }

  server.on('request', (req, res) => {
    sendSkewedDate(res, settings.dateSkew)
    logRequest('gateway', req, res, onRequest)
    const record = openRecord(req)
    requests.push(record)
    res.once('close', () => {
      record.closedByClient = !res.writableFinished && record.failure !== 'cut' && !signal.aborted
    })
    serve(req, res, record).catch((error: unknown) => {
      // Stopping interrupts pauses; everything else is a bug or a throwing `answer`, which must not look like a cut.
      if (signal.aborted || res.headersSent || res.destroyed) {
        res.destroy()
        return
      }
      record.status = 500
      sendAnswer(res, errorAnswer('openai', 500, `gate dev gateway: ${String(error)}`), req.method === 'HEAD')
    })
  })
  return { failures, requests }
}

function statusOf(answer: Answer): number {
  return answer.kind === 'events' ? 200 : answer.status
}

/** The answer of a failure that replaces the regular one; `slow` and `cut` do not. */
function scripted(
  failure: Failure | undefined,
  protocol: Protocol,
  record: OpenRecord,
  url: string,
): Answer | undefined {
  const retryAfter = failure?.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) }
  switch (failure?.kind) {
    case '401':
    case '403':
    case '429':
    case '500':
    case '529':
      return errorAnswer(protocol, Number(failure.kind), `scripted ${failure.kind}`, retryAfter)
    case 'redirect': {
      const elsewhere = new URL(record.path, url)
      elsewhere.hostname = 'localhost'
      return { kind: 'empty', status: 307, headers: { location: failure.location ?? elsewhere.href } }
    }
    default:
      return undefined
  }
}

function regular(
  route: Route | undefined,
  protocol: Protocol,
  refusal: string | undefined,
  record: OpenRecord,
  settings: RuntimeSettings,
): Answer {
  const unauthorised = () =>
    errorAnswer(protocol, 401, `gate dev gateway: ${refusal}`, {
      'www-authenticate': 'Bearer realm="gate-dev-gateway"',
    })

  if (settings.redirect) {
    return { kind: 'empty', status: settings.redirect.status, headers: { location: settings.redirect.location } }
  }
  if (!route) {
    return refusal && settings.unknownPaths === '401'
      ? unauthorised()
      : errorAnswer(protocol, 404, `no route ${record.path}`)
  }
  const allowed = route.methods.includes(record.method)
  if (!allowed && !settings.credentialBeforeMethod) return wrongMethod(route, record)
  if (refusal && !(route.open && settings.unknownPaths === '404')) return unauthorised()
  if (!allowed) return wrongMethod(route, record)
  const text = () => (typeof settings.answer === 'function' ? settings.answer(record) : settings.answer)
  return route.answer(record, text)
}
