import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerResponses } from '../src/gateway/openai-responses.js'
import { post, runningGateway, signedIn } from './running-gateway.js'
import { parseEvents } from './sse.js'

const request = { model: 'gpt-5.2', input: [{ role: 'user', content: 'hi' }], store: false }

test('answers as JSON', async () => {
  const gateway = await runningGateway({ answer: 'Hello from here.' })
  const response = await post(`${gateway.url}/v1/responses`, request, await signedIn(gateway))
  expect(response.status).toBe(200)
  const body = (await response.json()) as {
    usage: { input_tokens: number; output_tokens: number; total_tokens: number }
  }
  expect(body).toMatchObject({
    id: expect.stringMatching(/^resp_/),
    object: 'response',
    status: 'completed',
    model: 'gpt-5.2',
    store: false,
    output: [
      {
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Hello from here.', annotations: [] }],
      },
    ],
  })
  expect(body.usage.total_tokens).toBe(body.usage.input_tokens + body.usage.output_tokens)
})

test('streams the event sequence that Codex waits for, numbered', async () => {
  const gateway = await runningGateway({ answer: 'one two' })
  const response = await post(`${gateway.url}/v1/responses`, { ...request, stream: true }, await signedIn(gateway))
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const events = parseEvents(await response.text()).map(({ event, data }) => ({ event, data: JSON.parse(data) }))
  expect(events.map(({ event }) => event)).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ])
  expect(events.map(({ data }) => data.sequence_number)).toEqual(events.map((_, index) => index))
  expect(events[0]?.data.response).toMatchObject({ status: 'in_progress', output: [], usage: null })
  expect(events.at(-1)?.data.response).toMatchObject({
    status: 'completed',
    output: [{ content: [{ text: 'one two' }] }],
  })
})

test.each(['model', 'input'])('refuses a request without %s in the words of the API', async (field) => {
  const gateway = await runningGateway()
  const response = await post(
    `${gateway.url}/v1/responses`,
    { ...request, [field]: undefined },
    await signedIn(gateway),
  )
  expect(response.status).toBe(400)
  const message = `Missing required parameter: '${field}'.`
  expect(await response.json()).toEqual({ error: { message, type: 'invalid_request_error', param: null, code: null } })
})

test('answers structured output with JSON that fits the schema', async () => {
  const schema = { type: 'object', properties: { title: { type: 'string', maxLength: 3 } } }
  const gateway = await runningGateway({ answer: 'A title' })
  const body = { ...request, text: { format: { type: 'json_schema', name: 'title', schema } } }
  const response = await post(`${gateway.url}/v1/responses`, body, await signedIn(gateway))
  expect(await response.json()).toMatchObject({ output: [{ content: [{ text: '{"title":"A t"}' }] }] })
})

test('a WebSocket upgrade is told to use POST', async () => {
  const gateway = await runningGateway()
  const { request: open } = await import('node:http')
  const authorization = (await signedIn(gateway)).authorization
  const status = await new Promise((resolve, reject) => {
    open(`${gateway.url}/v1/responses`, { headers: { authorization, connection: 'Upgrade', upgrade: 'websocket' } })
      .on('response', (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
  expect(status).toBe(426)
})

test('the streamed pieces are the text, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const answer = answerResponses({ ...request, stream: true }, text, 0)
      if (answer.kind !== 'events') throw new Error('expected a stream')
      const streamed = answer.events
        .map(({ data }) => data as { type: string; delta?: string })
        .filter(({ type }) => type === 'response.output_text.delta')
        .map(({ delta }) => delta)
        .join('')
      expect(streamed).toBe(text)
    }),
  )
})
