import { type Host, type Override, proxyOverride } from '@gate/core'
import { isExempt } from './no-proxy.js'

/** What variables of the shell do to Codex. Pure. */
export function environmentOverrides(host: Host, baseUrl: string | undefined): readonly Override[] {
  return [...ignoredBaseUrl(host), ...(baseUrl === undefined ? [] : proxy(host, baseUrl))]
}

function ignoredBaseUrl({ env }: Host): readonly Override[] {
  if (!env.OPENAI_BASE_URL) return []
  const effect = 'Nothing: Codex does not read it.'
  return [{ source: 'environment', location: 'OPENAI_BASE_URL', displaces: 'nothing', effect, severity: 'info' }]
}

/** An http gateway is on this machine; through a proxy the token would leave it, readable for everybody on the way. */
function proxy({ env }: Host, baseUrl: string): readonly Override[] {
  if (!baseUrl.startsWith('http://') || !URL.canParse(baseUrl)) return []
  const location = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'].find((name) => env[name])
  // The upper-case variable hides the lower-case one (0.169.0).
  const noProxy = env.NO_PROXY ?? env.no_proxy ?? ''
  if (location === undefined || isExempt(noProxy, new URL(baseUrl))) return []
  return [proxyOverride({ source: 'environment', location }, new URL(baseUrl))]
}
