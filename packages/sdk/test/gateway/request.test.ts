import * as fs from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { Secret } from '@gate/core'
import { afterEach, expect, test } from 'vitest'
import { type GatewayRequest, request } from '../../src/gateway/request.js'

let server: Server | undefined

afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

async function listen(made: Server): Promise<string> {
  server = made
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`
}

const get = (url: string, env: Record<string, string> = {}, more: Partial<GatewayRequest> = {}) =>
  request({ host: { env, fs }, method: 'GET', url, ...more })

test('headers of clients, the token and JSON arrive; the answer is text', async () => {
  const seen: unknown[] = []
  const url = await listen(
    createServer(async (incoming, response) => {
      let body = ''
      for await (const chunk of incoming) body += chunk
      seen.push([incoming.method, incoming.url, incoming.headers, body])
      response.setHeader('x-twice', ['a', 'b'])
      response.end('grüße')
    }),
  )
  const options = { method: 'POST', headers: { 'x-test': '1' }, body: { ü: 1 }, token: new Secret('t') } as const
  const answer = await get(`${url}/path?a=b`, {}, options)
  expect(answer).toMatchObject({ status: 200, headers: { 'x-twice': 'a, b' }, body: 'grüße' })
  const headers = {
    ...{ accept: '*/*', 'user-agent': 'gate', 'x-test': '1', authorization: 'Bearer t' },
    ...{ 'content-type': 'application/json', 'content-length': '8' },
    ...{ host: new URL(url).host, connection: 'close' },
  }
  expect(seen).toEqual([['POST', '/path?a=b', headers, '{"ü":1}']])
})

test('what keeps an answer from coming is an error with a code, of the gateway or of the proxy', async () => {
  await expect(get('http://127.0.0.1:1')).rejects.toMatchObject({
    code: 'gateway-unreachable',
    message: 'http://127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
  })
  const url = await listen(createServer().on('connect', (_request, socket) => socket.end('HTTP/1.1 502 No\r\n\r\n')))
  await expect(get('https://gateway.internal', { HTTPS_PROXY: url })).rejects.toMatchObject({
    code: 'gateway-unreachable',
    message: `https://gateway.internal cannot be reached: the proxy answers 502 (through the proxy ${url} of HTTPS_PROXY)`,
  })
  const codeOf = async (value: string) => {
    const error = await get('https://gateway.internal', { HTTPS_PROXY: value }).catch((reason) => reason)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Hunter2')
    return error.code
  }
  expect(await codeOf('http://me:Hunter2@127.0.0.1:1')).toBe('proxy-unreachable')
  expect(await codeOf('socks5://me:Hunter2@127.0.0.1:1')).toBe('proxy-unsupported')
  expect(await codeOf('http://me:Hunter2#@127.0.0.1:1')).toBe('invalid-config')
})

test('the signal interrupts it', async () => {
  await expect(get('http://127.0.0.1:1', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'interrupted',
  })
})
