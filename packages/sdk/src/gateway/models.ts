import type { Protocol } from '@gate/core'
import type { GatewayAnswer } from './request.js'

/**
 * A model out of a gateway's list that is likely to speak a protocol: many lists hold those of several vendors. Pure.
 *
 * @param answer To `GET /v1/models`.
 * @returns Undefined when it holds none.
 */
export function firstModel(protocol: Protocol, answer: GatewayAnswer): string | undefined {
  return answer.status === 200 ? likelyModel(protocol, idsIn(answer.body)) : undefined
}

/** The model of a list that is likely to speak a protocol: Claude's for Anthropic's, others for OpenAI's. Pure. */
export function likelyModel(protocol: Protocol, ids: readonly string[]): string | undefined {
  const isClaude = (id: string) => /claude/i.test(id)
  return ids.find((id) => isClaude(id) === (protocol === 'anthropic')) ?? ids[0]
}

/** `{"data": [{"id"}]}` of OpenAI and Anthropic, `{"models": [{"slug"}]}` of Codex. */
function idsIn(body: string): string[] {
  try {
    const { data, models } = JSON.parse(body) as { data?: unknown; models?: unknown }
    const list: unknown = data ?? models
    if (!Array.isArray(list)) return []
    return list
      .map((entry: { id?: unknown; slug?: unknown } | null) => entry?.id ?? entry?.slug)
      .filter((id) => typeof id === 'string' && id !== '') as string[]
  } catch {
    return []
  }
}
