import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ScriptedGateway {
  readonly url: string
  /** `METHOD path` of every request. */
  readonly seen: readonly string[]
  stop(): Promise<void>
}

/** A server that answers with what a function says: a status, or status and `Location`, or `undefined` = never. */
export async function startScripted(
  answer: (method: string, path: string) => number | { status: number; location: string } | undefined,
): Promise<ScriptedGateway> {
  const seen: string[] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [method = '', path = ''] = [request.method, request.url]
    seen.push(`${method} ${path}`)
    const result = answer(method, path)
    if (result === undefined) return
    const { status, location } = typeof result === 'number' ? { status: result, location: undefined } : result
    response.writeHead(status, location === undefined ? {} : { location })
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
