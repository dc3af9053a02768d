import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest'
import { proxyError } from '../src/proxy-error.js'
import type { TransportFailure } from '../src/transport-failure.js'
import { ask } from './harness/ask.js'
import { makeProxy, originOf, type ProxyOptions, raw, selfSigned, stopServers } from './harness/servers.js'

// Only the proxies of this file lead this name anywhere.
const HTTP = 'http://gateway.internal/v1/models?limit=1'
const HTTPS = 'https://gateway.internal/v1/models?limit=1'

const certificate = selfSigned('gateway')
const ofProxy = selfSigned('loopback')

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gate-transport-'))
})
afterAll(() => rm(directory, { recursive: true }))
afterEach(stopServers)

const echo = (incoming: IncomingMessage, response: ServerResponse) =>
  response.end(JSON.stringify([incoming.method, incoming.url, incoming.headers]))

async function proxied(target: string, options: Omit<ProxyOptions, 'to'> = {}) {
  const isHttps = target.startsWith('https:')
  const to = await originOf(isHttps ? createHttps(certificate, echo) : createHttp(echo))
  const proxy = makeProxy({ to, ...options })
  return { asked: proxy.asked, origin: await originOf(proxy.server, options.tls ? 'https' : 'http') }
}

async function failureOf(url: string, env: Record<string, string>, more = {}): Promise<TransportFailure> {
  return ask(url, { env, caFile: certificate.file, ...more }).then(
    (answer) => Promise.reject(new Error(`answered ${answer.status}`)),
    (error) => error,
  )
}

describe.each([
  ['http', HTTP, 'http_proxy', 'GET http://gateway.internal/v1/models?limit=1'],
  ['https', HTTPS, 'HTTPS_PROXY', 'CONNECT gateway.internal:443'],
])('%s through a proxy', (_scheme, target, variable, line) => {
  it('is answered; the gateway sees nothing of the proxy, the proxy nothing of a token to https', async () => {
    const { origin, asked } = await proxied(target)
    const options = { env: { [variable]: origin }, caFile: certificate.file, headers: { authorization: 'Bearer t' } }
    const [method, path, headers] = JSON.parse((await ask(target, options)).body)
    expect([method, path]).toEqual(['GET', '/v1/models?limit=1'])
    expect(headers).toMatchObject({ host: 'gateway.internal', authorization: 'Bearer t' })
    expect(headers).not.toHaveProperty('proxy-authorization')
    expect(asked).toEqual([{ line, authorization: undefined }])
  })

  it('by an address without a scheme, and by ALL_PROXY', async () => {
    const { origin, asked } = await proxied(target)
    const caFile = certificate.file
    expect(await ask(target, { caFile, env: { [variable]: origin.slice('http://'.length) } })).toMatchObject({
      status: 200,
    })
    expect(await ask(target, { caFile, env: { ALL_PROXY: origin } })).toMatchObject({ status: 200 })
    expect(asked).toHaveLength(2)
  })

  it('with a password, also a strange one', async () => {
    const { origin, asked } = await proxied(target, { wants: 'me:p@ss:ü' })
    const address = origin.replace('//', '//me:p%40ss%3A%C3%BC@')
    expect(await ask(target, { env: { [variable]: address }, caFile: certificate.file })).toMatchObject({ status: 200 })
    expect(asked.map((each) => each.authorization)).toEqual([`Basic ${Buffer.from('me:p@ss:ü').toString('base64')}`])
  })

  it.each([
    ['none', '', 'holds none (407)'],
    ['a wrong one', 'me:Hunter2@', 'does not accept the user name and password'],
  ])('that wants a password and gets %s: told as such, without it', async (_name, credentials, words) => {
    const { origin } = await proxied(target, { wants: 'me:right' })
    const failure = await failureOf(target, { [variable]: origin.replace('//', `//${credentials}`) })
    const error = proxyError(failure)
    expect(error).toMatchObject({ code: 'proxy-auth-required', exitCode: 6 })
    for (const part of [variable, origin, words]) expect(error?.message).toContain(part)
    expect(inspect([failure, error], { depth: 9, showHidden: true })).not.toMatch(/Hunter2|bWU6SHVudGVyMg/)
  })

  test.each([
    ['hangs up', () => createTcp((socket) => socket.destroy()), 'reset', 'broke the connection'],
    ['answers nothing', () => createTcp((socket) => socket.resume()), 'timeout', 'did not answer in time'],
    ['is no proxy', () => raw(['SSH-2.0-OpenSSH_9\r\n\r\n']), 'not-http', 'does not speak HTTP'],
    [
      'sends an endless head',
      () => raw(['HTTP/1.1 200 OK\r\n', ...Array.from({ length: 70 }, () => `X: ${'x'.repeat(1_000)}\r\n`)]),
      'not-http',
      'does not speak HTTP',
    ],
  ])('that %s is named, not the gateway', async (_name, make, reason, words) => {
    const server = make()
    const closed = new Promise((resolve) => server.on('connection', (socket) => socket.on('close', resolve)))
    const origin = await originOf(server)
    const failure = await failureOf(target, { [variable]: origin }, { timeoutMs: reason === 'timeout' ? 400 : 5_000 })
    if (reason === 'timeout' && target === HTTP) {
      // It took the request: whether it or the gateway is slow cannot be told.
      expect(failure).toMatchObject({ kind: 'timeout', proxy: { origin } })
    } else {
      expect(failure).toMatchObject({ kind: 'proxy-unreachable', reason, origin: new URL(target).origin })
      const error = proxyError(failure)
      expect(error).toMatchObject({ code: 'proxy-unreachable', message: expect.stringContaining(words) })
      expect(error?.message).toContain(`The proxy ${origin} (${variable}) `)
    }
    // Nothing is left behind that would keep the process.
    await closed
  })

  it('that is not there', async () => {
    const away = await failureOf(target, { [variable]: 'http://127.0.0.1:1' })
    expect(away).toMatchObject({ kind: 'proxy-unreachable', reason: 'refused' })
    const unknown = await failureOf(target, { [variable]: 'http://me:Hunter2@proxy.invalid:3128' })
    expect(unknown).toMatchObject({ kind: 'proxy-unreachable', reason: 'dns', code: 'ENOTFOUND' })
    expect(inspect([unknown, proxyError(unknown)], { depth: 9, showHidden: true })).not.toContain('Hunter2')
  })

  it('that is itself asked with TLS, and checked', async () => {
    const { origin } = await proxied(target, { tls: ofProxy })
    const env = { [variable]: origin }
    const both = join(directory, 'both.pem')
    await writeFile(both, Buffer.concat([ofProxy.cert, certificate.cert]))
    expect(await ask(target, { env, caFile: both })).toMatchObject({ status: 200 })
    expect(await failureOf(target, env)).toMatchObject({ kind: 'proxy-unreachable', reason: 'certificate' })
  })

  it('is asked directly where NO_PROXY says so', async () => {
    const { origin, asked } = await proxied(target)
    const failure = await failureOf(target, { [variable]: origin, NO_PROXY: '.internal' })
    expect(failure).toMatchObject({ kind: 'dns', proxy: undefined })
    expect(asked).toEqual([])
  })

  it('the signal of the caller ends it', async () => {
    const server = createTcp((socket) => socket.resume())
    const abort = new AbortController()
    server.once('connection', () => abort.abort('by hand'))
    const env = { [variable]: await originOf(server) }
    await expect(ask(target, { env, signal: abort.signal, caFile: certificate.file })).rejects.toBe('by hand')
  })
})

