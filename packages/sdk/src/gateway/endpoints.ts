import type { Protocol, Secret } from '@gate/core'

/** Which of the two path prefixes of a connection a protocol lies below. */
export type PrefixName = 'anthropic' | 'openai'

/** Where a protocol is asked, and how. */
interface Endpoint {
  readonly path: string
  readonly prefixName: PrefixName
}

const ENDPOINTS: Readonly<Record<Protocol, Endpoint>> = {
  anthropic: { path: '/v1/messages', prefixName: 'anthropic' },
  openai: { path: '/v1/responses', prefixName: 'openai' },
  'openai-chat': { path: '/v1/chat/completions', prefixName: 'openai' },
}

/** The prefix that gateways use for each, besides none. */
export const USUAL_PREFIX: Readonly<Record<PrefixName, string>> = { anthropic: '/anthropic', openai: '/openai' }

/** The path, behind the prefix, that a protocol's requests go to. Pure. */
export function endpointPath(protocol: Protocol): string {
  return ENDPOINTS[protocol].path
}

/** Which prefix a protocol lies below. Pure. */
export function prefixNameOf(protocol: Protocol): PrefixName {
  return ENDPOINTS[protocol].prefixName
}

/**
 * The headers that clients of a protocol send besides `Authorization` and those of the profile. Claude Code sends the
 * token a second time (2.1.332), and some gateways look there only. Pure.
 */
export function clientHeaders(protocol: Protocol, token: Secret | undefined): Readonly<Record<string, string>> {
  if (prefixNameOf(protocol) !== 'anthropic') return {}
  return { 'anthropic-version': '2023-06-01', ...(token ? { 'x-api-key': token.reveal() } : {}) }
}

/**
 * A body that every implementation of a protocol refuses before a model is asked, so that it costs nothing.
 *
 * @param model A model to name, for gateways that look for one before anything else. Default: none is named. Pure.
 */
export function invalidBody(protocol: Protocol, model?: string): object {
  if (model === undefined) return {}
  switch (protocol) {
    case 'anthropic':
      return { model, max_tokens: 0, messages: [] }
    case 'openai':
      return { model, max_output_tokens: 0, input: [] }
    case 'openai-chat':
      return { model, max_tokens: 0, messages: [] }
  }
}

/** The smallest request that a model answers. Pure. */
export function smallestBody(protocol: Protocol, model: string): object {
  const messages = [{ role: 'user', content: 'ping' }]
  switch (protocol) {
    case 'anthropic':
      return { model, max_tokens: 1, messages }
    case 'openai':
      return { model, max_output_tokens: 16, input: 'ping' }
    case 'openai-chat':
      return { model, max_tokens: 16, messages }
  }
}
