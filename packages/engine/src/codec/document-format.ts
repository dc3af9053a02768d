import type { Edit } from '@gate/core'
import type { Draft } from './draft.js'
import type { BeforeValue, CodecContext } from './types.js'

/** A value found in a document. */
interface Found {
  readonly value: unknown
  /** Offset of the key (or the item) in the text, for positions in messages. */
  readonly offset: number
}

/**
 * What a value is looked for. `write`: an ambiguous path throws `file-duplicate-key`, one that cannot lead there
 * `file-wrong-shape`. `undo`: only the former. `read`: the document as the client sees it, nothing throws.
 */
type Purpose = 'write' | 'undo' | 'read'

/** What taking one value out of a document did besides. */
interface Removal {
  /** How many of the containers that gate had created went too, because they were empty. */
  readonly dropped: number
}

/**
 * What a format must know; everything that is the same for all of them is in `createCodec`. Methods that write
 * change a {@link Draft}.
 */
export interface DocumentFormat<E extends Edit, D> {
  readonly kind: E['kind']
  /** Parses a text; a blank one is an empty document. Throws `file-unparsable`, `file-wrong-shape` for the root. */
  parse(text: string, context: CodecContext, edits: readonly E[]): D
  /**
   * The same as {@link valueOf} of the parsed text, for a text that is so plain that nothing can be wrong with it;
   * undefined for every other one.
   */
  plainValueOf?(text: string): Record<string, unknown> | undefined
  /** The parsed content as plain data. */
  valueOf(document: D): Record<string, unknown>
  /** Offset of the key at a path of property names. */
  offsetOf(document: D, path: readonly string[]): number | undefined
  /** Throws `edit-invalid` for an edit that the format cannot express. */
  check(edit: E): void
  /** Finds what an edit owns. */
  find(document: D, edit: E, purpose: Purpose): Found | undefined
  /** How a value that is there is spelled. */
  spelling(document: D, edit: E): Extract<BeforeValue, { present: true }>
  /** Writes the edit's value, which is not the one there now; `find` for `write` has let it pass. */
  write(draft: Draft<D>, edit: E): BeforeValue
  /** Parses a remembered spelling. */
  parseSpelling(before: Extract<BeforeValue, { present: true }>, edit: E): unknown
  /** Puts a remembered spelling in the place of the present value. */
  restore(draft: Draft<D>, edit: E, before: Extract<BeforeValue, { present: true }>): void
  /** Whether a value of an edit names something that the document holds as it is now. */
  namesItem?(document: D, edit: E, value: unknown): boolean
  /** Removes the value when it is there, then the containers that `before` says were created, while they are empty. */
  remove(draft: Draft<D>, edit: E, before: Extract<BeforeValue, { present: false }>): Removal
  /**
   * Formats whose grammar lets an earlier line swallow a later one: where the text is ambiguous, when an edit of it does
   * not turn out as meant.
   */
  ambiguousAt?(document: D): number
  /**
   * The blank text that is left of a document when nothing in it is of anybody, comments included; else `undefined`.
   * A line that was written into a blank text with line ends took one of them for its own, which is given back.
   */
  blankRest(document: D, eol: string): string | undefined
}
