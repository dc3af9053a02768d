import { GateError } from '@gate/core'
import { describe, expect, it } from 'vitest'
import {
  connectionOf,
  normaliseGatewayUrl,
  normalisePathPrefix,
  type Profile,
  profileProblems,
  requireComplete,
} from '../../src/profile/index.js'
import { withOfflineAccess } from '../../src/profile/problems.js'

const complete: Profile = {
  gatewayUrl: 'https://gw.example.com/v1/',
  auth: { kind: 'oidc', issuer: 'https://id.example.com', clientId: 'cli' },
}
const helper = { command: '/opt/shim', args: [] }

describe('S51 the gateway URL', () => {
  it.each([
    ['https://gw.example.com', 'https://gw.example.com'],
    ['https://gw.example.com/', 'https://gw.example.com'],
    ['https://gw.example.com/v1', 'https://gw.example.com'],
    ['https://gw.example.com/v1/', 'https://gw.example.com'],
    ['https://GW.example.com:443/team//v1//', 'https://gw.example.com/team'],
    ['https://gw.example.com/v1beta', 'https://gw.example.com/v1beta'],
    ['  https://gw.example.com/x ', 'https://gw.example.com/x'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://localhost:1', 'http://localhost:1'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s becomes %s, and stays that', (given, expected) => {
    expect(normaliseGatewayUrl(given)).toBe(expected)
    expect(normaliseGatewayUrl(expected)).toBe(expected)
  })

  it.each([
    ['gw.example.com', /scheme/],
    ['', /scheme/],
    ['mailto:a@b', /scheme/],
    ['ftp://gw.example.com', /https/],
    ['file:///etc/passwd', /https/],
    ['http://gw.example.com', /https/],
    ['http://localhost.example.com', /https/],
    ['http://127.0.0.1.example.com', /https/],
    ['https://user:pw@gw.example.com', /user name/],
    ['https://gw.example.com?x=1', /query/],
    ['https://gw.example.com/?', /query/],
    ['https://gw.example.com/#x', /fragment/],
    ['https://', /not a URL/],
  ])('%j is refused', (given, message) => {
    expect(() => normaliseGatewayUrl(given)).toThrow(message)
    expect(() => normaliseGatewayUrl(given)).toThrow(expect.objectContaining({ code: 'invalid-config', exitCode: 2 }))
  })

  it('never lets a password into an error', () => {
    expect(() => normaliseGatewayUrl('https://user:canary@gw.example.com')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('canary') }),
    )
  })
})

it.each([
  ['', ''],
  ['/', ''],
  ['/anthropic', '/anthropic'],
  ['anthropic/', '/anthropic'],
  ['/openai/v1/', '/openai'],
])('the path prefix %j becomes %j', (given, expected) => {
  expect(normalisePathPrefix(given)).toBe(expected)
})

it.each(['/a?b', '/a#b', '/a/../b', '/a b', 'https://x/y', '/a\\b'])('the path prefix %j is refused', (given) => {
  expect(() => normalisePathPrefix(given)).toThrow(GateError)
})

describe('scenarios 7, 8, 9: what is missing or wrong is told all at once', () => {
  const fieldsOf = (profile: Profile) => profileProblems(profile).map(({ field, kind }) => `${kind} ${field}`)

  it('an empty profile lacks everything, a complete one nothing', () => {
    expect(fieldsOf({})).toEqual(['missing gatewayUrl', 'missing auth'])
    expect(fieldsOf({ auth: { kind: 'oidc' } })).toEqual([
      'missing gatewayUrl',
      'missing auth.issuer',
      'missing auth.clientId',
    ])
    expect(fieldsOf(complete)).toEqual([])
    expect(fieldsOf({ gatewayUrl: 'https://x', auth: { kind: 'api-key' } })).toEqual([])
  })

  it('several wrong fields are all named', () => {
    const profile: Profile = {
      gatewayUrl: 'http://gw.example.com',
      anthropicPath: '/a?b',
      auth: { kind: 'oidc', issuer: 'not-a-url', clientId: 'x', callbackPort: 100, scopes: ['a b'] },
      headers: { Authorization: 'x', 'bad name': 'y', 'X-Ok': 'z', 'X-Line': 'a\nb' },
    }
    expect(fieldsOf(profile)).toEqual([
      'invalid gatewayUrl',
      'invalid anthropicPath',
      'invalid auth.issuer',
      'invalid auth.callbackPort',
      'invalid auth.scopes',
      'invalid headers.Authorization',
      'invalid headers.bad name',
      'invalid headers.X-Line',
    ])
  })

  it.each([
    [1023, false],
    [1024, true],
    [65535, true],
    [65536, false],
    [8080.5, false],
  ])('callback port %d: %s', (callbackPort, good) => {
    const auth = { kind: 'oidc', issuer: 'https://i', clientId: 'c', callbackPort } as const
    expect(fieldsOf({ gatewayUrl: 'https://x', auth })).toEqual(good ? [] : ['invalid auth.callbackPort'])
  })

  it('no authentication is only for a gateway on this machine', () => {
    expect(fieldsOf({ gatewayUrl: 'http://127.0.0.1:1', auth: { kind: 'none' } })).toEqual([])
    expect(fieldsOf({ gatewayUrl: 'https://gw.example.com', auth: { kind: 'none' } })).toEqual(['invalid auth.kind'])
  })

  it('requireComplete names what is missing and the command that gives it', () => {
    expect(() => requireComplete('work', { gatewayUrl: 'https://x' })).toThrow(
      expect.objectContaining({
        code: 'not-configured',
        message: 'Profile "work" is not configured: auth is not set.',
        fix: { action: 'setup', needs: ['issuer', 'client-id'] },
      }),
    )
    expect(() => requireComplete('default', undefined)).toThrow(/gatewayUrl is not set; auth is not set/)
    expect(() => requireComplete('default', { ...complete, openaiPath: '..' })).toThrow(
      expect.objectContaining({ code: 'invalid-config' }),
    )
  })
})

describe('connectionOf', () => {
  it('normalises the URL, adds defaults, and appends offline_access once', () => {
    expect(connectionOf('default', complete, helper)).toEqual({
      profile: 'default',
      gatewayUrl: 'https://gw.example.com',
      paths: { anthropic: '', openai: '' },
      auth: {
        kind: 'oidc',
        issuer: 'https://id.example.com',
        clientId: 'cli',
        scopes: ['openid', 'offline_access'],
      },
      models: [],
      headers: {},
      helper,
    })
  })

  it('S49 a path of the profile wins over a probed one, and "" is a path', () => {
    const probed = { anthropic: '/anthropic', openai: '/openai/v1' }
    expect(connectionOf('p', complete, helper, probed).paths).toEqual({ anthropic: '/anthropic', openai: '/openai' })
    expect(connectionOf('p', { ...complete, anthropicPath: '', openaiPath: '/o' }, helper, probed).paths).toEqual({
      anthropic: '',
      openai: '/o',
    })
  })

  it('S79 the list of scopes that was given is not changed', () => {
    const scopes = Object.freeze(['openid', 'email'])
    expect(withOfflineAccess(scopes)).toEqual(['openid', 'email', 'offline_access'])
    expect(withOfflineAccess(['offline_access', 'openid'])).toEqual(['offline_access', 'openid'])
    expect(scopes).toEqual(['openid', 'email'])
  })
})
