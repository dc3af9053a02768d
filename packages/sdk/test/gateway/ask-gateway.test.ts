import * as fs from 'node:fs/promises'
import { Secret } from '@gate/core'
import { startDevGateway } from '@gate/dev-gateway'
import { afterEach, expect, test } from 'vitest'
import { type AskOptions, askGateway } from '../../src/gateway/ask-gateway.js'
import { refuseMoved } from '../../src/gateway/refuse-moved.js'
import { type ScriptedAnswer, type ScriptedGateway, startScripted } from '../harness/scripted-gateway.js'

let gateway: ScriptedGateway | undefined

afterEach(async () => {
  await gateway?.stop()
  gateway = undefined
})

const host = { env: {}, fs }
const PROTOCOLS = ['anthropic', 'openai'] as const
const token = new Secret('a-token-of-this-test')

async function ask(answer: (method: string, path: string) => ScriptedAnswer, options: Partial<AskOptions> = {}) {
  gateway = await startScripted(answer)
  return askGateway({ host, gatewayUrl: gateway.url, given: {}, protocols: PROTOCOLS, timeoutMs: 2_000, ...options })
}

test('S50 prefixes are found where they demand a credential', async () => {
  const real = await startDevGateway({ anthropicPath: '/anthropic', openaiPath: '/openai' })
  const { reachable, paths } = await askGateway({ host, gatewayUrl: real.url, given: {}, protocols: PROTOCOLS })
  expect([reachable, paths]).toEqual([true, { anthropic: '/anthropic', openai: '/openai' }])
  await real.stop()
})

test('S50 without prefixes none is found', async () => {
  const real = await startDevGateway()
  const { paths } = await askGateway({ host, gatewayUrl: real.url, given: {}, protocols: PROTOCOLS })
  expect(paths).toEqual({ anthropic: '', openai: '' })
  await real.stop()
})

test('S129 a gateway that answers 401 everywhere has no prefix', async () => {
  expect((await ask(() => 401)).paths).toEqual({ anthropic: '', openai: '' })
})