test('this machine is never asked through a proxy', async () => {
  const origin = await originOf(createHttp(echo))
  const env = { http_proxy: 'http://127.0.0.1:1', HTTPS_PROXY: 'socks5://127.0.0.1:1', ALL_PROXY: 'nonsense#' }
  expect(await ask(origin, { env })).toMatchObject({ status: 200 })
})

test('a proxy that does not lead to the gateway says so by its status', async () => {
  for (const status of [403, 502]) {
    const origin = await originOf(raw([`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`]))
    const failure = await failureOf(HTTPS, { HTTPS_PROXY: origin })
    expect(failure).toMatchObject({ kind: 'proxy-refused', status, proxy: { origin } })
    expect(proxyError(failure)).toBeUndefined()
  }
})

test('a proxy that hangs up behind its 200, and one that stands still there, are failures of the way', async () => {
  const hangsUp = await originOf(raw(['HTTP/1.1 200 OK\r\n\r\n']))
  expect(await failureOf(HTTPS, { HTTPS_PROXY: hangsUp })).toMatchObject({ kind: 'reset', proxy: { origin: hangsUp } })
  const silent = raw(['HTTP/1.1 200 OK\r\n\r\n'], false)
  const closed = new Promise((resolve) => silent.on('connection', (socket) => socket.on('close', resolve)))
  const failure = await failureOf(HTTPS, { HTTPS_PROXY: await originOf(silent) }, { timeoutMs: 400 })
  expect(failure).toMatchObject({ kind: 'timeout' })
  await closed
})

test('the certificate of the gateway is checked behind the proxy: authority and name', async () => {
  const { origin } = await proxied(HTTPS)
  const env = { HTTPS_PROXY: origin }
  await expect(ask(HTTPS, { env })).rejects.toMatchObject({ kind: 'certificate', proxy: { origin } })
  const other = await failureOf('https://elsewhere.internal', env)
  expect(other).toMatchObject({ kind: 'certificate', code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  expect(await ask('https://203.0.113.9', { env, caFile: certificate.file })).toMatchObject({ status: 200 })
  expect(await failureOf('https://203.0.113.10', env)).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
})

test('a redirect is not followed with the token', async () => {
  const seen: (string | undefined)[] = []
  const to = await originOf(
    createHttps(certificate, (incoming, response) => {
      seen.push(incoming.url)
      response.writeHead(307, { location: 'https://elsewhere.internal/' }).end()
    }),
  )
  const proxy = makeProxy({ to })
  const env = { HTTPS_PROXY: await originOf(proxy.server) }
  const headers = { authorization: 'Bearer t' }
  expect(await ask(HTTPS, { env, headers, caFile: certificate.file })).toMatchObject({ status: 307 })
  expect([seen.length, proxy.asked.length]).toEqual([1, 1])
})
