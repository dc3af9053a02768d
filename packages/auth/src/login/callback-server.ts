import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { advice, GateError, type Host } from '@gate/core'
import { sendPage, sendRedirect } from './callback-page.js'
import { isOfAnotherUser } from './callback-peer.js'

export interface CallbackExpectation {
  readonly state: string
  /** Issuer identifier; an `iss` parameter must equal it (RFC 9207). */
  readonly issuer: string
  /** The issuer promises `iss`, so that an answer without it is not from there. */
  readonly issRequired: boolean
  /** Somebody may paste the address of the last page into the terminal. */
  readonly pasted: boolean
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
  /**
   * What the browser is given in the place of the issuer's address: on the command line of a browser every user of the
   * machine can read it. It leads one browser to the issuer, and only that one completes the login.
   */
  readonly startAddress: string
  /** Sets where {@link CallbackServer.startAddress} leads to. */
  leadTo(authorization: URL): void
  /** Rejects with `login-failed` when a second browser came to the start; otherwise bounded by whoever waits. */
  readonly arrival: Promise<CallbackArrival>
  /** Stops listening at once; a page that was begun is still sent. */
  close(): Promise<void>
}

const PATH = '/callback'
const START = '/start/'
// More than a browser opens; beyond it the connection that has said nothing for longest is given up.
const MOST_IDLE = 32

/**
 * Listens on 127.0.0.1 for one login: leads the first browser that comes to the issuer, and takes the redirect from that
 * one alone. Everything that does not carry this login's state is answered and ignored, so that a stray tab or a hostile
 * page cannot end the login.
 *
 * @param port The registered port, or undefined for any free one (RFC 8252 section 7.3).
 * @param onStarted Called when a browser was led to the issuer, so that nobody is shown the start any more.
 * @throws GateError `callback-port-busy`; never another port than the registered one.
 */
export async function startCallbackServer(
  host: Host,
  port: number | undefined,
  expectation: CallbackExpectation,
  onStarted: () => void = () => {},
): Promise<CallbackServer> {
  let resolve: (arrival: CallbackArrival) => void = () => {}
  let reject: (error: GateError) => void = () => {}
  const arrival = new Promise<CallbackArrival>((...settle) => {
    ;[resolve, reject] = settle
  })
  // Nobody may be listening yet when it is rejected.
  arrival.catch(() => {})
  const once = randomBytes(16).toString('base64url')
  const cookie = randomBytes(32).toString('base64url')
  let authorization: URL | undefined
  let started = false
  let arrived = false
  const idle = new Set<Socket>()
  const address = () => (server.address() as AddressInfo | null)?.port ?? 0
  // Cookies of 127.0.0.1 are shared by all ports.
  const cookieName = () => `gate-login-${address()}`
  const brought = (request: IncomingMessage) => sameText(cookieOf(request, cookieName()), cookie)

  const start = (request: IncomingMessage, response: ServerResponse) => {
    // Looking ahead is not opening.
    if (/prefetch|prerender/.test(`${request.headers['sec-purpose'] ?? ''}${request.headers.purpose ?? ''}`)) {
      return sendPage(response, 503, 'Not yet', 'Open this address to sign in.')
    }
    if (!authorization || arrived) return sendPage(response, 410, 'Over', 'This sign-in is over.')
    if (started && !brought(request)) {
      sendPage(
        response,
        410,
        'Opened twice',
        'Another browser has opened this address before, so the sign-in was ended.',
      )
      return reject(
        new GateError({
          code: 'login-failed',
          message: 'The address of this sign-in was opened a second time, perhaps by somebody else, so it was ended.',
          fix: { action: 'login' },
        }),
      )
    }
    if (!started) onStarted()
    started = true
    sendRedirect(response, authorization, `${cookieName()}=${cookie}; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600`)
  }

  const callback = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => {
    if (!brought(request)) {
      const text = expectation.pasted
        ? 'This browser did not begin the sign-in. To finish it all the same, copy the address of this page into the terminal where gate waits.'
        : 'This browser did not begin the sign-in, or keeps no cookies of 127.0.0.1. It was ignored; use the address that gate showed.'
      return sendPage(response, 403, 'Not this browser', text, { keepAddress: expectation.pasted })
    }
    if (arrived) {
      return sendPage(
        response,
        409,
        'Already received',
        'This sign-in has been answered before. You can close this window.',
      )
    }
    arrived = true
    resolve({ url: new URL(`${redirectUri}?${query}`), answer: (outcome) => sendOutcome(response, outcome) })
  }

  const limits = { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 }
  const server = createServer(limits, (request, response) => {
    idle.delete(request.socket)
    const isStart = request.url?.startsWith(START) === true && sameText(request.url.slice(START.length), once)
    const query = isStart ? undefined : acceptable(request, response, expectation, address())
    if (isStart && !isFit(request, response, address())) return
    if (!isStart && !query) return
    isOfAnotherUser(host, request.socket).then(
      (foreign) => {
        if (foreign) sendPage(response, 403, 'Not this user', 'This sign-in belongs to another user of this machine.')
        else if (query) callback(request, response, query)
        else start(request, response)
      },
      () => response.destroy(),
    )
  })
  server.on('connection', (socket) => {
    idle.add(socket)
    socket.once('close', () => idle.delete(socket))
    const [oldest] = idle
    if (idle.size > MOST_IDLE) oldest?.destroy()
  })
  await listen(server, port ?? 0)
  const redirectUri = `http://127.0.0.1:${address()}${PATH}`
  return {
    redirectUri,
    startAddress: `http://127.0.0.1:${address()}${START}${once}`,
    leadTo(target) {
      authorization = target
    },
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

function cookieOf(request: IncomingMessage, name: string): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? ''
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
  const target = request.url ?? ''
  // Appended, not resolved: `//[` would name another host, and an error thrown here would end the whole process.
  const url = target.startsWith('/') ? URL.parse(`http://127.0.0.1${target}`) : null
  if (url?.pathname !== PATH) {
    request.resume()
    const status = isOwnHost(request, port) && target.startsWith('/') ? 404 : 400
    sendPage(response, status, 'Not found', 'There is nothing here.')
    return undefined
  }
  if (!isFit(request, response, port)) return undefined
  const refusal = refusalOf(url.searchParams, expectation)
  if (refusal === undefined) return url.searchParams
  sendPage(response, 400, 'Not this sign-in', `${refusal} It was ignored.`)
  return undefined
}

/** Another name for this address in the Host header is a sign of DNS rebinding. */
function isOwnHost(request: IncomingMessage, port: number): boolean {
  return request.headers.host === `127.0.0.1:${port}`
}

/** Whether a request is one of a browser that was led here; anything else has been answered. */
function isFit(request: IncomingMessage, response: ServerResponse, port: number): boolean {
  request.resume()
  if (!isOwnHost(request, port)) {
    sendPage(response, 400, 'Not found', 'There is nothing here.')
    return false
  }
  if (request.method === 'GET') return true
  response.setHeader('Allow', 'GET')
  sendPage(response, 405, 'Not allowed', 'Only the browser’s redirect is accepted here.')
  return false
}

/** Why an answer does not belong to the login, undefined when it does. Pure. */
export function refusalOf(
  query: URLSearchParams,
  expectation: Omit<CallbackExpectation, 'pasted'>,
): string | undefined {
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
          fix: advice(`End the program that uses port ${port} (another "{0}"?) and run the command again.`, {
            action: 'login',
          }),
        }),
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}
