import { createNodeHost } from '@gate/engine/host'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changedProfile, type ProfileChanges } from '../../src/config/profile-changes.js'
import { type Profile, profileSchema } from '../../src/profile/schema.js'

const host = createNodeHost({ home: '/tmp', cwd: '/work' })
const change = (profile: Profile, changes: ProfileChanges) => changedProfile(host, profile, changes)

const OIDC: Profile = {
  gatewayUrl: 'https://llm.example.com',
  anthropicPath: '/anthropic',
  openaiPath: '',
  auth: { kind: 'oidc', issuer: 'https://login.example.com', clientId: 'gate', audience: 'llm' },
  models: [{ id: 'a', displayName: 'A', contextWindow: 5 }, { id: 'b' }],
}

const text = fc.option(fc.constantFrom('', 'https://x.example.com', 'value', '/path'), { nil: undefined })
const list = fc.option(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }), { nil: undefined })
const changes: fc.Arbitrary<ProfileChanges> = fc.record({
  gatewayUrl: text,
  anthropicPath: text,
  openaiPath: text,
  issuer: text,
  clientId: text,
  audience: text,
  scopes: list,
  models: list,
  caFile: text,
  callbackPort: fc.option(fc.oneof(fc.integer({ min: 0, max: 70_000 }), fc.constant('none' as const)), {
    nil: undefined,
  }),
})

test('S10 property: no changes change nothing, and the profile that came in is never touched', () => {
  const before = structuredClone(OIDC)
  expect(change(OIDC, {})).toEqual(OIDC)
  fc.assert(
    fc.property(changes, (asked) => {
      change(OIDC, asked)
      expect(OIDC).toEqual(before)
    }),
  )
})

test('property: changing twice is changing once, and the result has the shape of a profile on disk', () => {
  fc.assert(
    fc.property(changes, (asked) => {
      const once = change(OIDC, asked)
      expect(change(once, asked)).toEqual(once)
      // An empty issuer or client id removes the field, so nothing empty is ever saved.
      expect(profileSchema.safeParse(once).success).toBe(true)
    }),
  )
})

test('empty means none', () => {
  expect(change(OIDC, { audience: '', models: [], caFile: '', anthropicPath: '' })).toEqual({
    gatewayUrl: 'https://llm.example.com',
    anthropicPath: '',
    openaiPath: '',
    auth: { kind: 'oidc', issuer: 'https://login.example.com', clientId: 'gate' },
  })
})

test('paths belong to their gateway: a new one forgets them, the same one keeps them', () => {
  const moved = change(OIDC, { gatewayUrl: 'https://new.example.com' })
  expect(moved).not.toHaveProperty('anthropicPath')
  expect(moved).not.toHaveProperty('openaiPath')
  expect(change(OIDC, { gatewayUrl: 'https://llm.example.com/v1/' })).toEqual(OIDC)
  expect(change(OIDC, { gatewayUrl: 'https://new.example.com', openaiPath: '/o' })).toMatchObject({ openaiPath: '/o' })
})

test('another kind of sign-in forgets the settings of the one before', () => {
  expect(change(OIDC, { authKind: 'api-key' }).auth).toEqual({ kind: 'api-key' })
  const back = change({ ...OIDC, auth: { kind: 'api-key' } }, { issuer: 'https://login.example.com' })
  expect(back.auth).toEqual({ kind: 'oidc', issuer: 'https://login.example.com' })
})

test('what is known of a model that stays is kept', () => {
  expect(change(OIDC, { models: ['c', 'a'] }).models).toEqual([
    { id: 'c' },
    { id: 'a', displayName: 'A', contextWindow: 5 },
  ])
})

test('a relative CA file is one of the working directory', () => {
  expect(change(OIDC, { caFile: 'ca.pem' }).caFile).toBe('/work/ca.pem')
})
