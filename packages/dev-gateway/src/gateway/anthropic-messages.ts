import { type Answer, countTokens, pieces, type SseEvent, wireId } from './answer.js'
import { errorAnswer } from './errors.js'
import { asRecord } from './json-value.js'
import { answerForSchema } from './schema-answer.js'

/** `POST /v1/messages`: one message with one text block, as JSON or as the event sequence of the Messages API. */
export function answerMessages(body: unknown, plainText: string): Answer {
  const request = asRecord(body)
  const problem = whatIsMissing(request, ['model', 'messages', 'max_tokens'])
  if (problem) return errorAnswer('anthropic', 400, problem)

  const format = asRecord(asRecord(request.output_config).format)
  const text = format.type === 'json_schema' ? answerForSchema(format.schema, plainText) : plainText
  const requestId = wireId('req')
  const message = {
    id: wireId('msg'),
    type: 'message',
    role: 'assistant',
    model: String(request.model),
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: countInput(request),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: countTokens(text),
      service_tier: 'standard',
    },
  }
  const headers = { 'request-id': requestId }
  return request.stream === true
    ? { kind: 'events', events: messageEvents(message, text), headers }
    : { kind: 'json', status: 200, body: message, headers }
}

/** `POST /v1/messages/count_tokens`. */
export function answerCountTokens(body: unknown): Answer {
  const request = asRecord(body)
  const problem = whatIsMissing(request, ['model', 'messages'])
  if (problem) return errorAnswer('anthropic', 400, problem)
  return { kind: 'json', status: 200, body: { input_tokens: countInput(request) } }
}

type Message = { usage: Record<string, unknown>; stop_reason: string; stop_sequence: null; content: unknown[] }

function messageEvents(message: Message, text: string): SseEvent[] {
  const start = { ...message, content: [], stop_reason: null, usage: { ...message.usage, output_tokens: 1 } }
  const events: Record<string, unknown>[] = [
    { type: 'message_start', message: start },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...pieces(text).map((piece) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: piece },
    })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: message.stop_reason, stop_sequence: message.stop_sequence },
      usage: { output_tokens: message.usage.output_tokens },
    },
    { type: 'message_stop' },
  ]
  return events.map((data) => ({ event: String(data.type), data }))
}

function countInput(request: Record<string, unknown>): number {
  return countTokens({ system: request.system, messages: request.messages, tools: request.tools })
}

function whatIsMissing(request: Record<string, unknown>, fields: readonly string[]): string | undefined {
  const missing = fields.find((field) => request[field] === undefined)
  if (missing) return `${missing}: Field required`
  return Array.isArray(request.messages) ? undefined : 'messages: Input should be a valid list'
}
