import * as fs from 'node:fs/promises'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { GateError, readRegularFile, type Secret } from '@gate/core'

/** Bytes of an answer's body that are kept; the rest is not read. */
const BODY_LIMIT = 64 * 1024
/** Bytes of an answer's head; more is nothing that a gateway sends. */
const HEAD_LIMIT = 64 * 1024

export interface GatewayRequest {
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
 * One request, without following redirects and within a time limit. The certificate is checked whatever
 * `NODE_TLS_REJECT_UNAUTHORIZED` says.
 *
 * @throws GateError `gateway-unreachable` (network, TLS, time), `invalid-config` (CA file unreadable), `interrupted`.
 */
export async function request(options: GatewayRequest): Promise<GatewayAnswer> {
  const url = new URL(options.url)
  const time = AbortSignal.timeout(options.timeoutMs ?? 5_000)
  const ca = options.caFile === undefined ? undefined : await authorities(options.caFile)
  const body = options.body === undefined ? undefined : JSON.stringify(options.body)
  try {
    const answer = await exchange(url, body, {
      method: options.method,
      headers: {
        accept: '*/*',
        'user-agent': 'gate',
        ...options.headers,
        ...(options.token ? { authorization: `Bearer ${options.token.reveal()}` } : {}),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
      ...(ca === undefined ? {} : { ca }),
      signal: options.signal ? AbortSignal.any([time, options.signal]) : time,
    })
    return { ...answer, body: await textOf(answer) }
  } catch (error) {
    throw unreachable(url, time.aborted ? time.reason : error, options.signal)
  }
}

interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
}

async function exchange(
  url: URL,
  body: string | undefined,
  options: RequestOptions & { readonly ca?: string[]; readonly signal: AbortSignal },
): Promise<RawAnswer> {
  options.signal.throwIfAborted()
  // Loaded when something is asked: node:http brings undici along.
  const { request: send } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'))
  return new Promise((resolve, reject) => {
    let isAnswered = false
    const outgoing = send(
      url,
      { ...options, agent: false, maxHeaderSize: HEAD_LIMIT, rejectUnauthorized: true } as RequestOptions,
      (response) => {
        isAnswered = true
        // Whatever still happens to an exchange that is done with is nobody's error.
        read(response, options.signal)
          .then(resolve, reject)
          .finally(() => outgoing.destroy())
      },
    )
    // After that, whoever reads the answer hears of it.
    outgoing.on('error', (error) => {
      if (!isAnswered) reject(error)
    })
    outgoing.end(body)
  })
}

async function read(response: IncomingMessage, signal: AbortSignal): Promise<RawAnswer> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= BODY_LIMIT) break
    }
  } catch (error) {
    // Some streams never end; what came before is the answer.
    const isStream = /event-stream/i.test(response.headers['content-type'] ?? '')
    if (!(signal.aborted && isStream && length > 0)) throw error
  }
  const headers = Object.entries(response.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')])
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(headers) as Record<string, string>,
    bytes: Buffer.concat(chunks).subarray(0, BODY_LIMIT),
  }
}

/** Some servers compress without being asked. What cannot be unpacked has no text. */
async function textOf({ headers, bytes }: RawAnswer): Promise<string> {
  const encoding = headers['content-encoding']?.trim().toLowerCase()
  if (encoding === undefined || encoding === '' || encoding === 'identity' || bytes.length === 0) {
    return bytes.toString('utf8')
  }
  const { brotliDecompressSync, constants, unzipSync } = await import('node:zlib')
  try {
    if (encoding === 'br') return brotliDecompressSync(bytes).subarray(0, BODY_LIMIT).toString('utf8')
    // The body may have been cut at the limit.
    return unzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, BODY_LIMIT).toString('utf8')
  } catch {
    return ''
  }
}

async function authorities(caFile: string): Promise<string[]> {
  const { rootCertificates } = await import('node:tls')
  try {
    return [...rootCertificates, await readRegularFile(fs, caFile)]
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
  const code = (error as NodeJS.ErrnoException).code
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time'
  // A server that hangs up without a word, and one that speaks something else.
  if (code === 'ECONNRESET') return 'the connection ended before the answer was complete (ECONNRESET)'
  if (code?.startsWith('HPE_')) return `the answer is not HTTP/1.1 (${code})`
  // Node joins the attempts on several addresses into one AggregateError with an empty message.
  const message = error.message === '' && error instanceof AggregateError ? String(error.errors[0]) : error.message
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}
