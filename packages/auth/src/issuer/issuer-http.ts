import { advice, GateError, type Host } from '@gate/core'
import { type Answer, type Exchange, exchange, isLoopback, TransportFailure } from '@gate/transport'
import type { CustomFetchOptions } from 'openid-client'
import { IssuerFailure } from './issuer-failure.js'
import { connectionFailure } from './network-failure.js'

export type IssuerFetch = (url: string, options: CustomFetchOptions) => Promise<Response>

export interface IssuerHttpInit {
  /** Milliseconds for one request including its whole body, so that an answer that drips is bounded, too. */
  readonly deadlineMs: number
  /** PEM file trusted in addition. */
  readonly caFile?: string | undefined
  readonly signal?: AbortSignal | undefined
  /**
   * Called with each answer's `Date` header, the times, by our clock, at which the request began and was answered, and the
   * `Age` header.
   */
  readonly onDate?: (date: string, requestedAt: number, answeredAt: number, age: string | undefined) => void
}

const MAX_BODY_BYTES = 1024 * 1024
const MAX_REDIRECTS = 3

/**
 * The transport to the issuer: https, or http to loopback; bounded in time and size; follows no redirect except a GET
 * to the same origin. Not the global `fetch`, which has none of that.
 *
 * @throws IssuerFailure for everything that is not an HTTP answer, GateError `invalid-config` for a CA file that is none.
 */
export function createIssuerFetch(host: Host, init: IssuerHttpInit): IssuerFetch {
  return async (url, options) => {
    // One limit over all redirects.
    const signals = [AbortSignal.timeout(init.deadlineMs), init.signal, options.signal]
    const signal = AbortSignal.any(signals.filter((each) => each !== undefined))
    let target = allowedUrl(url)
    for (let redirects = 0; ; redirects++) {
      const requestedAt = host.clock.now()
      const answer = await ask(host, init, {
        url: target,
        method: options.method,
        headers: { ...options.headers },
        // openid-client sends forms and nothing else.
        body: options.body instanceof URLSearchParams ? options.body.toString() : undefined,
        caFile: init.caFile,
        timeoutMs: init.deadlineMs,
        bodyLimit: { bytes: MAX_BODY_BYTES, beyond: 'fail' },
        signal,
      })
      const { date, age, location } = firstValues(answer)
      if (date !== undefined) init.onDate?.(date, requestedAt, host.clock.now(), age)
      if (answer.status < 300 || answer.status > 399) return toResponse(answer)
      const next = redirectTarget(target, location)
      if (options.method !== 'GET' || next?.origin !== target.origin || redirects === MAX_REDIRECTS) {
        throw redirected(target, next)
      }
      target = next
    }
  }
}

async function ask(host: Host, init: IssuerHttpInit, options: Exchange): Promise<Answer> {
  try {
    return await exchange(host, options)
  } catch (error) {
    if (init.signal?.aborted) throw init.signal.reason
    if (error instanceof GateError) throw error
    const { origin } = options.url
    // Otherwise the time limit over all redirects, or the one of openid-client.
    const failure = error instanceof TransportFailure ? error : new TransportFailure({ kind: 'timeout', origin })
    throw connectionFailure(failure, { deadlineMs: init.deadlineMs, maxBodyBytes: MAX_BODY_BYTES })
  }
}

function firstValues({ headers }: Answer): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(headers).map(([name, [value]]) => [name, value]))
}

/** True for https, and for http to this machine. */
export function isSecureUrl(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
}

function toResponse(answer: Answer): Response {
  const headers = new Headers()
  for (const [name, values] of Object.entries(answer.headers)) for (const each of values) headers.append(name, each)
  const empty = answer.status === 204 || answer.status === 205 || answer.status === 304
  return new Response(empty ? null : new Uint8Array(answer.body), { status: answer.status, headers })
}

function allowedUrl(text: string): URL {
  const url = new URL(text)
  if (isSecureUrl(url)) return url
  throw new IssuerFailure(
    'refused',
    new GateError({
      code: 'issuer-invalid',
      message: `The issuer names an address that is not encrypted: ${url.origin}. Nothing was sent to it.`,
      fix: advice('Ask the administrator of the issuer to offer https.'),
    }),
  )
}

function redirectTarget(from: URL, location: string | undefined): URL | undefined {
  return location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : undefined
}

function redirected(from: URL, to: URL | undefined): IssuerFailure {
  return new IssuerFailure(
    'transient',
    new GateError({
      code: 'issuer-invalid',
      message: `${from.origin}${from.pathname} answers with a redirect${to ? ` to ${to.origin}` : ''}; gate does not follow it with credentials.`,
      fix: advice('Check the issuer URL, and whether this network wants a sign-in of its own (captive portal).'),
    }),
  )
}
