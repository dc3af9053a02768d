/**
 * What a client speaks to a gateway: `anthropic` is `POST /v1/messages`, `openai` is `POST /v1/responses`, `openai-chat` is
 * `POST /v1/chat/completions`. The last two lie below the same path prefix.
 */
export const PROTOCOLS = ['anthropic', 'openai', 'openai-chat'] as const

/** One of {@link PROTOCOLS}. */
export type Protocol = (typeof PROTOCOLS)[number]

/** Whether a text names a protocol. */
export function isProtocol(value: unknown): value is Protocol {
  return PROTOCOLS.some((protocol) => protocol === value)
}
