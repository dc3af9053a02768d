import type { Edit } from '@gate/core'
import type { Codec } from '../../src/codec/types.js'
import { FILE } from './plans.js'

const CONTEXT = { file: FILE }

/** Applies, lets `between` happen to the text, and undoes key by key. */
export function roundTripOf(codec: Codec) {
  return (text: string | undefined, edits: readonly Edit[], between = (applied: string) => applied) => {
    const { text: applied, owned } = codec.apply(text, edits, CONTEXT)
    return codec.undo(between(applied), owned, CONTEXT)
  }
}
