import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mutated } from '../../../engine/test/support/mutations.js'
import { isConfig } from '../../src/profile/config-shape.js'
import { configSchema } from '../../src/profile/schema.js'

const rejected = { status: 401, at: '2026-11-30T14:15:36.000Z', said: 'no', credential: 'sign-in' }
const config = {
  version: 1,
  activeProfile: 'default',
  profiles: {
    default: {
      gatewayUrl: 'https://llm.example.com',
      anthropicPath: '',
      openaiPath: '/openai',
      auth: {
        kind: 'oidc',
        issuer: 'https://login.example.com',
        clientId: 'gate',
        audience: '',
        scopes: ['openid'],
        callbackPort: 8080,
      },
      models: [{ id: 'm', displayName: 'M', contextWindow: 1000, tier: 'opus' }],
      headers: { 'x-team': '' },
      caFile: '/ca.pem',
      options: { 'claude-desktop': { auth: 'native' } },
      protocols: {
        anthropic: { verdict: 'speaks', asked: 'POST https://x', status: 400, at: '2026-11-30T14:15:36.123Z' },
        openai: { verdict: 'unknown', asked: 'x', at: '2026-11-30T14:15:36.123Z', said: 'x', rejected },
      },
    },
    key: { auth: { kind: 'api-key' } },
    none: { auth: { kind: 'none' } },
  },
  secretStore: 'file',
  plugins: ['gate-client-x'],
  shimFastPath: 'on',
}

describe('the quick check of config.json', () => {
  test('passes what is right', () => {
    expect(configSchema.parse(config)).toEqual(config)
    expect(isConfig(config)).toBe(true)
  })

  test('passes nothing that the schema refuses or changes, and little less', () => {
    let [passed, refused, missed] = [0, 0, 0]
    fc.assert(
      fc.property(mutated(config), (value) => {
        const { success, data } = configSchema.safeParse(value)
        if (isConfig(value)) {
          passed++
          expect(isDeepStrictEqual(data, value)).toBe(true)
        } else if (success) missed++
        else refused++
      }),
      { numRuns: 3_000 },
    )
    expect(refused).toBeGreaterThan(500)
    expect(passed).toBeGreaterThan(missed)
  })

  test.each(['2026-02-30T00:00:00.000Z', '2026-11-30T24:00:00.000Z', '2026-11-30', 'x', '+012026-11-30T14:15:36.123Z'])(
    'leaves the time %s to the schema',
    (at) => {
      const evidence = { verdict: 'speaks', asked: 'x', at }
      const odd = { ...config, profiles: { default: { protocols: { anthropic: evidence } } } }
      expect(isConfig(odd)).toBe(false)
    },
  )
})
