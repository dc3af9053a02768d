import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkProfileName, isProfileName } from '../src/profile-name.js'

describe('F19 profile names', () => {
  it.each(['default', 'a', '0', 'work-1', 'a.b_c', 'x'.repeat(64), 'console', 'com', 'com10x'])('%s is one', (name) => {
    expect(checkProfileName(name)).toBe(name)
  })

  const refused = [
    '',
    'A',
    '.a',
    '-a',
    '../x',
    'a/b',
    'a\\b',
    'con',
    'nul.txt',
    'com1',
    'lpt9',
    'a.',
    'x'.repeat(65),
    'a\0',
    'é',
  ]
  it.each(refused)('%j is none', (name) => {
    expect(isProfileName(name)).toBe(false)
    expect(() => checkProfileName(name)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })

  it('none leads out of its directory', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (name) => {
        if (isProfileName(name)) expect(name).toMatch(/^[a-z0-9][a-z0-9._-]*$/)
      }),
    )
  })
})
