import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { Secret } from '@gate/core'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { type GatewayRequest, request } from '../../src/gateway/request.js'

let server: Server | TcpServer | undefined

afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

async function listen(made: Server | TcpServer): Promise<string> {
  server = made
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}/path?a=b`
}

/** A server that sends exactly these bytes, cut into pieces, and ends the connection. */
function raw(pieces: readonly string[], end = true): TcpServer {
  return createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      const send = (index: number): void => {
        const piece = pieces[index]
        if (piece !== undefined) socket.write(piece, 'latin1', () => setImmediate(() => send(index + 1)))
        else if (end) socket.end()
      }
      send(0)
    })
  })
}

const get = (url: string, more: Partial<GatewayRequest> = {}) => request({ method: 'GET', url, ...more })

test('method, target, headers, token and body arrive; the connection is not kept', async () => {
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
  expect(await get(url, options)).toMatchObject({ status: 200, headers: { 'x-twice': 'a, b' }, body: 'grüße' })
  const headers = {
    ...{ accept: '*/*', 'user-agent': 'gate', 'x-test': '1', authorization: 'Bearer t' },
    ...{ 'content-type': 'application/json', 'content-length': '8' },
    ...{ host: new URL(url).host, connection: 'close' },
  }
  expect(seen).toEqual([['POST', '/path?a=b', headers, '{"ü":1}']])
})

test('property: an answer is read whole up to its limit, however it is framed and compressed', async () => {
  let respond: (response: ServerResponse) => void = () => {}
  const url = await listen(createServer((_request, response) => respond(response)))
  const encodings = { identity: (bytes: Buffer) => bytes, gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }
  const names = Object.keys(encodings) as (keyof typeof encodings)[]
  const parts = fc.array(fc.string({ minLength: 1, maxLength: 80 }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(parts, fc.boolean(), fc.constantFrom(...names), async (texts, chunked, encoding) => {
      const whole = encodings[encoding](Buffer.from(texts.join('')))
      respond = (response) => {
        if (encoding !== 'identity') response.setHeader('content-encoding', encoding)
        if (!chunked) response.setHeader('content-length', whole.length)
        response.write(whole.subarray(0, whole.length >> 1))
        response.end(whole.subarray(whole.length >> 1))
      }
      expect(await get(url)).toMatchObject({ status: 200, body: texts.join('') })
    }),
    { numRuns: 40 },
  )
  const long = 'x'.repeat(200_000)
  respond = (response) => response.end(long)
  expect((await get(url)).body).toBe(long.slice(0, 65_536))
})

test('what says that it is compressed and is not has no text', async () => {
  const url = await listen(
    createServer((_request, response) => response.setHeader('content-encoding', 'gzip').end('plain')),
  )
  expect(await get(url)).toMatchObject({ status: 200, body: '' })
})

test.each([
  ['nothing', []],
  ['no HTTP', ['SSH-2.0-OpenSSH_9\r\n\r\n']],
  ['HTTP/2', ['HTTP/2 200\r\n\r\n']],
  ['half a head', ['HTTP/1.1 200 OK\r\nA: b']],
  ['half a body', ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf']],
  ['a broken chunk', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n']],
  ['half a chunk', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf']],
  ['an endless head', ['HTTP/1.1 200 OK\r\n', ...Array.from({ length: 70 }, () => `X: ${'x'.repeat(1_000)}\r\n`)]],
])('%s is an error, not an answer', async (_name, pieces) => {
  await expect(get(await listen(raw(pieces)))).rejects.toMatchObject({ code: 'gateway-unreachable' })
})

test.each([
  ['an interim answer', 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 401 \r\nContent-Length: 2\r\n\r\nno', 401],
  ['HTTP/1.0 without a length', 'HTTP/1.0 401 Unauthorized\r\n\r\nno', 401],
])('%s is read', async (_name, text, status) => {
  expect(await get(await listen(raw([text])))).toMatchObject({ status, body: 'no' })
})

test('no body is waited for where there is none', async () => {
  const url = await listen(raw(['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'], false))
  expect(await get(url, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
})

test('a stream that goes on is what had come of it; any other answer that does is none', async () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'
  const stream = await listen(raw([head, 'event: message_start\n\n'], false))
  expect((await get(stream, { timeoutMs: 400 })).body).toBe('event: message_start\n\n')
  const file = await listen(raw(['HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n', 'some'], false))
  await expect(get(file, { timeoutMs: 400 })).rejects.toMatchObject({ message: expect.stringContaining('in time') })
})

test.each([
  ['a line break in a value', { 'x-a': 'b\r\nauthorization: Bearer stolen' }],
  ['a line break in a name', { 'x-a\r\nx-b': 'c' }],
  ['a control character', { 'x-a': '\u0000' }],
])('%s is never sent', async (_name, headers) => {
  const seen: string[] = []
  const url = await listen(
    createTcpServer((socket) => {
      socket.on('data', (data) => seen.push(String(data)))
    }),
  )
  await expect(get(url, { headers: headers as Record<string, string> })).rejects.toMatchObject({
    code: 'gateway-unreachable',
  })
  expect(seen).toEqual([])
})

test('the signal ends it before it begins and while it waits', async () => {
  const url = await listen(
    createTcpServer((socket) => {
      socket.on('error', () => {})
      socket.resume()
    }),
  )
  await expect(get(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'interrupted' })
  const abort = new AbortController()
  const ended = expect(get(url, { signal: abort.signal })).rejects.toMatchObject({ code: 'interrupted' })
  server?.once('connection', () => abort.abort())
  await ended
})
