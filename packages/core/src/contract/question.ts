import type { Connection } from './connection.js'
import type { Detection } from './detection.js'
import type { Finding } from './finding.js'

/** What a client's own answer depends on. While none of it changes, its answer is remembered and it is not asked again. */
export interface Situation {
  /**
   * Absolute paths of the files and directories that the client reads for its answer, also those that are absent: one that
   * appears changes the situation. Of a directory, the names in it count.
   */
  readonly files: readonly string[]
  /** Names of the environment variables that count. Only a digest of their values is kept. */
  readonly variables: readonly string[]
  /** Whatever else counts, as text, e.g. that the user trusts this directory. Default: nothing. */
  readonly more?: readonly string[]
}

/** What a client said about the configuration that it would use here. */
export type Answer =
  /** It accepts its files and uses what gate wrote. */
  | {
      readonly kind: 'confirms'
      /** The program that was asked, as people call it, e.g. `claude`. */
      readonly program: string
      /** The version that it says it has. Default: the detected one. */
      readonly version?: string
    }
  /** It does not. */
  | {
      readonly kind: 'denies'
      readonly program: string
      readonly version?: string
      /**
       * `file`: it refuses or drops a file of the user's that gate writes to; setup then takes its change back, exit code 5.
       * `elsewhere`: it accepts the files and uses something else, or cannot use them here; setup leaves them and says so.
       */
      readonly about: 'file' | 'elsewhere'
      /** Never empty; with the client's own words, and file and line where it names them. */
      readonly reasons: readonly [Finding, ...Finding[]]
    }
  /** It could not be asked, e.g. because this version has no command for it, or asking would run what a repository brings. */
  | { readonly kind: 'silent'; readonly reason: Finding }

/** What a question to a client is put about. */
export interface QuestionContext {
  readonly connection: Connection | undefined
  readonly detection: Detection
  /** Ends the question when the user interrupts. */
  readonly signal?: AbortSignal
}
