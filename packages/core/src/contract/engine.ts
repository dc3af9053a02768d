import type { Edit, Plan } from './edit.js'
import type {
  ApplyResult,
  DocumentFormat,
  DocumentRead,
  EditReport,
  EngineOptions,
  Inspection,
  ReceiptSummary,
  RecoveryReport,
  UndoResult,
} from './engine-data.js'

/** The one place that reads receipts and writes clients' files; all that it does is on the host that it belongs to. */
export interface Engine {
  /** Applies a plan entirely or not at all and records its receipt. */
  apply(plan: Plan, meta: { readonly profile: string }, options?: EngineOptions): Promise<ApplyResult>
  /**
   * Undoes what the receipt of a client says; needs neither the plugin nor the connection. Without a receipt it takes out
   * what `traces` recognise.
   */
  revert(clientId: string, options?: EngineOptions): Promise<UndoResult>
  /** What stands in the places of `traces` and is gate's by its marks. Reads only; a file that cannot be read has none. */
  recognise(traces: readonly Edit[]): Promise<readonly EditReport[]>
  /** Compares files with a plan (or, without one, with the receipt). Reads only. */
  inspect(clientId: string, plan?: Plan): Promise<Inspection>
  /** All receipts, including those of clients whose plugin is gone. Reads only. */
  receipts(): Promise<readonly ReceiptSummary[]>
  /** Finishes or rolls back what a killed process left. Called by `apply` and `revert` themselves, too. */
  recover(): Promise<readonly RecoveryReport[]>
  /** Reads a client's file for override checks; never throws for a broken file. */
  readDocument(path: string, format: DocumentFormat): Promise<DocumentRead>
  /**
   * Runs `work` while no other gate of this user runs any under this name; not re-entrant. For records of a plugin's own
   * below `gatePaths(host).clients`. Throws `lock-timeout` when the others take longer than ten seconds, and what `work`
   * throws.
   */
  exclusively<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Parses a document that is no file, e.g. a value of a policy. `name` stands for the path in errors. */
  parseDocument(text: string, format: DocumentFormat, name: string): Promise<DocumentRead>
}
