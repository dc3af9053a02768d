import { GateError } from '@gate/core'
import type { TextSplice } from './types.js'

/**
 * Applies splices to the text they were made for.
 * @throws GateError `edit-invalid` when they overlap, are out of order, or what they remove is not there.
 */
export function applySplices(text: string, splices: readonly TextSplice[]): string {
  let result = ''
  let position = 0
  for (const { offset, remove, insert } of splices) {
    if (!Number.isInteger(offset) || offset < position || !text.startsWith(remove, offset) || offset > text.length) {
      throw new GateError({
        code: 'edit-invalid',
        message: `The text is not the one a recorded change was made for (at offset ${offset}).`,
      })
    }
    result += text.slice(position, offset) + insert
    position = offset + remove.length
  }
  return result + text.slice(position)
}

/**
 * The splices that turn the result back into the text: `applySplices(applySplices(t, s), invertSplices(s)) === t`.
 * Applying them to any other text is noticed by {@link applySplices}, as far as their `remove` texts differ.
 */
export function invertSplices(splices: readonly TextSplice[]): TextSplice[] {
  let shift = 0
  return splices.map(({ offset, remove, insert }) => {
    const inverse = { offset: offset + shift, remove: insert, insert: remove }
    shift += insert.length - remove.length
    return inverse
  })
}
