import { isLoopback } from './is-loopback.js'
import { isExempt } from './no-proxy.js'
import { type ProxyName, TransportFailure } from './transport-failure.js'

/** The proxy that a URL is asked through. */
export interface HttpProxy extends ProxyName {
  readonly origin: string
  readonly url: URL
  /** Value of `Proxy-Authorization`; a secret. */
  readonly authorization: string | undefined
}

/**
 * The proxy of the environment for a URL: `https_proxy` or `http_proxy` by its scheme, else `all_proxy`; of each the lower
 * case first, and an empty one counts as none. Without a scheme it is an http proxy. This machine itself and what
 * `no_proxy` names are asked directly. Pure.
 *
 * @returns Undefined when there is none.
 * @throws TransportFailure `proxy-unsupported` for SOCKS, `proxy-invalid`; neither holds the value.
 */
export function proxyFor(url: URL, env: Readonly<Record<string, string | undefined>>): HttpProxy | undefined {
  // A proxy of the company cannot reach this machine's own loopback.
  if (isLoopback(url)) return undefined
  const scheme = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  const names = [scheme, scheme.toUpperCase(), 'all_proxy', 'ALL_PROXY']
  const variable = names.find((name) => env[name]?.trim())
  if (variable === undefined) return undefined
  if (isExempt(env.no_proxy || env.NO_PROXY || '', url)) return undefined
  return parse(env[variable]?.trim() ?? '', variable, url.origin)
}

function parse(value: string, variable: string, origin: string): HttpProxy {
  const failure = (kind: 'proxy-invalid' | 'proxy-unsupported') =>
    new TransportFailure({ kind, origin, proxy: { variable, origin: undefined, hasCredentials: false } })
  if (/^socks[45]?[ah]?:\/\//i.test(value)) throw failure('proxy-unsupported')
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`)
  const isPlain = url !== null && url.search === '' && url.hash === '' && url.pathname === '/'
  if (!isPlain || !/^https?:$/.test(url.protocol) || url.hostname === '') throw failure('proxy-invalid')
  const { username, password } = url
  const hasCredentials = username !== '' || password !== ''
  let authorization: string | undefined
  try {
    // RFC 7617; a value that is no text in UTF-8 cannot be decoded.
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    if (hasCredentials) authorization = `Basic ${Buffer.from(pair).toString('base64')}`
  } catch {
    throw failure('proxy-invalid')
  }
  return { variable, origin: url.origin, hasCredentials, url, authorization }
}
