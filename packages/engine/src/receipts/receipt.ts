import type { Edit, ReceiptSummary } from '@gate/core'
import { reportOf } from '../codec/edit-path.js'
import type { OwnedEdit, TextSplice } from '../codec/types.js'

/** What gate did to one file, and how it is undone. */
export interface FileReceipt {
  /** As the client named it at that time. */
  readonly path: string
  /** Where it was written, with links followed: what a later environment says does not matter any more. */
  readonly target: string
  readonly kind: Edit['kind']
  /** Whether gate made the file, so that it goes when nothing of anybody is left in it. */
  readonly created: boolean
  /** Directories that gate made on the way, outermost first; they go when they are empty. */
  readonly createdDirectories: readonly string[]
  /** SHA-256 of the text without gate's edits; null = no file. */
  readonly base: string | null
  /** SHA-256 of the text with gate's edits. */
  readonly written: string
  /** Turn the text with SHA-256 `written` into the one with SHA-256 `base`. */
  readonly inverse: readonly TextSplice[]
  /** What each edit owns, for files that were changed since. */
  readonly owned: readonly OwnedEdit[]
  /** Permission bits that a whole file of the user had before it got those of the edit. */
  readonly mode?: number
  /** Stands whatever becomes of the file; without it, the file is away and not gone. */
  readonly anchor?: Anchor
}

/**
 * A directory that was there when gate wrote below it. Where it is missing, or another one stands in its place, an absent
 * file says nothing: its volume may be unmounted, or its home somewhere else.
 */
export interface Anchor {
  readonly path: string
  /** Device and inode, which tell an empty mount point from what is mounted there. */
  readonly id: string
}

/** Where the gate worked that wrote a receipt. */
export interface Origin {
  readonly home: string
  /** With links followed. */
  readonly realHome: string
  /** gate's state directory, which holds the ledger. */
  readonly state: string
}

/** Everything that gate did for one client. */
export interface Receipt {
  readonly clientId: string
  readonly profile: string
  /** Milliseconds since the epoch. */
  readonly appliedAt: number
  readonly files: readonly FileReceipt[]
  readonly origin?: Origin
  /** Its paths are translated from another home, and nobody has looked yet what is there. */
  readonly rehomed?: true
}

/** All receipts, by client id. */
export interface Ledger {
  readonly version: 1
  readonly receipts: Readonly<Record<string, Receipt>>
}

/** A receipt as reports show it. Pure. */
export function summaryOf(receipt: Receipt): ReceiptSummary {
  return {
    clientId: receipt.clientId,
    profile: receipt.profile,
    appliedAt: receipt.appliedAt,
    files: receipt.files.map((file) => file.path),
    edits: receipt.files.flatMap((file) => file.owned.map(({ edit }) => reportOf(edit))),
  }
}
