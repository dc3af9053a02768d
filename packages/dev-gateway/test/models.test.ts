import { expect, test } from 'vitest'
import { runningGateway, signedIn } from './running-gateway.js'

const models = [
  { id: 'corp/claude', displayName: 'Corporate Claude', protocol: 'anthropic', contextWindow: 200_000 },
  { id: 'gpt-x', displayName: 'GPT X', protocol: 'openai', contextWindow: 128_000 },
] as const

async function list(path: string, headers: Record<string, string> = {}) {
  const gateway = await runningGateway({ models })
  const response = await fetch(gateway.url + path, { headers: { ...(await signedIn(gateway)), ...headers } })
  return { status: response.status, body: await response.json() }
}

test('Anthropic shape for a caller that names an Anthropic version', async () => {
  const { body } = await list('/v1/models?limit=1000', { 'anthropic-version': '2023-06-01' })
  expect(body).toEqual({
    data: [{ type: 'model', id: 'corp/claude', display_name: 'Corporate Claude', created_at: '2026-01-01T00:00:00Z' }],
    has_more: false,
    first_id: 'corp/claude',
    last_id: 'corp/claude',
  })
})

test("Codex's own catalogue for a caller that names its client version", async () => {
  const { body } = await list('/v1/models?client_version=0.169.0')
  expect(body).toMatchObject({
    models: [{ slug: 'gpt-x', display_name: 'GPT X', context_window: 128_000, shell_type: 'shell_command' }],
  })
})

test("OpenAI's list for everybody else", async () => {
  const { body } = await list('/v1/models')
  expect(body).toMatchObject({ object: 'list', data: [{ id: 'corp/claude', object: 'model' }, { id: 'gpt-x' }] })
})

test.each(['/v1/models/corp/claude', '/v1/models/corp%2Fclaude'])('one model: %s', async (path) => {
  expect(await list(path)).toMatchObject({ status: 200, body: { id: 'corp/claude', object: 'model' } })
  const anthropic = await list(path, { 'anthropic-version': '2023-06-01' })
  expect(anthropic).toMatchObject({ status: 200, body: { id: 'corp/claude', type: 'model' } })
})

test('an unknown model is not found, in the words of the caller’s API', async () => {
  expect(await list('/v1/models/nope')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
  const anthropic = await list('/v1/models/nope', { 'anthropic-version': '2023-06-01' })
  expect(anthropic).toMatchObject({ status: 404, body: { error: { type: 'not_found_error' } } })
})
