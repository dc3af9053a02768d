/** A value that JSON and TOML both can hold (`null` only in JSON). */
export type EditValue = string | number | boolean | null | readonly EditValue[] | { readonly [key: string]: EditValue }

/** One step into a JSON document: a property, or the item of an array whose `where` property equals `equals`. */
export type JsonStep = string | { readonly where: string; readonly equals: string }

/** What of a value proves, wherever it stands, that a gate wrote it. */
export type OwnProof =
  /** A text in it names a token helper of gate's. */
  | 'helper'
  /** It is a text that begins like this. */
  | { readonly begins: string }
  /** It is this value, or an object that holds all of this one's keys and none that the edit's value lacks. */
  | { readonly like: EditValue }

/** When a value is gate's, although it proves nothing: only where a proof stands in any file of the plan. */
export type OwnBeside =
  /** It says what the edit says. */
  | 'same'
  /** The same, and nothing else is left in the document. */
  | 'alone'
  /** It is a text that begins with one of these. */
  | { readonly begins: readonly string[] }
  /** Whatever it says, where the value at this path of the same file is gate's. */
  | { readonly with: readonly [string, ...string[]] }

/**
 * How a value that a gate wrote is known without a record: after the record was lost, under another home, on another
 * machine, with another profile. Never by an absolute path.
 */
export interface OwnMark {
  /** One is enough. Default: `helper`. */
  readonly proofs?: readonly OwnProof[]
  /** Default: `same`. */
  readonly beside?: OwnBeside
}

interface EditBase {
  /** Absolute path of the file, as the client names it (symlinks not resolved). */
  readonly file: string
  /**
   * What to do with a value that was there before gate. `replace` (default): remember it and put it back on undo.
   * `refuse`: stop with `file-foreign-value`, unless the caller forces.
   */
  readonly onForeign?: 'replace' | 'refuse'
  /** How a value of gate's is known here without a record. */
  readonly own?: OwnMark
}

/** Owns one value at one path of a JSON document. */
export interface JsonEdit extends EditBase {
  readonly kind: 'json'
  /** `strict`: the client refuses comments and trailing commas, so gate does too. `jsonc`: both are fine and kept. */
  readonly dialect: 'strict' | 'jsonc'
  readonly path: readonly [JsonStep, ...JsonStep[]]
  readonly value: EditValue
  /**
   * The value names the item of this array whose `key` is the value, as a selection does. On undo in a file that was
   * changed since, a previous text that named an item and names none any more is not put back: the value is removed
   * instead. Absent: the value stands for itself.
   */
  readonly names?: { readonly array: readonly [string, ...string[]]; readonly key: string }
}

/** Owns one key of a TOML document, or a whole table when `value` is an object. */
export interface TomlEdit extends EditBase {
  readonly kind: 'toml'
  readonly path: readonly [string, ...string[]]
  readonly value: EditValue
}

/** Owns one variable of a dotenv file. */
export interface DotenvEdit extends EditBase {
  readonly kind: 'dotenv'
  readonly name: string
  readonly value: string
}

/** Owns a whole file that gate creates. A file of somebody else at that path is refused. */
export interface FileEdit extends EditBase {
  readonly kind: 'file'
  /** Text: neither NUL nor half of a surrogate pair. */
  readonly content: string
  /**
   * Permission bits, e.g. 0o755. Default 0o600 for a file that gate makes; one that is there with this content already
   * gets other bits only when they are given, and its own back on undo.
   */
  readonly mode?: number
}

/** One owned change, as plain data. */
export type Edit = JsonEdit | TomlEdit | DotenvEdit | FileEdit

/** Shape checks on values that gate does not own but whose wrong shape makes the client drop the whole file. */
export interface FileExpectation {
  readonly file: string
  readonly kind: 'json' | 'toml'
  /** Keys from the root; `*` stands for every key of an object and every item of an array. */
  readonly path: readonly string[]
  /** Allowed JSON types of the value, when it is present. */
  readonly types: readonly ('string' | 'number' | 'boolean' | 'object' | 'array' | 'null')[]
  /** Allowed texts, when the value is a text. Default: any. */
  readonly values?: readonly string[]
  /** Keys that must be there, when the value is an object. Default: none. */
  readonly requires?: readonly string[]
  /** Limits, when the value is a number. Default: any number. */
  readonly range?: {
    readonly integer?: boolean
    readonly least?: number
    readonly above?: number
    readonly most?: number
  }
}

/** The ordered list of edits that makes a client use a connection. Pure data: same input, same plan. */
export interface Plan {
  readonly clientId: string
  readonly edits: readonly Edit[]
  /** Checked before anything is written; a violation is `file-wrong-shape` with its position. */
  readonly expectations?: readonly FileExpectation[]
}
