import { request as open } from 'node:http'
import { expect, test } from 'vitest'
import type { DevGateway } from '../src/index.js'
import { post, runningGateway, signedIn } from './running-gateway.js'
import { parseEvents } from './sse.js'

const message = { model: 'm', max_tokens: 1, messages: [] }

async function callMessages(gateway: DevGateway, body: object = message): Promise<Response> {
  return post(`${gateway.url}/v1/messages`, body, await signedIn(gateway))
}

/** What arrives before the connection ends, and how it ends. */
async function untilTheEnd(gateway: DevGateway, body: object) {
  const headers = { ...(await signedIn(gateway)), 'content-type': 'application/json' }
  return new Promise<{ status: number | undefined; text: string; error: string | undefined }>((resolve) => {
    const state = { status: undefined as number | undefined, text: '' }
    open(`${gateway.url}/v1/messages`, { method: 'POST', headers }, (response) => {
      state.status = response.statusCode
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        state.text += chunk
      })
      response.on('end', () => resolve({ ...state, error: undefined }))
      response.on('error', (error: NodeJS.ErrnoException) => resolve({ ...state, error: error.code }))
    })
      .on('error', (error: NodeJS.ErrnoException) => resolve({ ...state, error: error.code }))
      .end(JSON.stringify(body))
  })
}

test.each([
  ['401', 'authentication_error'],
  ['403', 'permission_error'],
  ['429', 'rate_limit_error'],
  ['500', 'api_error'],
  ['529', 'overloaded_error'],
] as const)('%s once, and then as usual', async (kind, type) => {
  const gateway = await runningGateway()
  const failure = gateway.fail({ kind })
  const response = await callMessages(gateway)
  expect(response.status).toBe(Number(kind))
  expect(response.headers.get('retry-after')).toBeNull()
  expect(await response.json()).toMatchObject({ type: 'error', error: { type, message: `scripted ${kind}` } })
  expect((await callMessages(gateway)).status).toBe(200)
  expect(failure.hits).toBe(1)
  expect(gateway.requests.map(({ failure, status }) => [failure, status])).toEqual([
    [kind, Number(kind)],
    [undefined, 200],
  ])
})

test('429 with Retry-After', async () => {
  const gateway = await runningGateway()
  gateway.fail({ kind: '429', retryAfter: 7 })
  expect((await callMessages(gateway)).headers.get('retry-after')).toBe('7')
})

test('meets as many requests as asked, for ever with Infinity, none after cancel', async () => {
  const gateway = await runningGateway()
  const statuses = async (count: number) => {
    const seen: number[] = []
    for (let index = 0; index < count; index += 1) seen.push((await callMessages(gateway)).status)
    return seen
  }
  gateway.fail({ kind: '500', times: 2 })
  expect(await statuses(3)).toEqual([500, 500, 200])
  const forever = gateway.fail({ kind: '529', times: Number.POSITIVE_INFINITY })
  expect(await statuses(4)).toEqual([529, 529, 529, 529])
  forever.cancel()
  expect(await statuses(1)).toEqual([200])
  expect(forever.hits).toBe(4)
})

test('failures are met in the order in which they were armed', async () => {
  const gateway = await runningGateway()
  gateway.fail({ kind: '500' })
  gateway.fail({ kind: '429' })
  expect([(await callMessages(gateway)).status, (await callMessages(gateway)).status]).toEqual([500, 429])
})

test.each([
  ['a part of the path', '/messages'],
  ['a pattern, with a flag that has memory', /mess.*s$/g],
  ['a predicate', ({ path }: { path: string }) => path.endsWith('messages')],
])('matches %s', async (_name, match) => {
  const gateway = await runningGateway()
  gateway.fail({ kind: '500', match, times: 2 })
  const models = await fetch(`${gateway.url}/v1/models`, { headers: await signedIn(gateway) })
  expect(models.status).toBe(200)
  expect((await callMessages(gateway)).status).toBe(500)
  expect((await callMessages(gateway)).status).toBe(500)
})

test('by default the warm-up of a connection does not use a failure up', async () => {
  const gateway = await runningGateway()
  gateway.fail({ kind: '500' })
  expect((await fetch(gateway.url, { method: 'HEAD' })).status).toBe(200)
  expect((await callMessages(gateway)).status).toBe(500)
})

test('slow answers late, but regularly', async () => {
  const gateway = await runningGateway()
  gateway.fail({ kind: 'slow', delayMs: 300 })
  const slow = callMessages(gateway)
  await expect.poll(() => gateway.requests.length).toBe(1)
  expect(gateway.requests[0]?.status).toBeUndefined()
  const response = await slow
  expect(response.status).toBe(200)
  expect(gateway.requests[0]).toMatchObject({ failure: 'slow', status: 200 })
})

test('cut: a stream ends after as many events as asked', async () => {
  const gateway = await runningGateway({ answer: 'a b c d e f' })
  gateway.fail({ kind: 'cut', afterEvents: 4 })
  const { status, text, error } = await untilTheEnd(gateway, { ...message, stream: true })
  expect([status, error]).toEqual([200, 'ECONNRESET'])
  expect(parseEvents(text).map(({ event }) => event)).toEqual([
    'message_start',
    'content_block_start',
    'ping',
    'content_block_delta',
  ])
  expect(gateway.requests[0]).toMatchObject({ failure: 'cut', status: 200, closedByClient: false })
})

test('cut: half of a JSON answer', async () => {
  const gateway = await runningGateway()
  gateway.fail({ kind: 'cut' })
  const { status, text, error } = await untilTheEnd(gateway, message)
  expect([status, error]).toEqual([200, 'ECONNRESET'])
  expect(text).toMatch(/^\{"id":"msg_/)
  expect(() => JSON.parse(text)).toThrow()
})

test('cut before the head', async () => {
  const gateway = await runningGateway()
  gateway.fail({ kind: 'cut', afterEvents: 0 })
  expect(await untilTheEnd(gateway, message)).toEqual({ status: undefined, text: '', error: 'ECONNRESET' })
  expect(gateway.requests[0]?.status).toBeUndefined()
})

test('redirect goes to another origin of the same gateway, or where asked', async () => {
  const gateway = await runningGateway()
  gateway.fail({ kind: 'redirect' })
  gateway.fail({ kind: 'redirect', location: 'https://elsewhere.example/x' })
  const first = await callMessages(gateway)
  const port = new URL(gateway.url).port
  expect([first.status, first.headers.get('location')]).toEqual([307, `http://localhost:${port}/v1/messages`])
  expect((await callMessages(gateway)).headers.get('location')).toBe('https://elsewhere.example/x')
})

test('a scripted 500 on the OpenAI side is worded as OpenAI words it', async () => {
  const gateway = await runningGateway()
  gateway.fail({ kind: '500' })
  const response = await post(`${gateway.url}/v1/responses`, { model: 'm', input: 'hi' }, await signedIn(gateway))
  expect(await response.json()).toEqual({
    error: { message: 'scripted 500', type: 'server_error', param: null, code: null },
  })
})
