import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerMessages } from '../src/gateway/anthropic-messages.js'
import { post, runningGateway, signedIn } from './running-gateway.js'
import { parseEvents } from './sse.js'

const request = { model: 'claude-opus-5-5', max_tokens: 1024, messages: [{ role: 'user', content: 'hi' }] }

test('answers a message as JSON, with the model that was asked for', async () => {
  const gateway = await runningGateway({ answer: 'Hello from here.' })
  const response = await post(`${gateway.url}/v1/messages?beta=true`, request, await signedIn(gateway))
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('request-id')).toMatch(/^req_/)
  expect(await response.json()).toEqual({
    id: expect.stringMatching(/^msg_/),
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5-5',
    content: [{ type: 'text', text: 'Hello from here.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: expect.any(Number),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 4,
      service_tier: 'standard',
    },
  })
})

test('streams the event sequence of the Messages API', async () => {
  const gateway = await runningGateway({ answer: 'one two' })
  const response = await post(
    `${gateway.url}/v1/messages?beta=true`,
    { ...request, stream: true },
    await signedIn(gateway),
  )
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const events = parseEvents(await response.text()).map(({ event, data }) => ({ event, data: JSON.parse(data) }))
  expect(events.map(({ event }) => event)).toEqual([
    'message_start',
    'content_block_start',
    'ping',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
  for (const { event, data } of events) expect(data.type).toBe(event)
  expect(events[0]?.data.message).toMatchObject({ role: 'assistant', content: [], stop_reason: null })
  expect(events[6]?.data).toEqual({
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 2 },
  })
})

test('counts tokens', async () => {
  const gateway = await runningGateway()
  const headers = await signedIn(gateway)
  const count = async (content: string) => {
    const body = { model: request.model, messages: [{ role: 'user', content }] }
    const response = await post(`${gateway.url}/v1/messages/count_tokens?beta=true`, body, headers)
    expect(response.status).toBe(200)
    return ((await response.json()) as { input_tokens: number }).input_tokens
  }
  expect(await count('a'.repeat(400))).toBe((await count('')) + 100)
})

test.each([
  ['model', { ...request, model: undefined }],
  ['max_tokens', { ...request, max_tokens: undefined }],
  ['messages', { ...request, messages: undefined }],
])('refuses a message without %s in the words of the API', async (field, body) => {
  const gateway = await runningGateway()
  const response = await post(`${gateway.url}/v1/messages`, body, await signedIn(gateway))
  expect(response.status).toBe(400)
  expect(await response.json()).toEqual({
    type: 'error',
    error: { type: 'invalid_request_error', message: `${field}: Field required` },
    request_id: expect.stringMatching(/^req_/),
  })
})

test('answers structured output with JSON that fits the schema', async () => {
  const schema = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] }
  const gateway = await runningGateway({ answer: 'A title' })
  const body = { ...request, output_config: { format: { type: 'json_schema', schema } } }
  const response = await post(`${gateway.url}/v1/messages`, body, await signedIn(gateway))
  expect(await response.json()).toMatchObject({ content: [{ type: 'text', text: '{"title":"A title"}' }] })
})

test('the streamed pieces are the text, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const answer = answerMessages({ ...request, stream: true }, text)
      if (answer.kind !== 'events') throw new Error('expected a stream')
      const streamed = answer.events
        .map(({ data }) => data as { type: string; delta?: { text?: string } })
        .filter(({ type }) => type === 'content_block_delta')
        .map(({ delta }) => delta?.text)
        .join('')
      expect(streamed).toBe(text)
    }),
  )
})
