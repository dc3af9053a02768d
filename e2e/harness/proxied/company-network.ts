import { createServer as createHttp, request } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { connect, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { DevGateway } from '@gate/dev-gateway'
import { createCertificateAuthority } from '../capture/certificate-authority.ts'
import { withPrivateNetwork } from '../namespaces.ts'

export const GATEWAY = 'https://gateway.internal'
export const ISSUER = 'https://login.internal'
const PROXY_PORT = '3128'
const PROGRAM = join(import.meta.dirname, 'inside.ts')

/** A gateway and an issuer of a company, with two ways to them: its proxy, and a network in which they resolve. */
export interface CompanyNetwork {
  /** PEM file of the authority that vouches for both. */
  readonly caFile: string
  /** Hosts and ports that the proxy was asked for. */
  readonly connects: string[]
  /** `user:password` that the proxy wants from now on; undefined: none. */
  wants(credentials: string | undefined): void
  /** A command line in a network where nothing resolves and only the proxy is there, on port 3128 of loopback. */
  behindProxy(command: string, args: readonly string[]): { command: string; args: string[] }
  /** A command line in a network where both resolve and answer, and no proxy is there. */
  direct(command: string, args: readonly string[]): { command: string; args: string[] }
  stop(): Promise<void>
}

/**
 * Starts a {@link CompanyNetwork} before an embedded gateway, which calls itself by its names out there from then on.
 *
 * @param directory Where sockets and certificates are kept.
 * @param writeHosts Writes the hosts file of the direct network, and says where.
 */
export async function startCompanyNetwork(
  gateway: DevGateway,
  directory: string,
  writeHosts: (content: string) => Promise<string>,
): Promise<CompanyNetwork> {
  useNames(gateway)
  const authority = await createCertificateAuthority(join(directory, 'ca'))
  const hosts = await writeHosts('127.0.0.1 localhost gateway.internal login.internal\n')
  const SNICallback = (
    name: string,
    done: (error: null, context: Awaited<ReturnType<typeof authority.contextFor>>) => void,
  ) => void authority.contextFor(name).then((context) => done(null, context))
  const front = createHttps({ SNICallback }, (incoming, response) => {
    const behind = incoming.headers.host === 'gateway.internal' ? gateway.url : gateway.issuer
    const { method = 'GET', url } = incoming
    const headers = { ...incoming.headers, host: new URL(behind).host }
    const outgoing = request(behind + url, { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  })
  const sockets = new Set<Socket>()
  const frontSocket = await listen(front, join(directory, 'front'), sockets)

  const connects: string[] = []
  let wanted: string | undefined
  const proxy = createHttp((_request, response) => response.writeHead(502).end())
  proxy.on('connect', (incoming, near) => {
    near.on('error', () => {})
    const shown = incoming.headers['proxy-authorization']
    if (wanted !== undefined && shown !== `Basic ${Buffer.from(wanted).toString('base64')}`) {
      near.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="company"\r\n\r\n')
      return
    }
    connects.push(incoming.url ?? '')
    if (!['gateway.internal:443', 'login.internal:443'].includes(incoming.url ?? '')) {
      near.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
      return
    }
    const far = connect(frontSocket, () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n')
      near.pipe(far).pipe(near)
    })
    far.on('error', () => near.destroy())
  })
  const proxySocket = await listen(proxy, join(directory, 'proxy'), sockets)

  const inside = (...args: string[]) => withPrivateNetwork(process.execPath, [PROGRAM, ...args])
  return {
    caFile: authority.file,
    connects,
    wants: (credentials) => {
      wanted = credentials
    },
    behindProxy: (command, args) => inside(PROXY_PORT, proxySocket, '', command, ...args),
    direct: (command, args) => inside('443', frontSocket, hosts, command, ...args),
    async stop() {
      // A tunnel is no connection of the HTTP server any more.
      for (const socket of sockets) socket.destroy()
      await Promise.all([front, proxy].map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}

/** Discovery and ID tokens say the name of the issuer out there. */
function useNames(gateway: DevGateway): void {
  gateway.set({
    rewriteDiscovery: (document) => JSON.parse(JSON.stringify(document).replaceAll(gateway.issuer, ISSUER)),
    rewriteTokenResponse: (body) => {
      const [, payload] = String(body.id_token ?? '').split('.')
      if (payload === undefined) return body
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
      return { ...body, id_token: gateway.signJwt({ ...claims, iss: ISSUER }) }
    },
  })
}

async function listen(server: Server, path: string, sockets: Set<Socket>): Promise<string> {
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return path
}
