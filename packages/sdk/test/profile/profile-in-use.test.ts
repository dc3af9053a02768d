import { expect, it } from 'vitest'
import { emptyConfig, profileNameOf } from '../../src/profile/index.js'

it('the profile is the one asked for, else GATE_PROFILE, else the active one', () => {
  const config = { ...emptyConfig(), activeProfile: 'active' }
  expect(profileNameOf({ env: {} }, config)).toBe('active')
  expect(profileNameOf({ env: { GATE_PROFILE: '' } }, config)).toBe('active')
  expect(profileNameOf({ env: { GATE_PROFILE: 'env' } }, config)).toBe('env')
  expect(profileNameOf({ env: { GATE_PROFILE: 'env' } }, config, 'asked')).toBe('asked')
  expect(() => profileNameOf({ env: { GATE_PROFILE: '../x' } }, config)).toThrow(/not a profile name/)
})
