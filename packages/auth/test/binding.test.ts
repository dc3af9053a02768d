import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bindingOf, grantIdentity, secretKey } from '../src/binding.js'
import { effectiveScopes, formatCacheEntry, sameBinding, type TokenBinding } from '../src/cache/cache-entry.js'
import { parseCacheEntry } from '../src/cache/parse-cache-entry.js'

const key = (...of: Parameters<typeof grantIdentity>) => secretKey(grantIdentity(...of))

const text = fc.string({ maxLength: 12 })
const bindings: fc.Arbitrary<TokenBinding> = fc.record({
  profile: text,
  gateway: text,
  issuer: text,
  clientId: text,
  audience: text,
  scopes: fc.array(text, { maxLength: 3 }),
})

it('S78 the name of a grant is the same for the same connection, and another one for any other', () => {
  fc.assert(
    fc.property(bindings, bindings, (a, b) => {
      expect(key('/c', a)).toBe(key('/c', { ...a }))
      expect(key('/c', a) === key('/c', b)).toBe(sameBinding(a, b))
      expect(key('/c', a)).not.toBe(key('/d', a))
    }),
  )
})

it('S78 no two fields run into each other (ab + c is not a + bc)', () => {
  const base = { profile: 'p', gateway: '', issuer: '', clientId: 'c', audience: '', scopes: [] }
  fc.assert(
    fc.property(fc.string({ minLength: 2, maxLength: 20 }), fc.nat(), fc.nat(), (whole, i, j) => {
      const [first, second] = [1 + (i % (whole.length - 1)), 1 + (j % (whole.length - 1))]
      const split = (at: number) => ({ ...base, gateway: whole.slice(0, at), issuer: whole.slice(at) })
      expect(key('/c', split(first)) === key('/c', split(second))).toBe(first === second)
    }),
  )
})

it.each(['profile', 'gateway', 'issuer', 'clientId', 'audience'] as const)(
  'S78 another %s is another grant',
  (field) => {
    const base: TokenBinding = { profile: 'p', gateway: 'g', issuer: 'i', clientId: 'c', audience: 'a', scopes: ['s'] }
    expect(key('/c', { ...base, [field]: 'other' })).not.toBe(key('/c', base))
    expect(key('/c', { ...base, scopes: ['s', 't'] })).not.toBe(key('/c', base))
  },
)

it('S79 offline_access is added once and the list given is not changed', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('openid', 'offline_access', 'profile', 'llm')), (scopes) => {
      const before = [...scopes]
      const effective = effectiveScopes(scopes)
      expect(effective.filter((scope) => scope === 'offline_access')).toHaveLength(1)
      expect(new Set(effective).size).toBe(effective.length)
      for (const scope of scopes) expect(effective).toContain(scope)
      expect(effectiveScopes(effective)).toEqual(effective)
      expect(scopes).toEqual(before)
    }),
  )
})

it('an audience that is not set and an empty one are the same binding', () => {
  const auth = { kind: 'oidc', issuer: 'https://i', clientId: 'c', scopes: [] } as const
  expect(bindingOf('p', 'g', { ...auth, audience: '' })).toEqual(bindingOf('p', 'g', auth))
})

it('S81 a cache file is read back as it was written, and every damaged one is a miss', () => {
  const entries = fc.record({
    binding: bindings,
    token: fc.stringMatching(/^[\x21-\x7e]{1,30}$/),
    issuedAt: fc.integer(),
    refreshAt: fc.integer(),
    expiresAt: fc.integer(),
  })
  fc.assert(
    fc.property(entries, fc.nat(), (entry, at) => {
      const written = formatCacheEntry(entry)
      expect(parseCacheEntry(written, entry.binding.profile)).toEqual(entry)
      expect(parseCacheEntry(written.slice(0, at % (written.length - 2)), entry.binding.profile)).toBeUndefined()
    }),
  )
})

it.each([
  ['another version', { version: 2 }],
  ['a token with a space', { token: 'a b', again: 'a b' }],
  ['an empty token', { token: '', again: '' }],
  ['a token that stands there once', { again: undefined }],
  ['two tokens', { again: 'u' }],
  ['an expiry in words', { expiresAt: '2026-01-01T00:00:00Z' }],
  ['no expiry', { expiresAt: undefined }],
  ['a binding without issuer', { binding: { profile: 'p', gateway: 'g', clientId: 'c', audience: '', scopes: [] } }],
  [
    'scopes as text',
    { binding: { profile: 'p', gateway: 'g', issuer: 'i', clientId: 'c', audience: '', scopes: 'a' } },
  ],
])('S81 a cache entry with %s is a miss', (_what, change) => {
  const binding = { profile: 'p', gateway: 'g', issuer: 'i', clientId: 'c', audience: '', scopes: [] }
  const good = { version: 1, binding, token: 't', again: 't', issuedAt: 1, refreshAt: 2, expiresAt: 3 }
  expect(parseCacheEntry(JSON.stringify(good), 'p')).toBeDefined()
  expect(parseCacheEntry(JSON.stringify({ ...good, ...change }), 'p')).toBeUndefined()
})
