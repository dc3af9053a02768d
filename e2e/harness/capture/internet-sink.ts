import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Server } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import type { CertificateAuthority } from './certificate-authority.ts'

/** Stands for the host of a handshake that was left before the client had named one. */
export const UNKNOWN_HOST = 'unknown host'

const SETTLE_MS = 5_000
const SETTLE_STEP_MS = 20

/** A request that left for a host which is not the gateway. */
export interface SunkRequest {
  readonly host: string
  readonly method: string
  readonly path: string
  /** Everything the request carried: request line, headers and body. */
  readonly text: string
}

/** The rest of the internet: answers 404 on ports 80 and 443 of one address, under whatever name it is called. */
export interface InternetSink {
  readonly requests: SunkRequest[]
  /** Hosts whose certificate a client refused, with the reason: what it would have sent was not seen. */
  readonly refusedHandshakes: string[]
  /** Hosts that a client left before the TLS handshake was over: it ended, or refused the certificate without a word. */
  readonly abandonedHandshakes: string[]
  /** Waits until every connection of clients that have ended is closed and recorded; at most 5 seconds. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** @param address IPv4 address to answer on. */
export async function startInternetSink(address: string, authority: CertificateAuthority): Promise<InternetSink> {
  const requests: SunkRequest[] = []
  const refusedHandshakes: string[] = []
  const abandonedHandshakes: string[] = []
  const record: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      requests.push(describe(request, Buffer.concat(chunks)))
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
    })
  }
  const https = createHttpsServer({ SNICallback: (host, done) => provide(authority, host, done) }, record)
  https.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    const host = (socket as { servername?: string }).servername ?? UNKNOWN_HOST
    // A client that goes closes its socket, which arrives as an end or, when it left something unread, as a reset.
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') abandonedHandshakes.push(host)
    else refusedHandshakes.push(`${host}: ${error.message}`)
  })
  const http = createHttpServer(record)
  // WebSocket upgrades carry credentials as well.
  for (const server of [http, https]) {
    server.on('upgrade', (request, socket) => {
      requests.push(describe(request, Buffer.alloc(0)))
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')
    })
  }
  await listen(https, 443, address)
  await listen(http, 80, address)
  return {
    requests,
    refusedHandshakes,
    abandonedHandshakes,
    async settled() {
      for (let waited = 0; waited < SETTLE_MS; waited += SETTLE_STEP_MS) {
        if ((await openConnections(https)) + (await openConnections(http)) === 0) return
        await setTimeout(SETTLE_STEP_MS)
      }
    },
    async stop() {
      https.closeAllConnections()
      http.closeAllConnections()
      await Promise.all([https, http].map((server) => new Promise<void>((resolve) => server.close(() => resolve()))))
    },
  }
}

function describe(request: IncomingMessage, body: Buffer): SunkRequest {
  const { headers, method = '', url = '' } = request
  const text = `${method} ${url}\n${JSON.stringify(headers)}\n${decoded(headers['content-encoding'], body)}`
  return { host: headers.host ?? '', method, path: url, text }
}

const DECODERS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
}

function decoded(encoding: string | undefined, body: Buffer): string {
  return (DECODERS[encoding ?? '']?.(body) ?? body).toString('latin1')
}

function provide(
  authority: CertificateAuthority,
  host: string,
  done: Parameters<NonNullable<import('node:tls').TlsOptions['SNICallback']>>[1],
): void {
  authority.contextFor(host).then(
    (context) => done(null, context),
    (error: Error) => done(error),
  )
}

function openConnections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}

function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, resolve)
  })
}
