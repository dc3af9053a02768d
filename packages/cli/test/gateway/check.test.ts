import { startDevGateway } from '@gate/dev-gateway'
import { afterEach, expect, test } from 'vitest'
import { checkGateway } from '../../src/gateway/check.js'
import { type ScriptedGateway, startScripted } from '../harness/scripted-gateway.js'

let gateway: ScriptedGateway | undefined

afterEach(async () => {
  await gateway?.stop()
  gateway = undefined
})

const unknown = { anthropic: undefined, openai: undefined }

async function check(answer: Parameters<typeof startScripted>[0], paths: { anthropic?: string; openai?: string } = {}) {
  gateway = await startScripted(answer)
  return checkGateway({ gatewayUrl: gateway.url, paths, timeoutMs: 500 })
}

test('S50 prefixes are found where they demand a credential', async () => {
  const real = await startDevGateway({ anthropicPath: '/anthropic', openaiPath: '/openai' })
  expect(await checkGateway({ gatewayUrl: real.url, paths: unknown })).toEqual({
    reachable: true,
    paths: { anthropic: '/anthropic', openai: '/openai' },
  })
  await real.stop()
})

test('S50 without prefixes none is found', async () => {
  const real = await startDevGateway()
  expect((await checkGateway({ gatewayUrl: real.url, paths: unknown })).paths).toEqual({ anthropic: '', openai: '' })
  await real.stop()
})

test('S129 a gateway that answers 401 everywhere has no prefix', async () => {
  expect((await check(() => 401)).paths).toEqual({ anthropic: '', openai: '' })
  const real = await startDevGateway({ unknownPaths: '401' })
  expect((await checkGateway({ gatewayUrl: real.url, paths: unknown })).paths).toEqual({ anthropic: '', openai: '' })
  await real.stop()
})

test('a gateway that looks at the method first is asked again with POST', async () => {
  const answer = (method: string, path: string) => {
    if (method === 'HEAD') return 405
    return path.startsWith('/anthropic/v1/') || path.startsWith('/openai/v1/') ? 401 : 404
  }
  expect((await check(answer)).paths).toEqual({ anthropic: '/anthropic', openai: '/openai' })
})

test('given paths are used as they are: nothing is probed', async () => {
  const { paths } = await check(() => 401, { anthropic: '', openai: '/llm' })
  expect(paths).toEqual({ anthropic: '', openai: '/llm' })
  expect([...(gateway?.seen ?? [])].sort()).toEqual(['HEAD /llm/v1/models', 'HEAD /v1/messages'])
})

test.each([301, 302, 303, 307, 308])(
  'a gateway that answers %i is refused, with the place it leads to',
  async (status) => {
    const refused = check(() => ({ status, location: 'https://elsewhere.example.com/path?secret=1' }), {
      anthropic: '',
      openai: '',
    })
    await expect(refused).rejects.toMatchObject({
      code: 'gateway-redirects',
      message: expect.stringContaining('leads to https://elsewhere.example.com;'),
    })
  },
)

test('a redirect of one protocol is enough', async () => {
  const answer = (_method: string, path: string) => (path === '/v1/models' ? { status: 307, location: '/other' } : 401)
  await expect(check(answer, { anthropic: '', openai: '' })).rejects.toMatchObject({ code: 'gateway-redirects' })
})

test('a redirect at a prefix that is not used does not matter', async () => {
  const answer = (_method: string, path: string) =>
    path.startsWith('/openai') ? { status: 302, location: '/login' } : 401
  expect((await check(answer)).paths.openai).toBe('')
})

test('redirects are never followed', async () => {
  const target = await startScripted(() => 200)
  await check(() => ({ status: 307, location: target.url }), { anthropic: '', openai: '' }).catch(() => undefined)
  expect(target.seen).toEqual([])
  await target.stop()
})

test('a gateway that cannot be reached, or that never answers, is told apart from one without prefixes', async () => {
  const gone = await startScripted(() => 200)
  await gone.stop()
  const refused = await checkGateway({ gatewayUrl: gone.url, paths: { anthropic: '/a', openai: undefined } })
  expect(refused).toMatchObject({
    reachable: false,
    paths: { anthropic: '/a' },
    error: { code: 'gateway-unreachable' },
  })
  expect(refused.paths).not.toHaveProperty('openai')
  expect(await check(() => undefined)).toMatchObject({ reachable: false, error: { code: 'gateway-unreachable' } })
})

test('a CA file that cannot be read is an error of the configuration', async () => {
  const options = { gatewayUrl: 'https://127.0.0.1:9', paths: unknown, caFile: '/does/not/exist.pem' }
  await expect(checkGateway(options)).rejects.toMatchObject({ code: 'invalid-config', file: '/does/not/exist.pem' })
})

test('an interrupted check is interrupted, not unreachable', async () => {
  gateway = await startScripted(() => undefined)
  const abort = new AbortController()
  const checking = checkGateway({ gatewayUrl: gateway.url, paths: unknown, signal: abort.signal })
  abort.abort()
  await expect(checking).rejects.toMatchObject({ code: 'interrupted' })
})
