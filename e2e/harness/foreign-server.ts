import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that reached a server which is not the gateway. */
export interface ForeignRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/** A server on loopback that belongs to somebody else. It records everything and refuses everything with 400. */
export interface ForeignServer {
  readonly url: string
  readonly requests: ForeignRequest[]
  stop(): Promise<void>
}

/** Starts a {@link ForeignServer} on a free port. 400 because neither client retries it. */
export async function startForeignServer(): Promise<ForeignServer> {
  const requests: ForeignRequest[] = []
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers })
    request.resume().on('end', () => {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end('{"type":"error","error":{"type":"invalid_request_error","message":"foreign server"}}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
