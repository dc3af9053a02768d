import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type BrowserExecutable, writeBrowserExecutable } from './browser/executable.js'
import { visit } from './browser/visit.js'
import type { DevGateway, DevGatewayOptions, RuntimeSettings } from './contract.js'
import { createGateway } from './gateway/gateway.js'
import { defaultModels } from './gateway/models.js'
import { createIssuer } from './issuer/issuer.js'
import { CLIENT_ID } from './issuer/provider.js'
import { applySettings, defaultSettings } from './settings.js'

const HOST = '127.0.0.1'
// Claude Code sends its token in two headers, so Node's default of 16 KiB would refuse tokens that real gateways accept.
const MAX_HEADER_BYTES = 256 * 1024

/**
 * Starts an OpenID provider and an LLM gateway that demands its tokens, both on 127.0.0.1.
 *
 * @param options Ports, paths, lifetimes, consent; see {@link DevGatewayOptions}.
 * @throws Error with code `EADDRINUSE` when a requested port is taken; RangeError for a lifetime below one second;
 *   TypeError for a path prefix that does not start with `/` or ends with it.
 */
export async function startDevGateway(options: DevGatewayOptions = {}): Promise<DevGateway> {
  const { auth = 'oidc', audience, onRequest, models = defaultModels } = options
  const anthropicPath = checkedPrefix('anthropicPath', options.anthropicPath)
  const openaiPath = checkedPrefix('openaiPath', options.openaiPath)
  const apiKeys = options.apiKeys ?? (auth === 'api-key' ? [`gate-dev-${crypto.randomUUID()}`] : [])
  const settings: RuntimeSettings = { ...defaultSettings }
  applySettings(settings, options)

  const stopping = new AbortController()
  const { signal } = stopping
  const gatewayServer = createServer({ maxHeaderSize: MAX_HEADER_BYTES })
  const issuerServer = createServer({ maxHeaderSize: MAX_HEADER_BYTES })
  let browser: BrowserExecutable | undefined

  const stop = async () => {
    stopping.abort()
    await Promise.all([close(gatewayServer), close(issuerServer), browser?.remove()])
  }

  try {
    const url = await listen(gatewayServer, options.port ?? 0)
    const issuerUrl = await listen(issuerServer, options.issuerPort ?? 0)
    const issuer = createIssuer({
      server: issuerServer,
      url: issuerUrl,
      defaultAudience: audience ?? url,
      settings,
      signal,
      onRequest,
    })
    const gateway = createGateway({
      server: gatewayServer,
      url,
      rules: { auth, apiKeys, audience, ledger: issuer.ledger },
      anthropicPath,
      openaiPath,
      models,
      settings,
      signal,
      onRequest,
    })
    browser = await writeBrowserExecutable(issuer.controlUrl)

    return {
      url,
      issuer: issuerUrl,
      clientId: CLIENT_ID,
      anthropicPath,
      openaiPath,
      apiKeys,
      browser: browser.path,
      requests: gateway.requests,
      counters: issuer.counters,
      clearRequests() {
        gateway.requests.length = 0
        issuer.resetCounters()
      },
      set: (changes) => applySettings(settings, changes),
      setAccessTokenLifetime: (accessTokenLifetime) => applySettings(settings, { accessTokenLifetime }),
      expireAccessTokens: () => issuer.ledger.expireAll(),
      revokeEverything: () => issuer.revokeEverything(),
      fail: (failure) => gateway.failures.arm(failure),
      failToken: (failure) => issuer.failures.arm(failure),
      issueAccessToken: (init = {}) => issuer.issueAccessToken(init),
      signJwt: issuer.signJwt,
      visit: (target, init = {}) => visit(target, init.signal),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function checkedPrefix(option: string, prefix = ''): string {
  if (prefix !== '' && !/^(?:\/[^/?#\s]+)+$/.test(prefix)) {
    throw new TypeError(`${option} must look like "/anthropic" or be empty; got ${JSON.stringify(prefix)}`)
  }
  return prefix
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, HOST)
  await once(server, 'listening')
  return `http://${HOST}:${(server.address() as AddressInfo).port}`
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
