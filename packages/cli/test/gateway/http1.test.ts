import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { exchange, type HttpRequest } from '../../src/gateway/http1.js'

let server: Server | TcpServer | undefined

afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

async function listen(made: Server | TcpServer): Promise<URL> {
  server = made
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(made.address() as AddressInfo).port}/path?a=b`)
}

/** A server that sends exactly these bytes, cut into pieces, and ends the connection. */
function raw(pieces: readonly string[]): TcpServer {
  return createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      const send = (index: number): void => {
        const piece = pieces[index]
        if (piece === undefined) socket.end()
        else socket.write(piece, 'latin1', () => setImmediate(() => send(index + 1)))
      }
      send(0)
    })
  })
}

function get(url: URL, more: Partial<HttpRequest> = {}): ReturnType<typeof exchange> {
  return exchange({ method: 'GET', url, headers: {}, signal: AbortSignal.timeout(5_000), bodyLimit: 1_000, ...more })
}

test('method, target, headers and body arrive; the connection is not kept', async () => {
  const seen: unknown[] = []
  const url = await listen(
    createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        seen.push([request.method, request.url, request.headers, body])
        response.setHeader('x-twice', ['a', 'b'])
        response.end('grüße')
      })
    }),
  )
  const answer = await get(url, { method: 'POST', headers: { 'x-test': '1' }, body: '{"ü":1}' })
  expect(answer).toMatchObject({ status: 200, headers: { 'x-twice': 'a, b' } })
  expect(answer.body.toString()).toBe('grüße')
  const headers = { host: url.host, connection: 'close', 'x-test': '1', 'content-length': '8' }
  expect(seen).toEqual([['POST', '/path?a=b', headers, '{"ü":1}']])
})

test('property: an answer of a real server is read whole, however it is framed', async () => {
  let respond: (response: ServerResponse) => void = () => {}
  const url = await listen(createServer((_request, response) => respond(response)))
  const parts = fc.array(fc.string({ minLength: 1, maxLength: 80 }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(parts, fc.boolean(), fc.integer({ min: 0, max: 700 }), async (texts, chunked, bodyLimit) => {
      const whole = Buffer.from(texts.join(''))
      respond = (response) => {
        if (!chunked) response.setHeader('content-length', whole.length)
        for (const text of texts) response.write(text)
        response.end()
      }
      const { status, body } = await get(url, { bodyLimit })
      expect(status).toBe(200)
      expect(body.equals(whole.subarray(0, bodyLimit))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('property: where the network cuts the bytes makes no difference', async () => {
  const text =
    'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 401 \r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n4;x=y\r\nWiki\r\n6\r\npedia \r\n0\r\n\r\n'
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 6 }), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length]
      const url = await listen(raw(at.slice(1).map((end, index) => text.slice(at[index], end))))
      const { status, headers, body } = await get(url)
      expect([status, headers.a, body.toString()]).toEqual([401, 'b', 'Wikipedia '])
      await new Promise((resolve) => server?.close(resolve))
      server = undefined
    }),
    { numRuns: 25 },
  )
})

test.each([
  ['nothing', []],
  ['no HTTP', ['SSH-2.0-OpenSSH_9\r\n\r\n']],
  ['HTTP/2', ['HTTP/2 200\r\n\r\n']],
  ['a header without a colon', ['HTTP/1.1 200 OK\r\nnonsense\r\n\r\n']],
  ['half a head', ['HTTP/1.1 200 OK\r\nA: b']],
  ['half a body', ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf']],
  ['a broken chunk', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n']],
  ['half a chunk', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf']],
  ['an endless head', ['HTTP/1.1 200 OK\r\n', ...Array.from({ length: 70 }, () => `X: ${'x'.repeat(1_000)}\r\n`)]],
])('%s is an error, not an answer', async (_name, pieces) => {
  await expect(get(await listen(raw(pieces)))).rejects.toThrow()
})

test('no body is waited for where there is none', async () => {
  const url = await listen(raw(['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n']))
  expect((await get(url, { method: 'HEAD' })).status).toBe(200)
})

test('a body without a length ends with the connection', async () => {
  expect((await get(await listen(raw(['HTTP/1.0 200 OK\r\n\r\n', 'all of it'])))).body.toString()).toBe('all of it')
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
  await expect(get(url, { headers: headers as Record<string, string> })).rejects.toThrow('cannot be sent')
  expect(seen).toEqual([])
})

test('the signal ends it before it begins and while it waits', async () => {
  const url = await listen(
    createTcpServer((socket) => {
      socket.on('error', () => {})
      socket.resume()
    }),
  )
  await expect(get(url, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
  const abort = new AbortController()
  const ended = expect(get(url, { signal: abort.signal })).rejects.toThrow('while waiting')
  setTimeout(() => abort.abort(new Error('while waiting')), 50)
  await ended
})
