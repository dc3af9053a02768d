/** One server-sent event; `data` is JSON unless it is the text `[DONE]`. */
export interface SseEvent {
  event?: string
  data: unknown
}

/** What a route answers. Sending it, or cutting it short, is the server's business. */
export type Answer =
  | { kind: 'json'; status: number; body: unknown; headers?: Record<string, string> }
  | { kind: 'events'; events: readonly SseEvent[]; headers?: Record<string, string> }
  | { kind: 'empty'; status: number; headers?: Record<string, string> }

/** Which API's error shape a path speaks. */
export type Protocol = 'anthropic' | 'openai'

/** Splits an answer into the pieces that stream one by one: words with the space after them. Joined, they are the text. */
export function pieces(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? []
}

/** A stand-in for a tokenizer: about four characters per token, and never 0, because clients treat 0 as "not counted". */
export function countTokens(value: unknown): number {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return Math.max(1, Math.ceil(text.length / 4))
}

/** A wire id such as `msg_01…`. */
export function wireId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID().replaceAll('-', '')}`
}
