import type { Connection } from '@gate/core'
import { expect, test } from 'vitest'
import { checkProxy } from '../../src/doctor/checks/proxy.js'

const GATEWAY = 'https://llm.example.com'
const ISSUER = 'https://login.example.com'
const connection = { gatewayUrl: GATEWAY, auth: { kind: 'oidc', issuer: ISSUER, clientId: 'gate' } } as Connection

test('nothing is said where no proxy is in the way', () => {
  expect(checkProxy({}, connection)).toEqual([])
  expect(checkProxy({ https_proxy: 'http://proxy:1', no_proxy: 'example.com' }, connection)).toEqual([])
})

test('who is asked through which proxy is said, without its password', () => {
  const env = { HTTPS_PROXY: 'me:Hunter2@proxy:3128', NO_PROXY: 'login.example.com' }
  const detail = `${GATEWAY} is asked through http://proxy:3128 (HTTPS_PROXY)`
  expect(checkProxy(env, connection)).toEqual([{ id: 'proxy', title: 'Proxy', result: 'pass', detail }])
})

test.each([
  ['socks5://me:Hunter2@proxy:1080', 'SOCKS'],
  ['http://me:Hunter2#@proxy:1080', 'not a URL'],
])('a proxy that cannot be used fails, with a fix', (value, words) => {
  const [check] = checkProxy({ all_proxy: value }, connection)
  expect(check).toMatchObject({
    id: 'proxy',
    result: 'fail',
    code: expect.stringMatching(/^(?:invalid-config|proxy-unsupported)$/),
    fix: { text: expect.stringContaining('all_proxy') },
  })
  expect(check?.detail).toContain(words)
  expect(JSON.stringify(check)).not.toContain('Hunter2')
})
