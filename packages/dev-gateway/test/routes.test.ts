import { expect, test } from 'vitest'
import { post, runningGateway, signedIn } from './running-gateway.js'

const prefixes = { anthropicPath: '/anthropic', openaiPath: '/openai' }
const message = { model: 'm', max_tokens: 1, messages: [] }

test('each API answers below its own prefix only', async () => {
  const gateway = await runningGateway(prefixes)
  const headers = await signedIn(gateway)
  const status = async (path: string, body: unknown) => (await post(gateway.url + path, body, headers)).status
  expect(await status('/anthropic/v1/messages', message)).toBe(200)
  expect(await status('/anthropic/v1/messages/count_tokens', message)).toBe(200)
  expect(await status('/openai/v1/responses', { model: 'm', input: 'hi' })).toBe(200)
  expect(await status('/openai/v1/chat/completions', { model: 'm', messages: [] })).toBe(200)
  expect(await status('/v1/messages', message)).toBe(404)
  expect(await status('/openai/v1/messages', message)).toBe(404)
  expect(await status('/anthropic/v1/responses', { model: 'm', input: 'hi' })).toBe(404)
  expect(await status('/anthropicx/v1/messages', message)).toBe(404)
})

test('the connection warm-up of Claude Code needs no credential', async () => {
  const gateway = await runningGateway(prefixes)
  for (const path of ['/', '/anthropic', '/anthropic/', '/anthropic/api/hello']) {
    const response = await fetch(gateway.url + path, { method: 'HEAD' })
    expect([path, response.status]).toEqual([path, 200])
  }
})

test('without a credential a known path says 401 and an unknown one 404, whatever the method', async () => {
  const gateway = await runningGateway(prefixes)
  const head = async (path: string) => (await fetch(gateway.url + path, { method: 'HEAD' })).status
  expect(await head('/anthropic/v1/messages')).toBe(401)
  expect(await head('/openai/v1/models')).toBe(401)
  expect(await head('/anthropic/gate-probe-1234')).toBe(404)
})

test('a gateway that says 401 everywhere says 404 only to those who are signed in', async () => {
  const gateway = await runningGateway({ ...prefixes, unknownPaths: '401' })
  const unknown = `${gateway.url}/anthropic/gate-probe-1234`
  expect((await fetch(unknown, { method: 'HEAD' })).status).toBe(401)
  expect((await fetch(gateway.url, { method: 'HEAD' })).status).toBe(401)
  expect((await fetch(unknown, { headers: await signedIn(gateway) })).status).toBe(404)
})

test('a wrong method is refused after the credential, or before it', async () => {
  const gateway = await runningGateway(prefixes)
  const url = `${gateway.url}/anthropic/v1/messages`
  const signedInGet = await fetch(url, { headers: await signedIn(gateway) })
  expect([signedInGet.status, signedInGet.headers.get('allow')]).toEqual([405, 'POST'])
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(401)
  gateway.set({ credentialBeforeMethod: false })
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(405)
  expect((await post(url, message)).status).toBe(401)
})

test('refusals are worded in the API of the path', async () => {
  const gateway = await runningGateway(prefixes)
  const anthropic = await (await post(`${gateway.url}/anthropic/v1/messages`, message)).json()
  expect(anthropic).toMatchObject({ type: 'error', error: { type: 'authentication_error' } })
  const openai = await (await post(`${gateway.url}/openai/v1/responses`, {})).json()
  expect(openai).toMatchObject({ error: { type: 'invalid_request_error', code: 'invalid_api_key' } })
})

test('a HEAD answer has no body', async () => {
  const gateway = await runningGateway()
  const response = await fetch(`${gateway.url}/v1/models`, { method: 'HEAD', headers: await signedIn(gateway) })
  expect(response.status).toBe(200)
  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(10)
  expect(await response.text()).toBe('')
})

test('redirects everything, until told not to', async () => {
  const gateway = await runningGateway({ redirect: { status: 308, location: 'https://elsewhere.example/' } })
  const call = async () => {
    const response = await post(`${gateway.url}/v1/messages`, message)
    return [response.status, response.headers.get('location')]
  }
  expect(await call()).toEqual([308, 'https://elsewhere.example/'])
  expect(gateway.requests[0]?.status).toBe(308)
  gateway.set({ redirect: undefined })
  expect(await call()).toEqual([401, null])
})

test('an answer may depend on the request, and one that throws is a 500', async () => {
  const gateway = await runningGateway({ answer: ({ path }) => `you asked ${path}` })
  const headers = await signedIn(gateway)
  const first = await post(`${gateway.url}/v1/messages`, message, headers)
  expect(await first.json()).toMatchObject({ content: [{ text: 'you asked /v1/messages' }] })
  gateway.set({
    answer: () => {
      throw new Error('no answer today')
    },
  })
  const second = await post(`${gateway.url}/v1/messages`, message, headers)
  expect(second.status).toBe(500)
  expect(await second.text()).toContain('no answer today')
  expect(gateway.requests.map(({ status }) => status)).toEqual([200, 500])
})

test.each(['anthropic', '/', '/a/', '/a?b', '/a b', '//'])('refuses the prefix %j', async (anthropicPath) => {
  await expect(runningGateway({ anthropicPath })).rejects.toThrow(TypeError)
})

test('a taken port is an error that names it, and leaves nothing running', async () => {
  const gateway = await runningGateway()
  const port = Number(new URL(gateway.url).port)
  await expect(runningGateway({ issuerPort: port })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
})

test('stop ends both servers, open requests included', async () => {
  const gateway = await runningGateway()
  gateway.fail({ kind: 'slow', delayMs: 60_000 })
  const open = post(`${gateway.url}/v1/messages`, message).catch((error: unknown) => error)
  await expect.poll(() => gateway.requests.length).toBe(1)
  await gateway.stop()
  expect(await open).toBeInstanceOf(TypeError)
  await expect(fetch(gateway.url)).rejects.toThrow()
  await expect(fetch(gateway.issuer)).rejects.toThrow()
})
