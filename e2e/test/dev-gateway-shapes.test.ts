import { type DevGateway, type Failure, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

/**
 * The embedded gateway answers like the real APIs: the real clients, configured by hand and with a helper that prints one
 * fixed token, take its answers and its scripted failures for what they are. gate itself has no part in this.
 */

const ANSWER = 'Recognisable answer of the embedded gateway, in several words.'
const paths = { anthropicPath: '/anthropic', openaiPath: '/openai' }

let gateway: DevGateway
let scene: ThrowawayHome
let token: string

beforeAll(async () => {
  gateway = await startDevGateway({ ...paths, answer: ANSWER })
  scene = await createHome({ gateway })
  token = await gateway.issueAccessToken({ subject: 'real-client' })
  const helper = await scene.write('helper', `#!/bin/sh\necho '${token}'\n`, 0o700)
  const settings = {
    apiKeyHelper: `'${helper}'`,
    env: {
      ANTHROPIC_BASE_URL: `${gateway.url}/anthropic`,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: '1',
    },
  }
  await scene.write('home/.claude/settings.json', JSON.stringify(settings))
  await scene.write(
    'home/.codex/config.toml',
    `model_provider = "gate"

[model_providers.gate]
name = "Gate"
base_url = "${gateway.url}/openai/v1"
wire_api = "responses"

[model_providers.gate.auth]
command = "${helper}"

[analytics]
enabled = false

[features]
plugins = false
`,
  )
})

afterAll(async () => {
  await scene.remove()
  await gateway.stop()
})

beforeEach(() => gateway.clearRequests())

/** What a client complained of, without the remark that Codex makes about a tool that CI machines lack. */
function complaints(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => /warn|error|fail|reconnect|retry|metadata/i.test(line) && !line.includes('bubblewrap'))
}

const seen = () => gateway.requests.map(({ method, path, status }) => `${method} ${path} ${status}`)
const subjects = () => new Set(gateway.requests.map((request) => request.token?.subject))

describe('Claude Code', () => {
  test('prints the answer and nothing else', async () => {
    expect(await scene.claude()).toMatchObject({ code: 0, stdout: `${ANSWER}\n`, stderr: '' })
    expect(seen()).toEqual(['POST /anthropic/v1/messages 200'])
    expect(gateway.requests[0]).toMatchObject({
      query: { beta: 'true' },
      body: { stream: true },
      bearer: token,
      apiKey: token,
    })
    expect(subjects()).toEqual(new Set(['real-client']))
  })

  test('understands every event and the usage figures', async () => {
    const { stdout, stderr } = await scene.claude(['--output-format', 'json'])
    expect(stderr).toBe('')
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ type: 'result', is_error: false, result: ANSWER, stop_reason: 'end_turn' })
    expect(result.usage.output_tokens).toBe(Math.ceil(ANSWER.length / 4))
    expect(result.usage.input_tokens).toBeGreaterThan(100)
  })

  test.each<Failure>([
    { kind: '401' },
    { kind: '529', retryAfter: 0 },
    { kind: '500', retryAfter: 0 },
    { kind: 'cut', afterEvents: 0 },
  ])('gets over one $kind', async (failure) => {
    const armed = gateway.fail(failure)
    const { code, stdout } = await scene.claude()
    expect([code, stdout, armed.hits]).toEqual([0, `${ANSWER}\n`, 1])
  })
})

describe('Codex', () => {
  test('prints the answer, decodes the model list and complains of nothing', async () => {
    const { code, stdout, stderr } = await scene.codex()
    expect([code, stdout, complaints(stderr)]).toEqual([0, `${ANSWER}\n`, []])
    expect(new Set(seen())).toEqual(new Set(['GET /openai/v1/models 200', 'POST /openai/v1/responses 200']))
    expect(gateway.requests.find(({ method }) => method === 'GET')?.query).toHaveProperty('client_version')
    expect(gateway.requests.at(-1)).toMatchObject({ body: { stream: true }, bearer: token })
    expect(subjects()).toEqual(new Set(['real-client']))
  })

  test('takes the usage figures', async () => {
    const { stdout } = await scene.codex(['--json'])
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.find(({ type }) => type === 'turn.completed')?.usage).toMatchObject({
      output_tokens: Math.ceil(ANSWER.length / 4),
      cached_input_tokens: 0,
    })
  })

  test('answers structured output', async () => {
    const schema = {
      type: 'object',
      properties: { title: { type: 'string' } },
      required: ['title'],
      additionalProperties: false,
    }
    const file = await scene.write('schema.json', JSON.stringify(schema))
    const { code, stdout } = await scene.codex(['--output-schema', file])
    expect([code, JSON.parse(stdout)]).toEqual([0, { title: ANSWER }])
  })

  test.each<Failure>([
    { kind: '401', match: '/responses' },
    { kind: '500', match: '/responses' },
    { kind: 'cut', match: '/responses', afterEvents: 5 },
  ])('gets over one $kind', async (failure) => {
    const armed = gateway.fail(failure)
    const { code, stdout } = await scene.codex()
    expect([code, stdout, armed.hits]).toEqual([0, `${ANSWER}\n`, 1])
  })
})
