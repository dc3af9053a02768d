import { readFileSync } from 'node:fs'
import { GateError, type Secret } from '@gate/core'
import { exchange } from './http1.js'

/** Bytes of an answer's body that are kept; the rest is not read. */
const BODY_LIMIT = 64 * 1024

export interface GatewayRequest {
  readonly method: 'HEAD' | 'GET' | 'POST'
  readonly url: string
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
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** First 64 KiB of the body as UTF-8. */
  readonly body: string
}

/**
 * One request, without following redirects and within a time limit.
 *
 * @throws GateError `gateway-unreachable` (network, TLS, time), `invalid-config` (CA file unreadable), `interrupted`.
 */
export async function request(options: GatewayRequest): Promise<GatewayAnswer> {
  const url = new URL(options.url)
  const time = AbortSignal.timeout(options.timeoutMs ?? 5_000)
  const ca = options.caFile === undefined ? undefined : await authorities(options.caFile)
  try {
    const { status, headers, body } = await exchange({
      method: options.method,
      url,
      headers: {
        accept: 'application/json',
        'user-agent': 'gate',
        ...options.headers,
        ...(options.token ? { authorization: `Bearer ${options.token.reveal()}` } : {}),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(ca === undefined ? {} : { ca }),
      signal: options.signal ? AbortSignal.any([time, options.signal]) : time,
      bodyLimit: BODY_LIMIT,
    })
    return { status, headers, body: body.toString('utf8') }
  } catch (error) {
    throw unreachable(url, error, options.signal)
  }
}

async function authorities(caFile: string): Promise<string[]> {
  const { rootCertificates } = await import('node:tls')
  try {
    return [...rootCertificates, readFileSync(caFile, 'utf8')]
  } catch (error) {
    throw new GateError({
      code: 'invalid-config',
      message: `the CA file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      file: caFile,
      fix: 'gate config set ca-file <PEM file>, or: gate config unset ca-file',
      cause: error,
    })
  }
}

function unreachable(url: URL, error: unknown, signal: AbortSignal | undefined): GateError {
  if (signal?.aborted) return new GateError({ code: 'interrupted', message: 'interrupted' })
  return new GateError({
    code: 'gateway-unreachable',
    message: `${url.origin} cannot be reached: ${describe(error)}`,
    fix: 'Check the URL, the network and, for a private certificate authority, --ca-file.',
    cause: error,
  })
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time'
  const code = (error as NodeJS.ErrnoException).code
  // Node joins the attempts on several addresses into one AggregateError with an empty message.
  const message = error.message === '' && error instanceof AggregateError ? String(error.errors[0]) : error.message
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}
