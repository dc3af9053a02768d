import type { GateError } from '../errors/gate-error.js'
import type { Connection } from './connection.js'
import type { Edit } from './edit.js'
import type { Finding } from './finding.js'

export interface ApplyOptions {
  /** Compute everything, write nothing. Default false. */
  readonly dryRun?: boolean
  /** Take over values that `onForeign: 'refuse'` protects; on revert: remove our keys even if the user changed them. */
  readonly force?: boolean
  readonly signal?: AbortSignal
  /**
   * Every connection of this machine, for a client whose record is lost: what gate writes for one of them may be gate's, and
   * what it writes for none is the user's. Default: they are not known, as where only the client's files came along.
   */
  readonly connections?: readonly Connection[]
}

/** Options of the engine, which a plugin made by `defineClient` fills in. */
export interface EngineOptions extends ApplyOptions {
  /**
   * Edits as an earlier gate may have made them for this client, with whatever connection: what stands in their places
   * is taken for gate's by {@link OwnMark}, never by value alone. Their files need not be those of the plan.
   */
  readonly traces?: readonly Edit[]
}

/** A file before and after, for `--dry-run`; `undefined` = absent. Text, decoded as UTF-8. */
export interface FileChange {
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** One edit, as reports name it. */
export interface EditReport {
  /** `plist`: a key of a property list that a plugin wrote itself, because it needs an administrator. */
  readonly kind: Edit['kind'] | 'plist'
  readonly file: string
  /** Dotted path of the key, the variable's name, or `""` for a whole file. */
  readonly path: string
}

export interface ApplyResult {
  readonly result: 'configured' | 'unchanged'
  readonly edits: readonly EditReport[]
  readonly changes: readonly FileChange[]
  /** Things worth telling, e.g. that a hard link was broken. */
  readonly notes: readonly Finding[]
}

/** What became of one edit on undo. */
export interface UndoneEdit extends EditReport {
  readonly outcome: 'restored' | 'removed' | 'kept-user-change' | 'already-gone'
}

export interface UndoResult {
  readonly result: 'reverted' | 'nothing-to-do'
  readonly edits: readonly UndoneEdit[]
  readonly changes: readonly FileChange[]
  readonly notes: readonly Finding[]
}

/** Why the file does not say what the plan says. */
export interface Drift extends EditReport {
  readonly reason: 'missing' | 'changed' | 'file-missing' | 'file-unreadable'
  readonly line?: number
  readonly error?: GateError
}

export interface Inspection {
  /** Whether a receipt for this client exists, i.e. gate configured it. */
  readonly receipt: ReceiptSummary | undefined
  readonly drifts: readonly Drift[]
  readonly files: readonly { readonly path: string; readonly exists: boolean }[]
  /** Files of the receipt that are neither there nor known to be gone, because their directory is not there. */
  readonly away?: readonly string[]
  /** A change for this client was interrupted and neither finished nor taken back yet. */
  readonly interrupted?: true
}

export interface ReceiptSummary {
  readonly clientId: string
  readonly profile: string
  /** Milliseconds since the epoch. */
  readonly appliedAt: number
  readonly files: readonly string[]
  readonly edits: readonly EditReport[]
}

export type DocumentFormat = 'json' | 'jsonc' | 'toml' | 'dotenv'

/** A parsed file of a client; `absent` also covers an empty or blank one. */
export type DocumentRead =
  | { readonly state: 'absent' }
  | {
      readonly state: 'parsed'
      readonly value: Readonly<Record<string, unknown>>
      lineOf(path: readonly string[]): number | undefined
    }
  | { readonly state: 'unreadable'; readonly error: GateError }

/** What interrupted work the engine found and what it did about it. */
export interface RecoveryReport {
  readonly clientId: string
  readonly action: 'finished' | 'rolled-back' | 'conflict'
  readonly files: readonly string[]
}
