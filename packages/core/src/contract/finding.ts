import type { Action } from './action.js'

/** Where something was found. */
export interface Place {
  /** Absolute path. */
  readonly file: string
  /** Line in `file`, counted from 1. */
  readonly line?: number
  /** Column in `line`, counted from 1. */
  readonly column?: number
  /** Path of a value in `file`, as the client writes it, e.g. `env.ANTHROPIC_BASE_URL`. */
  readonly key?: string
}

/** One fact that somebody has to know: what was found, where, and what helps. */
export interface Finding {
  /** Stable identifier that programs may rely on; those of errors are in `docs/errors.md`. */
  readonly code: string
  /** `error`: it does not work. `warning`: it may not. `info`: worth knowing. */
  readonly severity: 'error' | 'warning' | 'info'
  /** The fact in one sentence, without secrets and without commands of gate. */
  readonly message: string
  /** Values that the sentence is made of, for programs. */
  readonly data?: Readonly<Record<string, unknown>>
  readonly place?: Place
  readonly fix?: Action
}
