import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GateError } from '@gate/core'
import { sendPage } from './callback-page.js'

export interface CallbackExpectation {
  readonly state: string
  /** Issuer identifier; an `iss` parameter must equal it (RFC 9207). */
  readonly issuer: string
  /** The issuer promises `iss`, so that an answer without it is not from there. */
  readonly issRequired: boolean
}

/** The browser came back with an answer that belongs to this login. */
export interface CallbackArrival {
  /** Complete redirect address with its query. */
  readonly url: URL
  /** Ends the browser's waiting with a page. */
  answer(outcome: { readonly ok: true } | { readonly ok: false; readonly message: string }): void
}

export interface CallbackServer {
  /** To be sent as `redirect_uri`. */
  readonly redirectUri: string
  /** Never rejects; bounded by whoever waits. */
  readonly arrival: Promise<CallbackArrival>
  /** Stops listening at once; a page that was begun is still sent. */
  close(): Promise<void>
}

const PATH = '/callback'

/**
 * Listens on 127.0.0.1 for the redirect of one login. Everything that does not carry this login's state is answered
 * and ignored, so that a stray tab or a hostile page cannot end the login.
 *
 * @param port The registered port, or undefined for any free one (RFC 8252 section 7.3).
 * @throws GateError `callback-port-busy`; never another port than the registered one.
 */
export async function startCallbackServer(
  port: number | undefined,
  expectation: CallbackExpectation,
): Promise<CallbackServer> {
  let resolve: (arrival: CallbackArrival) => void = () => {}
  const arrival = new Promise<CallbackArrival>((settle) => {
    resolve = settle
  })
  let arrived = false
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    const query = acceptable(request, response, expectation, address())
    if (!query) return
    if (arrived) {
      sendPage(response, 409, 'Already received', 'This sign-in has been answered before. You can close this window.')
      return
    }
    arrived = true
    resolve({ url: new URL(`${redirectUri}?${query}`), answer: (outcome) => sendOutcome(response, outcome) })
  })
  server.maxConnections = 64
  const address = () => (server.address() as AddressInfo | null)?.port ?? 0
  await listen(server, port ?? 0)
  const redirectUri = `http://127.0.0.1:${address()}${PATH}`
  return {
    redirectUri,
    arrival,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeIdleConnections()
        // Connections that never sent a whole request must not keep the process alive.
        setTimeout(() => server.closeAllConnections(), 500).unref()
      }),
  }
}

function sendOutcome(response: ServerResponse, outcome: Parameters<CallbackArrival['answer']>[0]): void {
  if (outcome.ok) sendPage(response, 200, 'You are signed in', 'You can close this window.')
  else sendPage(response, 400, 'The sign-in did not work', outcome.message)
}

/** The query of a request that belongs to this login; anything else has been answered. */
function acceptable(
  request: IncomingMessage,
  response: ServerResponse,
  expectation: CallbackExpectation,
  port: number,
): URLSearchParams | undefined {
  request.resume()
  const target = request.url ?? ''
  // Another name for this address in the Host header is a sign of DNS rebinding.
  if (request.headers.host !== `127.0.0.1:${port}` || !target.startsWith('/')) {
    sendPage(response, 400, 'Not found', 'There is nothing here.')
    return undefined
  }
  // Appended, not resolved: `//[` would name another host, and an error thrown here would end the whole process.
  const url = URL.parse(`http://127.0.0.1${target}`)
  if (url?.pathname !== PATH) {
    sendPage(response, 404, 'Not found', 'There is nothing here.')
    return undefined
  }
  if (request.method !== 'GET') {
    response.setHeader('Allow', 'GET')
    sendPage(response, 405, 'Not allowed', 'Only the browser’s redirect is accepted here.')
    return undefined
  }
  const refusal = refusalOf(url.searchParams, expectation)
  if (refusal === undefined) return url.searchParams
  sendPage(response, 400, 'Not this sign-in', `${refusal} It was ignored.`)
  return undefined
}

/** Why an answer does not belong to the login, undefined when it does. Pure. */
export function refusalOf(query: URLSearchParams, expectation: CallbackExpectation): string | undefined {
  const only = (name: string) => (query.getAll(name).length === 1 ? (query.get(name) ?? '') : undefined)
  if (!sameText(only('state') ?? '', expectation.state)) {
    return 'This answer does not belong to the sign-in that is under way.'
  }
  const iss = query.has('iss') ? (only('iss') ?? '') : undefined
  if (iss === undefined ? expectation.issRequired : iss !== expectation.issuer) {
    return 'This answer does not come from the configured issuer.'
  }
  if (query.has('code') === query.has('error')) return 'This answer holds neither a code nor an error.'
  return only(query.has('code') ? 'code' : 'error') ? undefined : 'This answer is incomplete.'
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new GateError({
          code: 'callback-port-busy',
          message: `The callback port ${port} on 127.0.0.1 cannot be opened (${error.code ?? 'unknown reason'}). The issuer accepts no other one, so no sign-in was started.`,
          fix: `End the program that uses port ${port} (another "gate login"?) and run the command again.`,
        }),
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}
