import { proxyOverride } from '@gate/client-kit'
import { environmentVariable, type Host, type Override } from '@gate/core'
import type { ConfigDocument } from './config-layers.js'
import { isExempt } from './no-proxy.js'
import { isProxy } from './settings-values.js'

/** What gate made pi send, and where to. */
export interface Traffic {
  /** Every `baseUrl` of our provider. */
  readonly baseUrls: readonly string[]
  /** Whether a model speaks `anthropic-messages`, and with a token of gate's. */
  readonly sendsApiKeyHeader: boolean
}

/** What variables of the shell, and the setting that stands in for one, do to pi. Pure. */
export function environmentOverrides(
  host: Host,
  user: ConfigDocument | undefined,
  traffic: Traffic,
): readonly Override[] {
  return [...customHeaders(host, traffic), ...brokenProxies(host), ...proxy(host, user, traffic)]
}

/**
 * The Anthropic library in pi adds the headers of this variable last. `Authorization` in it loses against `authHeader`
 * (0.87.1); the variable of the same kind for OpenAI therefore changes no credential.
 */
function customHeaders(host: Host, { sendsApiKeyHeader }: Traffic): readonly Override[] {
  const location = 'ANTHROPIC_CUSTOM_HEADERS'
  const value = environmentVariable(host, location) ?? ''
  if (!sendsApiKeyHeader || !/^\s*x-api-key\s*:/im.test(value)) return []
  const effect = "The Anthropic API of the gateway gets another X-Api-Key beside gate's token."
  return [{ source: 'environment', location, displaces: 'credential', effect, severity: 'override' }]
}

/** pi reads both variables before its first request, whatever that goes to (1.6.0). */
function brokenProxies(host: Host): readonly Override[] {
  return ['http_proxy', 'https_proxy'].flatMap((name) => {
    const location = environmentVariable(host, name) === undefined ? name.toUpperCase() : name
    const value = environmentVariable(host, location) ?? ''
    if (value === '' || isProxy(value)) return []
    const effect = 'pi ends at its start, because this is not the URL of a proxy.'
    return [{ source: 'environment', location, displaces: 'everything', effect, severity: 'override' }]
  })
}

/** An http gateway is on this machine; through a proxy the token would leave it, readable for everybody on the way. */
function proxy(host: Host, user: ConfigDocument | undefined, { baseUrls }: Traffic): readonly Override[] {
  const url = baseUrls.find((text) => text.startsWith('http://') && URL.canParse(text))
  const found = firstProxy(host, user)
  if (url === undefined || found === undefined) return []
  // The lower-case variable hides the upper-case one, even if it is empty (0.87.1); `ALL_PROXY` is not read.
  const noProxy = environmentVariable(host, 'no_proxy') ?? environmentVariable(host, 'NO_PROXY') ?? ''
  if (isExempt(noProxy, new URL(url))) return []
  return [proxyOverride(found, new URL(url))]
}

function firstProxy(host: Host, user: ConfigDocument | undefined): Pick<Override, 'source' | 'location'> | undefined {
  for (const location of ['http_proxy', 'HTTP_PROXY']) {
    const value = environmentVariable(host, location)
    if (value) return isProxy(value) ? { source: 'environment', location } : undefined
    if (value === '') return undefined
  }
  const setting = user?.content.httpProxy
  if (!user || typeof setting !== 'string' || !isProxy(setting)) return undefined
  return { source: user.source, location: `${user.location}: httpProxy` }
}
