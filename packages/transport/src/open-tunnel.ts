import { isIP, type Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import { failureReason } from './failure-reason.js'
import { httpModule } from './http-module.js'
import type { HttpProxy } from './proxy-for.js'
import { TransportFailure } from './transport-failure.js'

export interface TunnelOptions {
  readonly signal: AbortSignal
  /** For a proxy that is itself asked with TLS. */
  readonly secureContext: SecureContext | undefined
  readonly maxHeaderSize: number
}

/**
 * A connection to the host of a URL through a proxy (`CONNECT`, RFC 9110 section 9.3.6), made by Node's own HTTP client:
 * `proxyEnv` of its agents (24.21) and https-proxy-agent (9.1) wait for a silent proxy beyond the signal.
 *
 * @throws TransportFailure `proxy-unreachable`, `proxy-auth-required`, `proxy-refused`.
 */
export async function openTunnel(url: URL, proxy: HttpProxy, options: TunnelOptions): Promise<Socket> {
  const { request } = httpModule(proxy.url)
  const authority = `${url.hostname}:${url.port || '443'}`
  const failed = { origin: url.origin, proxy }
  return new Promise((resolve, reject) => {
    const outgoing = request({
      ...addressOf(proxy),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...credentialsOf(proxy) },
      agent: false,
      ...options,
      rejectUnauthorized: true,
    })
    outgoing.on('error', (error) => reject(unreachableProxy(url, proxy, error, options.signal)))
    const refuse = (status = 0) => {
      outgoing.destroy()
      const kind = status === 407 ? 'proxy-auth-required' : 'proxy-refused'
      reject(new TransportFailure({ ...failed, kind, status, detail: `the proxy answers ${status}` }))
    }
    outgoing.on('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy()
        refuse(statusCode)
      } else resolve(socket)
    })
    outgoing.on('response', ({ statusCode }) => refuse(statusCode))
    outgoing.end()
  })
}

/** Where a proxy listens, as options of a request. Pure. */
export function addressOf({ url }: HttpProxy): { host: string; port: string; servername: string } {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  // Else Node would check the proxy's certificate for the name in `Host`, which is the target's.
  return { host, port, servername: isIP(host) === 0 ? host : '' }
}

/** What a proxy is shown. Pure. */
export function credentialsOf({ authorization }: HttpProxy): Readonly<Record<string, string>> {
  return authorization === undefined ? {} : { 'proxy-authorization': authorization }
}

/** The failure for an error on the way to a proxy, or of the time limit. Pure. */
export function unreachableProxy(url: URL, proxy: HttpProxy, error: unknown, signal: AbortSignal): TransportFailure {
  const found = signal.aborted ? { reason: 'timeout' as const, detail: 'no answer in time' } : failureReason(error)
  return new TransportFailure({ kind: 'proxy-unreachable', origin: url.origin, proxy, ...found })
}
