import { GateError } from '@gate/core'
import { type GatewayAnswer, request } from './request.js'

export type Protocol = 'anthropic' | 'openai'

/** The endpoint of each protocol that answers 401 without a credential, and the prefix gateways use for it. */
const ENDPOINTS: Readonly<Record<Protocol, { readonly path: string; readonly prefix: string }>> = {
  anthropic: { path: '/v1/messages', prefix: '/anthropic' },
  openai: { path: '/v1/models', prefix: '/openai' },
}

export interface GatewayCheckOptions {
  readonly gatewayUrl: string
  /** Path prefixes that are known; an absent one is probed. */
  readonly paths: { readonly anthropic?: string | undefined; readonly openai?: string | undefined }
  readonly caFile?: string | undefined
  /** Milliseconds per request. Default 5000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

export interface GatewayCheck {
  /** False when no request was answered; then paths that were not given are unknown. */
  readonly reachable: boolean
  /** Why it is not reachable. */
  readonly error?: GateError
  /** Prefix per protocol, given or found; absent when it could not be found out. */
  readonly paths: { readonly anthropic?: string; readonly openai?: string }
}

/**
 * Asks the gateway, without a credential, where each protocol lives and whether it redirects.
 *
 * @throws GateError `gateway-redirects` when a protocol's endpoint answers 3xx (Claude Code 2.1.329 follows a 307 to
 * another origin and sends the token there in `X-Api-Key`); `invalid-config` for an unreadable CA file; `interrupted`.
 */
export async function checkGateway(options: GatewayCheckOptions): Promise<GatewayCheck> {
  try {
    const [anthropic, openai] = await Promise.all([protocolPath(options, 'anthropic'), protocolPath(options, 'openai')])
    return { reachable: true, paths: { anthropic, openai } }
  } catch (error) {
    if (!GateError.isInstance(error) || error.code !== 'gateway-unreachable') throw error
    const { anthropic, openai } = options.paths
    return {
      reachable: false,
      error,
      paths: { ...(anthropic === undefined ? {} : { anthropic }), ...(openai === undefined ? {} : { openai }) },
    }
  }
}

async function protocolPath(options: GatewayCheckOptions, protocol: Protocol): Promise<string> {
  const given = options.paths[protocol]
  const prefix = given ?? (await probe(options, protocol))
  const url = `${options.gatewayUrl}${prefix}${ENDPOINTS[protocol].path}`
  const answer = await ask(options, url)
  if (isRedirect(answer.status)) throw redirects(url, answer)
  return prefix
}

/** A prefix counts only if it demands a credential and a made-up path beside it does not: some gateways answer 401 everywhere. */
async function probe(options: GatewayCheckOptions, protocol: Protocol): Promise<string> {
  const { prefix, path } = ENDPOINTS[protocol]
  const control = `${prefix}/gate-probe-${Math.random().toString(36).slice(2)}`
  const [candidate, unknown] = await Promise.all([
    ask(options, `${options.gatewayUrl}${prefix}${path}`),
    ask(options, `${options.gatewayUrl}${control}`),
  ])
  return candidate.status === 401 && unknown.status !== 401 ? prefix : ''
}

async function ask(options: GatewayCheckOptions, url: string): Promise<GatewayAnswer> {
  const common = {
    url,
    ...(options.caFile === undefined ? {} : { caFile: options.caFile }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }
  const answer = await request({ ...common, method: 'HEAD' })
  // Some gateways look at the method before the credential.
  return answer.status === 405 || answer.status === 501 ? request({ ...common, method: 'POST', body: {} }) : answer
}

/** 304 is no redirect, and 300 names no place to go. */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

function redirects(url: string, answer: GatewayAnswer): GateError {
  return new GateError({
    code: 'gateway-redirects',
    message: `${url} answers ${answer.status} and leads to ${target(url, answer.headers.location)}; clients would send the token there`,
    fix: 'Give the final URL of the gateway: gate setup --gateway-url <URL>',
  })
}

/** Only the origin: what a server puts into `Location` is not worth repeating and may hold anything. */
function target(url: string, location: string | undefined): string {
  try {
    return location !== undefined ? new URL(location, url).origin : 'an unknown place'
  } catch {
    return 'an unknown place'
  }
}
