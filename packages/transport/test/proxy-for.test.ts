import { inspect } from 'node:util'
import { describe, expect, it, test } from 'vitest'
import { proxyError } from '../src/proxy-error.js'
import { proxyFor } from '../src/proxy-for.js'
import type { TransportFailure } from '../src/transport-failure.js'

const HTTPS = new URL('https://gateway.internal')
const HTTP = new URL('http://gateway.internal')

describe('which proxy', () => {
  test.each<[string, Record<string, string>, URL, string | undefined]>([
    ['none', {}, HTTPS, undefined],
    ['small letters first', { https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' }, HTTPS, 'https_proxy http://a:1'],
    ['capital letters', { HTTPS_PROXY: 'http://b:1' }, HTTPS, 'HTTPS_PROXY http://b:1'],
    ['an empty one is none', { https_proxy: ' ', HTTPS_PROXY: 'http://b:1' }, HTTPS, 'HTTPS_PROXY http://b:1'],
    ['of the scheme', { http_proxy: 'http://a:1', https_proxy: 'http://b:1' }, HTTP, 'http_proxy http://a:1'],
    ['of the scheme, in capitals', { HTTP_PROXY: 'http://a:1' }, HTTP, 'HTTP_PROXY http://a:1'],
    ['not of the other scheme', { http_proxy: 'http://a:1' }, HTTPS, undefined],
    ['of all schemes', { ALL_PROXY: 'http://a:1' }, HTTPS, 'ALL_PROXY http://a:1'],
    [
      'of all schemes, in small letters first',
      { ALL_PROXY: 'http://a', all_proxy: 'http://b:1' },
      HTTP,
      'all_proxy http://b:1',
    ],
    ['of all schemes last', { all_proxy: 'socks5://a', HTTPS_PROXY: 'http://b:1' }, HTTPS, 'HTTPS_PROXY http://b:1'],
    ['without a scheme', { https_proxy: 'proxy.corp:3128' }, HTTPS, 'https_proxy http://proxy.corp:3128'],
    ['an address without a scheme', { https_proxy: '10.0.0.1:3128' }, HTTPS, 'https_proxy http://10.0.0.1:3128'],
    [
      'a password without a scheme',
      { https_proxy: 'u:p@proxy.corp:3128' },
      HTTPS,
      'https_proxy http://proxy.corp:3128',
    ],
    ['a host that is called socks', { https_proxy: 'socks5:1080' }, HTTPS, 'https_proxy http://socks5:1080'],
    ['with TLS', { https_proxy: 'https://proxy.corp' }, HTTPS, 'https_proxy https://proxy.corp'],
    ['with a slash behind it', { https_proxy: 'http://proxy.corp:8080/' }, HTTPS, 'https_proxy http://proxy.corp:8080'],
    ['never for localhost', { http_proxy: 'http://a:1' }, new URL('http://localhost:1'), undefined],
    ['never for 127/8', { https_proxy: 'http://a:1' }, new URL('https://127.0.0.9'), undefined],
    ['never for ::1', { https_proxy: 'socks5://a' }, new URL('https://[::1]'), undefined],
    ['not where NO_PROXY says so', { https_proxy: 'http://a:1', NO_PROXY: 'gateway.internal' }, HTTPS, undefined],
    ['not where no_proxy says so', { https_proxy: 'socks5://a', no_proxy: 'internal' }, HTTPS, undefined],
    [
      'no_proxy before NO_PROXY',
      { https_proxy: 'http://a:1', no_proxy: 'x', NO_PROXY: '*' },
      HTTPS,
      'https_proxy http://a:1',
    ],
  ])('%s', (_name, env, url, expected) => {
    const proxy = proxyFor(url, env)
    expect(proxy && `${proxy.variable} ${proxy.origin}`).toBe(expected)
  })

  it('shows the user name and the password decoded', () => {
    const shown = (value: string) => proxyFor(HTTPS, { https_proxy: value })?.authorization
    expect(shown('http://proxy.corp')).toBeUndefined()
    expect(shown('http://me:p%40ss@proxy.corp')).toBe(`Basic ${btoa('me:p@ss')}`)
    expect(shown('http://me@proxy.corp')).toBe(`Basic ${btoa('me:')}`)
  })
})

describe('a value that cannot be used', () => {
  function failureOf(env: Record<string, string>): TransportFailure {
    try {
      proxyFor(HTTPS, env)
    } catch (error) {
      return error as TransportFailure
    }
    throw new Error('it was taken')
  }

  test.each(['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'])('SOCKS in %s is named', (variable) => {
    for (const scheme of ['socks', 'socks4', 'socks4a', 'socks5', 'socks5h', 'SOCKS5']) {
      const failure = failureOf({ [variable]: `${scheme}://me:Hunter2@proxy.corp:1080` })
      expect(proxyError(failure)).toMatchObject({
        code: 'proxy-unsupported',
        message: expect.stringContaining(variable),
      })
      expect(inspect([failure, proxyError(failure)], { depth: 9, showHidden: true })).not.toMatch(/Hunter2|proxy\.corp/)
    }
  })

  test.each([
    'http://me:Hunter2#x@proxy.corp:8080',
    'http://me:Hunter2/x@proxy.corp:8080',
    'http://me:Hunter2?x@proxy.corp:8080',
    'http://me:Hunter2%zz@proxy.corp:8080',
    'http://me:Hunter2%ff@proxy.corp:8080',
    'me:Hunter2#x@proxy.corp:8080',
    'http://proxy.corp:Hunter2',
    'http://Hunter2 proxy.corp',
    'ftp://me:Hunter2@proxy.corp',
    'Hunter2://proxy.corp',
    'http://proxy.corp/Hunter2',
    'http:///',
  ])('%s is told without it', (value) => {
    const failure = failureOf({ HTTPS_PROXY: value })
    expect(proxyError(failure)).toMatchObject({
      code: 'invalid-config',
      message: expect.stringContaining('HTTPS_PROXY'),
    })
    expect(inspect([failure, proxyError(failure)], { depth: 9, showHidden: true })).not.toMatch(/Hunter2|proxy\.corp/)
  })
})
