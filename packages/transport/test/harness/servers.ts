import { readFileSync } from 'node:fs'
import { createServer as createHttp, request, type Server } from 'node:http'
import { createServer as createHttps, type Server as HttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer as createTcp, type Socket, type Server as TcpServer } from 'node:net'
import { join } from 'node:path'

const FIXTURES = join(import.meta.dirname, '../__fixtures__/tls')

const stops: (() => Promise<unknown>)[] = []

/** Ends every server of {@link originOf}. */
export async function stopServers(): Promise<void> {
  await Promise.all(stops.splice(0).map((stop) => stop()))
}

/** Makes a server listen on loopback. */
export async function originOf(server: Server | TcpServer, scheme = 'http'): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  stops.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server that sends exactly these bytes, cut into pieces, and ends the connection. */
export function raw(pieces: readonly string[], end = true): TcpServer {
  return createTcp((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      const send = (index: number): void => {
        const piece = pieces[index]
        if (piece !== undefined) socket.write(piece, 'latin1', () => setImmediate(() => send(index + 1)))
        else if (end) socket.end()
      }
      send(0)
    })
  })
}

export interface Certificate {
  readonly key: Buffer
  readonly cert: Buffer
  /** The certificate as a PEM file. */
  readonly file: string
}

/**
 * A certificate that signs itself, as `openssl req -x509 -days 36500` made it: `gateway` for `gateway.internal` and
 * `203.0.113.9`, `loopback` for `127.0.0.1`, `other` for `other.internal`.
 */
export function selfSigned(name: 'gateway' | 'loopback' | 'other'): Certificate {
  const file = join(FIXTURES, `${name}.pem`)
  return { key: readFileSync(join(FIXTURES, 'test-only.key')), cert: readFileSync(file), file }
}

/** One thing that a proxy was asked for. */
interface Asked {
  readonly line: string
  readonly authorization: string | undefined
}

export interface TestProxy {
  readonly server: Server | HttpsServer
  readonly asked: Asked[]
}

export interface ProxyOptions {
  /** Where every name leads, because no other one resolves it. */
  readonly to: string
  /** `user:password` that it wants. Default: it wants none. */
  readonly wants?: string
  /** Listens with TLS. Default: it does not. */
  readonly tls?: Certificate
}

/** A proxy that forwards and tunnels, and leads every name to one server. */
export function makeProxy({ to, wants, tls }: ProxyOptions): TestProxy {
  const asked: Asked[] = []
  const isWelcome = (authorization: string | undefined) =>
    wants === undefined || authorization === `Basic ${Buffer.from(wants).toString('base64')}`
  const server = tls ? createHttps(tls) : createHttp()
  server.on('request', (incoming, response) => {
    const { method, url = '' } = incoming
    const { 'proxy-authorization': authorization, ...headers } = incoming.headers
    asked.push({ line: `${method} ${url}`, authorization })
    if (!isWelcome(authorization)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="p"' }).end()
      return
    }
    const { pathname, search } = new URL(url)
    const outgoing = request(to + pathname + search, { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.rawHeaders)
      answer.pipe(response)
    })
    incoming.pipe(outgoing)
  })
  server.on('connect', (incoming, socket) => {
    const authorization = incoming.headers['proxy-authorization']
    asked.push({ line: `CONNECT ${incoming.url}`, authorization })
    socket.on('error', () => {})
    if (!isWelcome(authorization)) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="p"\r\n\r\n')
      return
    }
    const target = connect(Number(new URL(to).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    target.on('error', () => socket.destroy())
    target.on('close', () => socket.destroy())
    socket.on('close', () => target.destroy())
  })
  return { server, asked }
}