test('a prefix below which everything is protected is found where the root has nothing', async () => {
  const { paths } = await ask((_method, path) => (/^\/(anthropic|openai)\//.test(path) ? 401 : 404))
  expect(paths).toEqual({ anthropic: '/anthropic', openai: '/openai' })
})

test('only POST is sent, with the headers of the client and those of the profile', async () => {
  const headers: unknown[] = []
  const scripted = await startScripted((_method, path, request) => {
    if (path.endsWith('/v1/messages')) headers.push(request.headers)
    return 400
  })
  gateway = scripted
  await askGateway({
    host,
    gatewayUrl: scripted.url,
    given: { anthropic: '' },
    protocols: ['anthropic'],
    token,
    headers: { 'x-team': 'a' },
  })
  expect(scripted.seen.map((line) => line.split(' ')[0])).toEqual(['POST', 'POST'])
  expect(headers).toMatchObject([
    {
      ...{ accept: '*/*', authorization: 'Bearer a-token-of-this-test', 'x-api-key': 'a-token-of-this-test' },
      ...{ 'anthropic-version': '2023-06-01', 'x-team': 'a', 'content-type': 'application/json' },
    },
  ])
})

test('given prefixes are used as they are, whatever is beside them', async () => {
  const { paths } = await ask((_method, path) => (path.startsWith('/anthropic') ? 401 : 404), {
    given: { anthropic: '', openai: '/llm' },
  })
  expect(paths).toEqual({ anthropic: '', openai: '/llm' })
  expect(gateway?.seen.some((line) => /\/(anthropic|openai)\//.test(line))).toBe(false)
})

test('a known prefix is given up only for one where the gateway speaks, or when nothing is there', async () => {
  const speaks = (prefix: string, otherwise: number) => (_method: string, path: string) =>
    path === `${prefix}/v1/messages` ? 400 : path.includes('gate-probe') ? 404 : otherwise
  const options = { known: { anthropic: '/old' }, protocols: ['anthropic'], token } as const
  expect((await ask(speaks('/old', 404), options)).paths).toEqual({ anthropic: '/old' })
  expect(gateway?.seen).toHaveLength(2)
  await gateway?.stop()
  expect((await ask(speaks('/anthropic', 503), options)).paths).toEqual({ anthropic: '/anthropic' })
  await gateway?.stop()
  expect((await ask(() => 503, options)).paths).toEqual({ anthropic: '/old' })
  await gateway?.stop()
  expect((await ask((_, path) => (path.startsWith('/anthropic') ? 401 : 404), options)).paths).toEqual({
    anthropic: '/anthropic',
  })
})

test.each([
  [
    'away, with everything',
    307,
    'https://elsewhere.example.com/path?secret=1',
    { actions: [{ action: 'setup', needs: ['gateway-url'] }] },
  ],
  [
    'to the same endpoint of another host',
    301,
    'https://new.example.com/v1/messages',
    { action: 'setup', gatewayUrl: 'https://new.example.com' },
  ],
  [
    'to the same endpoint below a path',
    302,
    '/llm/v1/messages',
    { action: 'setup', gatewayUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/llm$/) },
  ],
  ['to the same place with a slash', 308, '/v1/messages/', { text: expect.stringContaining('Ask the administrator') }],
])('a redirect %s is refused, with what helps', async (_, status, location, fix) => {
  const answers = await ask(() => ({ status, location }), { given: { anthropic: '' }, protocols: ['anthropic'] })
  const refused = (() => {
    try {
      refuseMoved(answers)
      return undefined
    } catch (error) {
      return error
    }
  })()
  expect(refused).toMatchObject({ code: 'gateway-redirects', fix })
  expect(String((refused as Error).message)).not.toContain('secret=1')
})

test.each([
  [302, 'https://login.example.com/authorize?client_id=x'],
  [303, '/login'],
  [307, '/login?next=%2Fv1%2Fmessages%3F'],
  [302, undefined],
])('a redirect (%i) to %s may be a login page, which is no reason to refuse', async (status, location) => {
  const answers = await ask(() => ({ status, ...(location ? { location } : {}) }))
  expect(() => refuseMoved(answers)).not.toThrow()
})

test('redirects are never followed', async () => {
  const target = await startScripted(() => 200)
  await ask(() => ({ status: 307, location: target.url }), { token })
  expect(target.seen).toEqual([])
  await target.stop()
})

test('a gateway that cannot be reached, or that never answers, is told apart from one without prefixes', async () => {
  const gone = await startScripted(() => 200)
  await gone.stop()
  const options = { given: { anthropic: '/a' }, protocols: PROTOCOLS }
  const refused = await askGateway({ host, gatewayUrl: gone.url, ...options })
  expect(refused).toMatchObject({
    reachable: false,
    paths: { anthropic: '/a' },
    error: { code: 'gateway-unreachable' },
  })
  expect(refused.paths).not.toHaveProperty('openai')
  expect(await ask(() => undefined, { timeoutMs: 300 })).toMatchObject({
    reachable: false,
    error: { code: 'gateway-unreachable' },
  })
})

test('a CA file that cannot be read is an error of the configuration', async () => {
  const gatewayUrl = 'https://127.0.0.1:9'
  const options = { host, gatewayUrl, given: {}, protocols: PROTOCOLS, caFile: '/does/not/exist.pem' }
  await expect(askGateway(options)).rejects.toMatchObject({ code: 'invalid-config', file: '/does/not/exist.pem' })
})

test('an interrupted question is interrupted, not unreachable', async () => {
  const abort = new AbortController()
  const asking = ask(
    () => {
      abort.abort()
      return undefined
    },
    { signal: abort.signal },
  )
  await expect(asking).rejects.toMatchObject({ code: 'interrupted' })
})
