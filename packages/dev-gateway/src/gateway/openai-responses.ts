import { type Answer, countTokens, pieces, type SseEvent, wireId } from './answer.js'
import { errorAnswer } from './errors.js'
import { asRecord } from './json-value.js'
import { answerForSchema } from './schema-answer.js'

/**
 * `POST /v1/responses`, as JSON or as the event sequence that ends with `response.completed`.
 * Codex 0.169 always streams and calls a stream without that last event an error.
 *
 * @param createdAt Seconds since the epoch.
 */
export function answerResponses(body: unknown, plainText: string, createdAt: number): Answer {
  const request = asRecord(body)
  if (typeof request.model !== 'string') return errorAnswer('openai', 400, "Missing required parameter: 'model'.")
  if (request.input === undefined) return errorAnswer('openai', 400, "Missing required parameter: 'input'.")

  const format = asRecord(asRecord(request.text).format)
  const text = format.type === 'json_schema' ? answerForSchema(format.schema, plainText) : plainText
  const input = countTokens({ instructions: request.instructions, input: request.input, tools: request.tools })
  const output = countTokens(text)
  const part = { type: 'output_text', annotations: [], logprobs: [], text }
  const item = { id: wireId('msg'), type: 'message', status: 'completed', role: 'assistant', content: [part] }
  const response = {
    id: wireId('resp'),
    object: 'response',
    created_at: createdAt,
    status: 'completed',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    metadata: request.metadata ?? {},
    model: request.model,
    output: [item],
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    reasoning: request.reasoning ?? { effort: null, summary: null },
    service_tier: 'default',
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: request.text ?? { format: { type: 'text' } },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    top_p: request.top_p ?? 1,
    truncation: request.truncation ?? 'disabled',
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  }
  return request.stream === true
    ? { kind: 'events', events: responseEvents(response, item, part) }
    : { kind: 'json', status: 200, body: response }
}

type Part = { text: string; annotations: unknown[] }
type Item = { id: string; content: Part[] }

function responseEvents(response: { output: unknown[] }, item: Item, part: Part): SseEvent[] {
  const opening = { ...response, status: 'in_progress', output: [], usage: null }
  const place = { item_id: item.id, output_index: 0, content_index: 0 }
  const events: Record<string, unknown>[] = [
    { type: 'response.created', response: opening },
    { type: 'response.in_progress', response: opening },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    ...pieces(part.text).map((delta) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...place, text: part.text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response },
  ]
  return events.map((data, sequence) => ({ event: String(data.type), data: { ...data, sequence_number: sequence } }))
}
