import type { Action } from '../contract/action.js'
import { exitCodeOf, type GateErrorCode } from './codes.js'

// A global install can hold several copies of this package, so identity is a registered symbol, never a class.
const MARK = Symbol.for('gate.error')

/** What a {@link GateError} is made of. */
export interface GateErrorInit {
  /** Stable identifier that scripts may rely on; listed in `docs/errors.md`. */
  readonly code: GateErrorCode
  /** What happened, in one sentence, without secrets. */
  readonly message: string
  /** The file it happened in, as an absolute path. */
  readonly file?: string
  /** Line in `file`, counted from 1. */
  readonly line?: number
  /** Column in `line`, counted from 1. */
  readonly column?: number
  /** The one thing that helps. */
  readonly fix?: Action
  readonly cause?: unknown
}

/** The one error type of gate: a stable code, where it happened, and what fixes it. */
export class GateError extends Error {
  readonly code: GateErrorCode
  readonly file: string | undefined
  readonly line: number | undefined
  readonly column: number | undefined
  readonly fix: Action | undefined

  constructor(init: GateErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'GateError'
    this.code = init.code
    this.file = init.file
    this.line = init.line
    this.column = init.column
    this.fix = init.fix
    Object.defineProperty(this, MARK, { value: true })
  }

  /** The process exit code that `cli` ends with for this error. */
  get exitCode(): number {
    return exitCodeOf(this.code)
  }

  /** True for an error of any installed copy of `@gate/core`. */
  static isInstance(error: unknown): error is GateError {
    return typeof error === 'object' && error !== null && MARK in error
  }
}
