import { createServer, type Server, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import type { Exchange } from '../src/exchange.js'
import { ask } from './harness/ask.js'
import { originOf, raw } from './harness/servers.js'

let server: Server | TcpServer | undefined

afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

async function listen(made: Server | TcpServer): Promise<string> {
  server = made
  return `${await originOf(made)}/path?a=b`
}

const CUT = { bytes: 65_536, beyond: 'cut' } as const
const get = (url: string, more: Partial<Exchange> = {}) => ask(url, { bodyLimit: CUT, ...more })

test('method, target, headers and body arrive; the connection is not kept', async () => {
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
  const options = { method: 'POST', headers: { 'x-test': '1', authorization: 'Bearer t' }, body: '{"ü":1}' }
  expect(await get(url, options)).toMatchObject({ status: 200, headers: { 'x-twice': ['a', 'b'] }, body: 'grüße' })
  const headers = {
    ...{ 'x-test': '1', authorization: 'Bearer t', 'content-length': '8' },
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
  ['nothing', 'reset', []],
  ['no HTTP', 'not-http', ['SSH-2.0-OpenSSH_9\r\n\r\n']],
  ['HTTP/2', 'not-http', ['HTTP/2 200\r\n\r\n']],
  ['half a head', 'reset', ['HTTP/1.1 200 OK\r\nA: b']],
  ['half a body', 'reset', ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf']],
  ['a broken chunk', 'reset', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n']],
  ['half a chunk', 'reset', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf']],
  [
    'an endless head',
    'not-http',
    ['HTTP/1.1 200 OK\r\n', ...Array.from({ length: 70 }, () => `X: ${'x'.repeat(1_000)}\r\n`)],
  ],
])('%s is an error, not an answer', async (_name, kind, pieces) => {
  await expect(get(await listen(raw(pieces)))).rejects.toMatchObject({ kind })
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
  await expect(get(file, { timeoutMs: 400 })).rejects.toMatchObject({ kind: 'timeout' })
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
    kind: 'unreachable',
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
  await expect(get(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  const abort = new AbortController()
  const ended = expect(get(url, { signal: abort.signal })).rejects.toBe('by hand')
  server?.once('connection', () => abort.abort('by hand'))
  await ended
})

test('more than is asked for is an error where it is not to be cut, unpacked or not', async () => {
  let respond: (response: ServerResponse) => void = () => {}
  const url = await listen(createServer((_request, response) => respond(response)))
  const whole = { bodyLimit: { bytes: 1_000, beyond: 'fail' } } as const
  respond = (response) => response.end('x'.repeat(1_000))
  expect((await get(url, whole)).body).toHaveLength(1_000)
  respond = (response) => response.end('x'.repeat(1_001))
  await expect(get(url, whole)).rejects.toMatchObject({ kind: 'too-large' })
  respond = (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(1_001)))
  await expect(get(url, whole)).rejects.toMatchObject({ kind: 'too-large' })
  // 20 MB in 20 KB.
  respond = (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(20_000_000)))
  expect((await get(url)).body).toHaveLength(65_536)
})

test('an answer that drips ends with the time for all of it', async () => {
  const url = await listen(
    createServer((_request, response) => {
      const drip = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(drip))
    }),
  )
  await expect(get(url, { timeoutMs: 400 })).rejects.toMatchObject({ kind: 'timeout' })
})

test('a redirect is an answer, and nothing goes after it', async () => {
  const seen: (string | undefined)[] = []
  const url = await listen(
    createServer((incoming, response) => {
      seen.push(incoming.url)
      response.writeHead(307, { location: '/elsewhere' }).end()
    }),
  )
  const answer = await get(url, { headers: { authorization: 'Bearer t' } })
  expect([answer.status, answer.headers.location, seen]).toEqual([307, ['/elsewhere'], ['/path?a=b']])
})

test.each([
  ['a name that nobody has', 'https://gateway.invalid', 'dns'],
  ['a port on which nobody listens', 'https://127.0.0.1:1', 'refused'],
])('%s is told as such', async (_name, url, kind) => {
  await expect(get(url)).rejects.toMatchObject({ kind, origin: url, proxy: undefined })
})
