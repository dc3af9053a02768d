import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sha256Hex } from '../src/shim/sha256.js'

const reference = (text: string) => createHash('sha256').update(text).digest('hex')

it.each([0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 1_000])('is SHA-256 of a text of %i characters', (length) => {
  expect(sha256Hex('a'.repeat(length))).toBe(reference('a'.repeat(length)))
})

it('is SHA-256 of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      expect(sha256Hex(text)).toBe(reference(text))
    }),
  )
})
