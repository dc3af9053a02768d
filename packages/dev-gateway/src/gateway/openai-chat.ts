import { type Answer, countTokens, pieces, type SseEvent, wireId } from './answer.js'
import { errorAnswer } from './errors.js'
import { asRecord } from './json-value.js'
import { answerForSchema } from './schema-answer.js'

/** `POST /v1/chat/completions`, as JSON or as chunks. `created` is in seconds since the epoch. */
export function answerChatCompletions(body: unknown, plainText: string, created: number): Answer {
  const request = asRecord(body)
  if (typeof request.model !== 'string') return errorAnswer('openai', 400, 'you must provide a model parameter')
  if (!Array.isArray(request.messages)) return errorAnswer('openai', 400, "Missing required parameter: 'messages'.")

  const format = asRecord(request.response_format)
  const text =
    format.type === 'json_schema' ? answerForSchema(asRecord(format.json_schema).schema, plainText) : plainText
  const id = wireId('chatcmpl')
  const input = countTokens({ messages: request.messages, tools: request.tools })
  const output = countTokens(text)
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
  const shared = { id, created, model: request.model, system_fingerprint: null }

  if (request.stream !== true) {
    const message = { role: 'assistant', content: text, refusal: null }
    const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }]
    return { kind: 'json', status: 200, body: { ...shared, object: 'chat.completion', choices, usage } }
  }

  const includeUsage = asRecord(request.stream_options).include_usage === true
  const chunk = (delta: Record<string, unknown>, finish: string | null): SseEvent => ({
    data: {
      ...shared,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(includeUsage ? { usage: null } : {}),
    },
  })
  const events = [
    chunk({ role: 'assistant', content: '', refusal: null }, null),
    ...pieces(text).map((content) => chunk({ content }, null)),
    chunk({}, 'stop'),
  ]
  if (includeUsage) events.push({ data: { ...shared, object: 'chat.completion.chunk', choices: [], usage } })
  events.push({ data: '[DONE]' })
  return { kind: 'events', events }
}
