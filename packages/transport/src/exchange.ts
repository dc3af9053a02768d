import type { IncomingMessage, RequestOptions } from 'node:http'
import { isIP, type Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Host } from '@gate/core'
import { readAuthorities, secureContext } from './authorities.js'
import { failureReason } from './failure-reason.js'
import { httpModule } from './http-module.js'
import { addressOf, credentialsOf, openTunnel, unreachableProxy } from './open-tunnel.js'
import { type HttpProxy, proxyFor } from './proxy-for.js'
import { type BodyLimit, readBody, TooLarge } from './read-body.js'
import { TransportFailure } from './transport-failure.js'

/** Bytes of an answer's head; more is nothing that an issuer or a gateway sends. */
const HEAD_LIMIT = 64 * 1024

/** One request. */
export interface Exchange {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** Default: none. */
  readonly body?: string | undefined
  /** PEM file of authorities that are trusted besides Node's and the system's. Default: none. */
  readonly caFile?: string | undefined
  /** Milliseconds for all of it, the proxy and the whole body included, so that an answer that drips is bounded, too. */
  readonly timeoutMs: number
  readonly bodyLimit: BodyLimit
  readonly signal?: AbortSignal | undefined
}

export interface Answer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  /** Decompressed. */
  readonly body: Buffer
}

/**
 * Sends one request and reads its answer, through the proxy that the environment names for the URL. Follows no redirect.
 * Certificates are checked whatever `NODE_TLS_REJECT_UNAUTHORIZED` says.
 *
 * @param host Its environment names proxies; its file system holds the CA file.
 * @throws TransportFailure when no answer came; GateError `invalid-config` for a CA file that is none; the reason of
 * `signal`.
 */
export async function exchange(host: Pick<Host, 'env' | 'fs'>, options: Exchange): Promise<Answer> {
  const { url, timeoutMs } = options
  options.signal?.throwIfAborted()
  const time = AbortSignal.timeout(timeoutMs)
  const signal = options.signal ? AbortSignal.any([time, options.signal]) : time
  const pem = options.caFile === undefined ? undefined : await readAuthorities(host.fs, options.caFile)
  const proxy = proxyFor(url, host.env)
  try {
    const isSecure = [url.protocol, proxy?.url.protocol].includes('https:')
    const context = isSecure ? await secureContext(pem) : undefined
    return await send(options, { proxy, context, signal, time })
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason
    throw failureOf(url, proxy, error, time)
  }
}

interface Way {
  readonly proxy: HttpProxy | undefined
  readonly context: SecureContext | undefined
  readonly time: AbortSignal
  /** The time limit and the signal of the caller. */
  readonly signal: AbortSignal
}

async function send({ url, method, headers, body, bodyLimit }: Exchange, way: Way): Promise<Answer> {
  const { proxy, context, signal, time } = way
  const isTunnel = proxy !== undefined && url.protocol === 'https:'
  const settings = {
    method,
    headers,
    signal,
    maxHeaderSize: HEAD_LIMIT,
    // Said here, because NODE_TLS_REJECT_UNAUTHORIZED=0 of a developer's shell changes the default.
    rejectUnauthorized: true,
    ...(context === undefined ? {} : { secureContext: context }),
  }
  const throughTunnel = isTunnel ? await tunnelTo(url, proxy, { ...settings, secureContext: context }) : undefined
  const forward = isTunnel ? undefined : proxy
  // Loaded when something is asked: node:http brings undici along.
  const { request } = httpModule(forward?.url ?? url)
  return new Promise((resolve, reject) => {
    let isAnswered = false
    let isConnected = false
    const onError = (error: unknown) => {
      const isProxys = forward !== undefined && !(isConnected && time.aborted)
      reject(isProxys ? unreachableProxy(url, forward, error, signal) : error)
    }
    const onResponse = (response: IncomingMessage) => {
      isAnswered = true
      const { statusCode: status = 0 } = response
      if (forward && status === 407) {
        reject(new TransportFailure({ kind: 'proxy-auth-required', origin: url.origin, proxy: forward, status }))
        outgoing.destroy()
        return
      }
      // Whatever still happens to an exchange that is done with is nobody's error.
      readBody(response, bodyLimit, time)
        .then((bytes) => resolve({ status, headers: distinct(response), body: bytes }), reject)
        .finally(() => outgoing.destroy())
    }
    const outgoing = forward
      ? request({ ...settings, ...throughForward(url, forward, headers), agent: false }, onResponse)
      : request(url, { ...settings, ...(throughTunnel ?? { agent: false }) }, onResponse)
    outgoing.on('socket', (socket) => {
      socket.once('connect', () => {
        isConnected = true
      })
    })
    // After that, whoever reads the answer hears of it.
    outgoing.on('error', (error) => {
      if (!isAnswered) onError(error)
    })
    outgoing.end(body)
  })
}

/** RFC 9112 section 3.2.2: the absolute form. */
function throughForward(url: URL, proxy: HttpProxy, headers: Exchange['headers']): RequestOptions {
  return {
    ...addressOf(proxy),
    path: `${url.origin}${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, ...credentialsOf(proxy) },
  }
}

interface TunnelSettings {
  readonly signal: AbortSignal
  readonly maxHeaderSize: number
  readonly rejectUnauthorized: boolean
  readonly secureContext: SecureContext | undefined
}

async function tunnelTo(url: URL, proxy: HttpProxy, settings: TunnelSettings): Promise<RequestOptions> {
  const { signal, maxHeaderSize, secureContext: context } = settings
  const socket: Socket = await openTunnel(url, proxy, { signal, maxHeaderSize, secureContext: context })
  const { connect } = await import('node:tls')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return {
    // Of an agent otherwise, and there is none; `Host` would name port 80.
    defaultPort: 443,
    createConnection: () =>
      connect({
        socket,
        host,
        // An address is no name that a server can be asked for.
        ...(isIP(host) === 0 ? { servername: host } : {}),
        rejectUnauthorized: true,
        ...(context === undefined ? {} : { secureContext: context }),
      }),
  }
}

function distinct(response: IncomingMessage): Answer['headers'] {
  const present = Object.entries(response.headersDistinct).flatMap(([name, values]) => (values ? [[name, values]] : []))
  return Object.fromEntries(present)
}

function failureOf(url: URL, proxy: HttpProxy | undefined, error: unknown, time: AbortSignal): TransportFailure {
  if (error instanceof TransportFailure) return error
  const base = { origin: url.origin, proxy }
  if (error instanceof TooLarge) return new TransportFailure({ ...base, kind: 'too-large' })
  if (time.aborted) return new TransportFailure({ ...base, kind: 'timeout', detail: 'no answer in time' })
  const { reason, code, detail } = failureReason(error)
  return new TransportFailure({ ...base, kind: reason, code, detail })
}
