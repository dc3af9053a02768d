import { testConnection } from '@gate/plugin-testkit'
import { expect, it } from 'vitest'
import { baseUrl, versionedBaseUrl } from '../src/base-url.js'

const connection = (gatewayUrl: string, anthropic = '') => ({
  ...testConnection('linux'),
  gatewayUrl,
  paths: { anthropic, openai: '/o' },
})

it.each([
  ['https://gw.example.com', '', 'https://gw.example.com'],
  ['https://gw.example.com/', '', 'https://gw.example.com'],
  ['https://gw.example.com/v1', '', 'https://gw.example.com'],
  ['https://gw.example.com/v1//', '', 'https://gw.example.com'],
  ['https://gw.example.com', '/team/v1', 'https://gw.example.com/team'],
  ['https://gw.example.com', '/v1beta', 'https://gw.example.com/v1beta'],
])('%s with the prefix %j carries /v1 never, or once', (gatewayUrl, prefix, expected) => {
  expect(baseUrl(connection(gatewayUrl, prefix), 'anthropic')).toBe(expected)
  expect(versionedBaseUrl(connection(gatewayUrl, prefix), 'anthropic')).toBe(`${expected}/v1`)
})

it('each protocol has its own prefix', () => {
  expect(versionedBaseUrl(connection('https://gw.example.com', '/a'), 'openai')).toBe('https://gw.example.com/o/v1')
})
