import type { Drift, Edit, FileExpectation, UndoneEdit } from '@gate/core'

/**
 * Replaces `remove` at `offset` by `insert`. Offsets count UTF-16 units of the decoded text, BOM included.
 * A list of splices is sorted, does not overlap, and its offsets are relative to the text before all of them.
 */
export interface TextSplice {
  readonly offset: number
  readonly remove: string
  readonly insert: string
}

/** What was at an edit's path before gate; plain data, because receipts are stored as JSON. */
export type BeforeValue =
  | {
      readonly present: false
      /**
       * How many trailing containers of the path did not exist (or were null). One more than the path has containers
       * below the root when the document itself was absent. TOML: a table that existed, but had no header before, too.
       */
      readonly createdParents: number
      /**
       * The topmost created container took the place of something that undo puts back: in JSON of a `null`, and where it
       * is the document itself, of a blank text with line ends.
       */
      readonly replacedNull?: true
      /**
       * TOML: a blank line was added on this side of the new text, and goes with it. JSON, `after` only: the container
       * was empty, and its closing bracket on a line of its own, where it stays.
       */
      readonly blankLine?: 'before' | 'after'
    }
  | {
      readonly present: true
      /** The old value as it was spelled in the file. */
      readonly raw: string
      /** TOML only: `raw` is not one value but whole tables with their headers. */
      readonly form?: 'tables'
      /** JSON only: it named an item of the array that the edit's `names` is about. */
      readonly named?: true
    }

/** What is remembered about one applied edit. */
export interface OwnedEdit<E extends Edit = Edit> {
  readonly edit: E
  readonly before: BeforeValue
}

export interface CodecContext {
  /** The file as the client names it; errors carry it. */
  readonly file: string
  /** `apply`: take over values that `onForeign: 'refuse'` protects. `undo`: also undo what the user changed. */
  readonly force?: boolean
  /** Shape checks of this file only; the caller has picked them out of the plan. Used by `apply` and `inspect`. */
  readonly expectations?: readonly FileExpectation[]
  /** JSON only, for `read` only (edits carry their own): whether comments and trailing commas are fine. Default `jsonc`. */
  readonly dialect?: 'strict' | 'jsonc'
}

interface CodecApply {
  readonly text: string
  readonly splices: readonly TextSplice[]
  /** One per edit, in the order of the edits. */
  readonly owned: readonly OwnedEdit[]
}

export interface CodecUndo {
  /**
   * The text afterwards. `undefined`: the document was absent or empty before gate and nothing of anybody is left;
   * the caller deletes the file when gate created it and empties it otherwise.
   */
  readonly text: string | undefined
  /** One per owned edit, in their order. */
  readonly outcomes: readonly UndoneEdit['outcome'][]
}

/**
 * Edits of one file format as text splices, so that nothing but gate's own values ever changes. Pure: text in, text out.
 * Every method throws a `GateError` with file, line and column (`file-unparsable`, `file-wrong-shape`,
 * `file-duplicate-key`, `file-foreign-value`), `edit-invalid` for an edit the format cannot hold, and
 * `result-mismatch` when the result, parsed again, is not exactly the old document plus the edits.
 */
export interface Codec {
  /**
   * Writes the edits into the text.
   * @param text Decoded text with its BOM; `undefined` or blank = absent document.
   * @param edits Edits of this format and this file, in order; other kinds throw `edit-invalid`.
   */
  apply(text: string | undefined, edits: readonly Edit[], context: CodecContext): CodecApply
  /**
   * Takes owned values out of a text that others may have changed since: values that are still ours go back to what
   * they were, values the user changed stay (unless `force`), nothing else is touched.
   * @param owned What `apply` returned, in the same order.
   */
  undo(text: string, owned: readonly OwnedEdit[], context: CodecContext): CodecUndo
  /**
   * Compares parsed values (never bytes) with the edits.
   * @returns One entry per edit: `undefined` when the file says what the edit says.
   */
  inspect(text: string, edits: readonly Edit[], context: CodecContext): readonly (Drift | undefined)[]
  /**
   * Parses a document. A blank one is `{}`. TOML dates are `Date` objects, integers beyond 2^53 are `bigint`.
   * `lineOf` counts from 1 and is `undefined` for a path that is not there; in JSON, a number leads into an array.
   */
  read(
    text: string,
    context: CodecContext,
  ): { readonly value: Record<string, unknown>; lineOf(path: readonly string[]): number | undefined }
}
