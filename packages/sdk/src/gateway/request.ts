import { advice, GateError, type Host, type Secret } from '@gate/core'
import { exchange, proxyError, TransportFailure } from '@gate/transport'

/** Bytes of an answer's body that are kept; the rest is not read. */
const BODY_LIMIT = 64 * 1024

export interface GatewayRequest {
  /** Its environment names proxies; its file system holds the CA file. */
  readonly host: Pick<Host, 'env' | 'fs'>
  readonly method: 'HEAD' | 'GET' | 'POST'
  readonly url: string
  /** Sent as they are; `Accept` is `*` + `/*`, as clients send it, unless it is among them. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as `Authorization: Bearer`. */
  readonly token?: Secret
  /** Sent as JSON. */
  readonly body?: unknown
  /** PEM file with further certificate authorities. */
  readonly caFile?: string
  /** Milliseconds for the whole exchange. Default 5000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

export interface GatewayAnswer {
  readonly status: number
  /** Lower-case names; values of repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** First 64 KiB of the body as UTF-8, decompressed; of a stream that goes on, what had come when time was up. */
  readonly body: string
}

/**
 * One request, without following redirects and within a time limit.
 *
 * @throws GateError `gateway-unreachable` (network, TLS, time), `proxy-…`, `invalid-config` (CA file or address of the
 * proxy unreadable), `interrupted`.
 */
export async function request(options: GatewayRequest): Promise<GatewayAnswer> {
  const { host, method, caFile, signal, timeoutMs = 5_000 } = options
  const body = options.body === undefined ? undefined : JSON.stringify(options.body)
  try {
    const answer = await exchange(host, {
      url: new URL(options.url),
      method,
      headers: {
        accept: '*/*',
        'user-agent': 'gate',
        ...options.headers,
        ...(options.token ? { authorization: `Bearer ${options.token.reveal()}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body,
      caFile,
      timeoutMs,
      bodyLimit: { bytes: BODY_LIMIT, beyond: 'cut' },
      signal,
    })
    const headers = Object.entries(answer.headers).map(([name, values]) => [name, values.join(', ')])
    return { status: answer.status, headers: Object.fromEntries(headers), body: answer.body.toString('utf8') }
  } catch (error) {
    if (signal?.aborted) throw new GateError({ code: 'interrupted', message: 'interrupted' })
    throw error instanceof TransportFailure ? (proxyError(error) ?? unreachable(error)) : error
  }
}

/** True for an error that says that no answer came, of the gateway or of the proxy before it. */
export function isUnreachable(error: unknown): error is GateError {
  const codes: readonly string[] = ['gateway-unreachable', 'proxy-unreachable', 'proxy-auth-required']
  return GateError.isInstance(error) && codes.includes(error.code)
}

function unreachable(failure: TransportFailure): GateError {
  const { origin, proxy, detail } = failure
  const through = proxy?.origin ? ` (through the proxy ${proxy.origin} of ${proxy.variable})` : ''
  return new GateError({
    code: 'gateway-unreachable',
    message: `${origin} cannot be reached: ${detail}${through}`,
    fix: advice('Check the URL, the network and, for a private certificate authority, --ca-file.'),
    cause: failure,
  })
}
