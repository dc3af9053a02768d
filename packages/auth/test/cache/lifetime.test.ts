import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type CacheEntry, freshnessOf } from '../../src/cache/cache-entry.js'
import { lifetimeOf } from '../../src/cache/lifetime.js'
import { checkTokenText, sizeWarning } from '../../src/cache/token-text.js'

const NOW = 1_800_000_000_000
const opaque = { token: 'opaque', requestedAt: NOW, clockSkewMs: 0, renewable: true }
const jwt = (claims: unknown) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`
const entry = (lifetime: { refreshAt: number; expiresAt: number }): CacheEntry => ({
  binding: { profile: 'p', gateway: 'g', issuer: 'i', clientId: 'c', audience: '', scopes: [] },
  token: 't',
  issuedAt: NOW,
  ...lifetime,
})

it('S89 A5 whatever the issuer says, a token is fresh when it comes, due before it dies, and dies', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.double(), fc.integer()), fc.boolean(), (expiresIn, renewable) => {
      const { refreshAt, expiresAt } = lifetimeOf({ ...opaque, expiresIn, renewable })
      expect(refreshAt).toBeGreaterThanOrEqual(NOW)
      expect(refreshAt).toBeLessThanOrEqual(expiresAt)
      expect(expiresAt - NOW).toBeLessThanOrEqual(365 * 24 * 3_600_000)
      expect(expiresAt - refreshAt).toBeLessThanOrEqual(10 * 60_000)
    }),
  )
})

it.each([
  [60, 48, 60],
  [300, 240, 300],
  [1, 0.8, 1],
  [3600, 3000, 3600],
  [86_400, 85_800, 86_400],
  ['300', 240, 300],
  [' 300 ', 240, 300],
])('S111 A5 a lifetime of %s s is renewed after %s s and ends after %s s', (expiresIn, refresh, expiry) => {
  expect(lifetimeOf({ ...opaque, expiresIn })).toEqual({
    refreshAt: NOW + refresh * 1000,
    expiresAt: NOW + expiry * 1000,
  })
})

it.each([[undefined], [null], [0], [-60], [Number.NaN], ['soon'], ['']])(
  'S85 A5 a lifetime of %s says nothing: five minutes, an hour when nothing can renew it',
  (expiresIn) => {
    expect(lifetimeOf({ ...opaque, expiresIn }).expiresAt).toBe(NOW + 5 * 60_000)
    expect(lifetimeOf({ ...opaque, expiresIn, renewable: false }).expiresAt).toBe(NOW + 60 * 60_000)
  },
)

it('A5 without expires_in the exp claim counts, on the issuer’s clock', () => {
  const token = jwt({ exp: NOW / 1000 + 600 })
  expect(lifetimeOf({ ...opaque, expiresIn: undefined, token }).expiresAt).toBe(NOW + 600_000)
  expect(lifetimeOf({ ...opaque, expiresIn: undefined, token, clockSkewMs: 120_000 }).expiresAt).toBe(NOW + 480_000)
})

it.each([['h.%%%.s'], [jwt({ exp: 'never' })], [jwt('text')], [jwt({ exp: NOW / 1000 - 5 })], ['a.b']])(
  'A5 an exp claim that makes no sense is not believed: %s',
  (token) => expect(lifetimeOf({ ...opaque, expiresIn: undefined, token }).expiresAt).toBe(NOW + 5 * 60_000),
)

it('A21 F21 a clock that was set back makes a token dead, not eternal', () => {
  const cached = entry(lifetimeOf({ ...opaque, expiresIn: 300 }))
  expect(freshnessOf(cached, NOW)).toBe('fresh')
  expect(freshnessOf(cached, NOW - 30_000)).toBe('fresh')
  expect(freshnessOf(cached, NOW - 3_600_000)).toBe('dead')
  expect(freshnessOf(cached, NOW + 240_000)).toBe('due')
  expect(freshnessOf(cached, NOW + 300_000)).toBe('dead')
  expect(freshnessOf(cached, NOW + 365 * 24 * 3_600_000)).toBe('dead')
})

it('only visible ASCII is a token, and the message does not repeat it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (token) => {
      const good = /^[\x21-\x7e]+$/.test(token)
      if (good) return checkTokenText(token, 'It')
      try {
        checkTokenText(token, 'It')
      } catch (error) {
        expect(error).toMatchObject({ code: 'token-invalid' })
        if (token.length > 20) expect((error as Error).message).not.toContain(token)
        return
      }
      throw new Error('accepted')
    }),
  )
})

it('a token above 7 KB is warned about without being shown', () => {
  expect(sizeWarning('x'.repeat(7 * 1024))).toBeUndefined()
  const warning = sizeWarning('x'.repeat(7 * 1024 + 1))
  expect(warning).toContain('7.0 KB')
  expect(warning).not.toContain('xxx')
})
