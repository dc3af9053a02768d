import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ScriptedGateway {
  readonly url: string
  /** `METHOD path` of every request. */
  readonly seen: readonly string[]
  stop(): Promise<void>
}

/** What a request held. */
export interface ScriptedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** True when it carried some bearer token. */
  readonly authorized: boolean
  /** Parsed; an empty object when it is none. */
  readonly body: Readonly<Record<string, unknown>>
}

/** An answer: a status; status and headers and body, an object being sent as JSON; `reset`; or undefined = never. */
export type ScriptedAnswer =
  | number
  | {
      readonly status: number
      readonly location?: string
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | object | Uint8Array
    }
  | 'reset'
  | undefined

/** A server that answers what a function says. */
export async function startScripted(
  answer: (method: string, path: string, request: ScriptedRequest) => ScriptedAnswer,
): Promise<ScriptedGateway> {
  const seen: string[] = []
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const [method = '', path = ''] = [request.method, request.url]
    seen.push(`${method} ${path}`)
    let text = ''
    for await (const chunk of request) text += chunk
    const authorized = /^Bearer ./.test(request.headers.authorization ?? '')
    const result = answer(method, path, { method, path, headers: request.headers, authorized, body: parsed(text) })
    if (result === undefined) return
    if (result === 'reset') {
      request.socket.resetAndDestroy()
      return
    }
    const { status, location, headers, body = '' } = typeof result === 'number' ? { status: result } : result
    const isJson = typeof body === 'object' && !(body instanceof Uint8Array)
    response.writeHead(status, {
      ...(isJson ? { 'content-type': 'application/json' } : {}),
      ...(location === undefined ? {} : { location }),
      ...headers,
    })
    response.end(isJson ? JSON.stringify(body) : body)
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

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
