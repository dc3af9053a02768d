import type { Connection, Host } from '@gate/core'
import { nameOfProxy, proxyError, proxyFor, TransportFailure } from '@gate/transport'
import { type Check, failedCheck } from './check.js'

/** The proxies of the environment that gateway and issuer are asked through. No check where there is none. */
export function checkProxy(env: Host['env'], { gatewayUrl, auth }: Connection): Check[] {
  const urls = [gatewayUrl, ...(auth.kind === 'oidc' ? [auth.issuer] : [])].map((text) => new URL(text))
  const base = { id: 'proxy', title: 'Proxy' }
  try {
    const ways = urls.flatMap((url) => {
      const proxy = proxyFor(url, env)
      return proxy ? [`${url.origin} is asked through ${nameOfProxy(proxy)}`] : []
    })
    if (ways.length === 0) return []
    return [{ ...base, result: 'pass', detail: [...new Set(ways)].join('; ') }]
  } catch (error) {
    const failure = error instanceof TransportFailure ? (proxyError(error) ?? error) : error
    return [failedCheck(base.id, base.title, failure)]
  }
}
