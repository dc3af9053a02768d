import type { TextSplice } from '../codec/types.js'
import type { Owner } from '../files/atomic-write.js'
import type { FileLink } from '../files/file-link.js'
import type { Ledger } from '../receipts/receipt.js'

/** Written before anything else: what to clean up when nothing more was decided. */
interface PreparedJournal {
  readonly version: 1
  readonly phase: 'prepare'
  readonly clientId: string
  /** Files that shall change, as they were asked for. */
  readonly files: readonly string[]
  /** Every temporary file that may exist beside the clients' files. */
  readonly temps: readonly string[]
  /** Outermost first. */
  readonly createdDirectories: readonly string[]
}

/** One file that a transaction changes. */
export interface JournalFile {
  /** As it was asked for. */
  readonly path: string
  readonly target: string
  /**
   * Names for the new content. The first one holds it; the second is for the next attempt, and for the process that
   * finishes the work of a dead one: renaming the first to the second takes it away from a holder that only sleeps.
   */
  readonly temps: readonly [string, string]
  /** SHA-256; null = no file. */
  readonly before: string | null
  /** SHA-256; null = no file. */
  readonly after: string | null
  /** Turn the text after into the text before. */
  readonly inverse: readonly TextSplice[]
  /** The bytes before, in base64, of a file that is no text and gets another content; `inverse` is empty then. */
  readonly original?: string
  /** Permission bits of the file before. */
  readonly mode: number
  readonly owner: Owner | null
  /** Links that are removed just before the file is. */
  readonly links?: readonly FileLink[]
}

/** Everything is on the disk beside the targets, and the decision to carry it out is taken. */
export interface CommitJournal {
  readonly version: 1
  readonly phase: 'commit'
  readonly clientId: string
  readonly files: readonly JournalFile[]
  /** Every temporary file that may exist beside the clients' files. */
  readonly temps: readonly string[]
  /** Outermost first. */
  readonly createdDirectories: readonly string[]
  /** To be removed when they are empty; outermost first. */
  readonly removedDirectories: readonly string[]
  readonly ledgerBefore: Ledger
  readonly ledgerAfter: Ledger
}

export type Journal = PreparedJournal | CommitJournal
