import { request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https'
import * as tls from 'node:tls'
import { GateError, type Host, isLoopback, readRegularFile } from '@gate/core'
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
 * to the same origin; honours `HTTPS_PROXY` and `NO_PROXY`. Not the global `fetch`, which has none of that.
 *
 * @throws IssuerFailure for everything that is not an HTTP answer.
 */
export async function createIssuerFetch(host: Host, init: IssuerHttpInit): Promise<IssuerFetch> {
  const ca = init.caFile === undefined ? undefined : await trusted(host, init.caFile)
  let proxied: HttpsAgent | undefined

  return async (url, options) => {
    const signals = [AbortSignal.timeout(init.deadlineMs), init.signal, options.signal]
    const signal = AbortSignal.any(signals.filter((each) => each !== undefined))
    let target = allowedUrl(url)
    // A proxy of the company cannot reach this machine's own loopback.
    if (!isLoopback(target)) proxied ??= proxiedAgent(host.env, ca)
    const agent = isLoopback(target) ? undefined : proxied
    for (let redirects = 0; ; redirects++) {
      const requestedAt = host.clock.now()
      const answer = await exchange(target, options, { agent, ca, signal }, init)
      if (answer.date !== undefined) init.onDate?.(answer.date, requestedAt, host.clock.now(), answer.headers.age)
      if (answer.status < 300 || answer.status > 399) return toResponse(answer)
      const next = redirectTarget(target, answer.location)
      if (options.method !== 'GET' || next?.origin !== target.origin || redirects === MAX_REDIRECTS) {
        throw redirected(target, next)
      }
      target = next
    }
  }
}

/** True for https, and for http to this machine. */
export function isSecureUrl(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
}

interface Answer {
  readonly status: number
  readonly date: string | undefined
  readonly location: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

interface Transport {
  /** Undefined for this machine. */
  readonly agent: HttpsAgent | undefined
  readonly ca: string[] | undefined
  readonly signal: AbortSignal
}

function exchange(
  target: URL,
  options: CustomFetchOptions,
  transport: Transport,
  init: IssuerHttpInit,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(failureOf(error, target, transport.signal, init))
    const settings: RequestOptions = {
      method: options.method,
      headers: { ...options.headers },
      signal: transport.signal,
    }
    // Said here, because NODE_TLS_REJECT_UNAUTHORIZED=0 of a developer's shell changes the default.
    const secure = { ...settings, rejectUnauthorized: true }
    const request =
      target.protocol === 'http:'
        ? httpRequest(target, { ...settings, agent: false })
        : httpsRequest(
            target,
            transport.agent ? { ...secure, agent: transport.agent } : { ...secure, agent: false, ca: transport.ca },
          )
    request.on('error', fail)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('error', fail)
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > MAX_BODY_BYTES) request.destroy(new TooLarge())
        else chunks.push(chunk)
      })
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          date: response.headers.date,
          location: response.headers.location,
          headers: response.headers,
          body: Buffer.concat(chunks),
        })
      })
    })
    // openid-client sends forms and nothing else.
    request.end(options.body instanceof URLSearchParams ? options.body.toString() : undefined)
  })
}

class TooLarge extends Error {}

function failureOf(error: unknown, target: URL, signal: AbortSignal, init: IssuerHttpInit): IssuerFailure | unknown {
  if (init.signal?.aborted) return init.signal.reason
  if (error instanceof TooLarge) {
    return new IssuerFailure(
      'transient',
      new GateError({
        code: 'issuer-error',
        message: `The answer of ${target.origin} is larger than ${MAX_BODY_BYTES / 1024} KiB, so it is not what was asked for.`,
      }),
    )
  }
  return connectionFailure(error, target, signal.aborted ? init.deadlineMs : undefined)
}

function toResponse(answer: Answer): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) headers.append(name, each)
  }
  const empty = answer.status === 204 || answer.status === 205 || answer.status === 304
  return new Response(empty ? null : new Uint8Array(answer.body), { status: answer.status, headers })
}

/** Throws an error of its own: Node's quotes the address of the proxy, and with it the password. */
function proxiedAgent(env: Host['env'], ca: string[] | undefined): HttpsAgent {
  try {
    return new HttpsAgent({ proxyEnv: { ...env }, rejectUnauthorized: true, ...(ca ? { ca } : {}) })
  } catch {
    // In Node's order.
    const variable = ['https_proxy', 'HTTPS_PROXY'].find((name) => env[name]) ?? 'HTTPS_PROXY'
    throw new IssuerFailure(
      'refused',
      new GateError({
        code: 'invalid-config',
        message: `The address of the proxy in ${variable} is not a URL that can be used.`,
        fix: `Correct ${variable}; characters such as # / ? @ and % in a user name or password are written as %23 %2F %3F %40 and %25.`,
      }),
    )
  }
}

function allowedUrl(text: string): URL {
  const url = new URL(text)
  if (isSecureUrl(url)) return url
  throw new IssuerFailure(
    'refused',
    new GateError({
      code: 'issuer-invalid',
      message: `The issuer names an address that is not encrypted: ${url.origin}. Nothing was sent to it.`,
      fix: 'Ask the administrator of the issuer to offer https.',
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
      fix: 'Check the issuer URL, and whether this network wants a sign-in of its own (captive portal).',
    }),
  )
}

async function trusted(host: Host, caFile: string): Promise<string[]> {
  let pem: string
  try {
    pem = await readRegularFile(host.fs, caFile)
  } catch {
    throw badCaFile(caFile, 'cannot be read as a file')
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw badCaFile(caFile, 'holds no PEM certificate')
  return [...tls.getCACertificates('default'), pem]
}

function badCaFile(file: string, problem: string): GateError {
  return new GateError({
    code: 'invalid-config',
    message: `The CA file ${file} ${problem}.`,
    file,
    fix: 'Set the right file: gate setup --ca-file FILE',
  })
}
