import { proxyOverride } from '@gate/client-kit'
import type { Connection, Host, Override } from '@gate/core'
import { isSwitchedOn } from './config-directories.js'
import { isExempt } from './no-proxy.js'

/** What variables of the shell do to OpenCode, besides those that name configuration. Pure. */
export function environmentOverrides(host: Host, connection: Connection | undefined): readonly Override[] {
  return [...withoutPlugins(host), ...(connection ? proxy(host, connection) : [])]
}

function withoutPlugins({ env }: Host): readonly Override[] {
  if (!isSwitchedOn(env.OPENCODE_PURE)) return []
  const effect = "OpenCode loads no plugin file, does not find gate's providers and answers nothing."
  return [{ source: 'environment', location: 'OPENCODE_PURE', displaces: 'everything', effect, severity: 'override' }]
}

/** An http gateway is on this machine; through a proxy the token would leave it, readable for everybody on the way. */
function proxy({ env }: Host, { gatewayUrl }: Connection): readonly Override[] {
  if (!gatewayUrl.startsWith('http://')) return []
  const location = ['http_proxy', 'HTTP_PROXY'].find((name) => env[name])
  const noProxy = env.no_proxy || env.NO_PROXY || ''
  if (location === undefined || isExempt(noProxy, new URL(gatewayUrl))) return []
  return [proxyOverride({ source: 'environment', location }, new URL(gatewayUrl))]
}
