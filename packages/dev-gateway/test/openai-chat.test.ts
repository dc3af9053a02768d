import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerChatCompletions } from '../src/gateway/openai-chat.js'
import { post, runningGateway, signedIn } from './running-gateway.js'
import { parseEvents } from './sse.js'

const request = { model: 'gpt-5.2', messages: [{ role: 'user', content: 'hi' }] }

test('answers as JSON', async () => {
  const gateway = await runningGateway({ answer: 'Hello from here.' })
  const response = await post(`${gateway.url}/v1/chat/completions`, request, await signedIn(gateway))
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    id: expect.stringMatching(/^chatcmpl_/),
    object: 'chat.completion',
    model: 'gpt-5.2',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello from here.' }, finish_reason: 'stop' }],
    usage: { completion_tokens: 4 },
  })
})

test.each([false, true])('streams chunks and [DONE], with usage when it was asked for: %s', async (includeUsage) => {
  const gateway = await runningGateway({ answer: 'one two' })
  const body = { ...request, stream: true, stream_options: { include_usage: includeUsage } }
  const response = await post(`${gateway.url}/v1/chat/completions`, body, await signedIn(gateway))
  const events = parseEvents(await response.text())
  expect(events.every(({ event }) => event === undefined)).toBe(true)
  expect(events.at(-1)?.data).toBe('[DONE]')
  const chunks = events.slice(0, -1).map(({ data }) => JSON.parse(data))
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
  expect(chunks.every(({ object }) => object === 'chat.completion.chunk')).toBe(true)
  const withChoice = chunks.filter(({ choices }) => choices.length === 1)
  expect(withChoice[0].choices[0].delta.role).toBe('assistant')
  expect(withChoice.at(-1).choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' })
  const usages = chunks.map(({ usage }) => usage).filter((usage) => usage)
  expect(usages).toHaveLength(includeUsage ? 1 : 0)
})

test.each(['model', 'messages'])('refuses a request without %s', async (field) => {
  const gateway = await runningGateway()
  const body = { ...request, [field]: undefined }
  const response = await post(`${gateway.url}/v1/chat/completions`, body, await signedIn(gateway))
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { type: 'invalid_request_error', message: expect.stringContaining(field) },
  })
})

test('answers structured output with JSON that fits the schema', async () => {
  const schema = { type: 'object', properties: { done: { type: 'boolean' } } }
  const gateway = await runningGateway()
  const body = { ...request, response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } }
  const response = await post(`${gateway.url}/v1/chat/completions`, body, await signedIn(gateway))
  expect(await response.json()).toMatchObject({ choices: [{ message: { content: '{"done":true}' } }] })
})

test('the streamed pieces are the text, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const answer = answerChatCompletions({ ...request, stream: true }, text, 0)
      if (answer.kind !== 'events') throw new Error('expected a stream')
      const streamed = answer.events
        .map(({ data }) => data as { choices?: { delta: { content?: string } }[] })
        .map(({ choices }) => choices?.[0]?.delta.content ?? '')
        .join('')
      expect(streamed).toBe(text)
    }),
  )
})
