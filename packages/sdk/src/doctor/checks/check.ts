import { type Failure, failureOf } from '../../failure.js'

/** One thing that doctor looked at. `unknown`: it could not look; never reported as fine. */
export interface Check {
  /** Stable id, e.g. `gateway.anthropic`. */
  readonly id: string
  readonly title: string
  readonly result: 'pass' | 'warn' | 'fail' | 'unknown'
  /** What was seen, in one sentence; no secrets. */
  readonly detail: string
  /** The command that helps. */
  readonly fix?: string
  /** Code of what made it fail, where there is one for it. */
  readonly code?: string
}

/** A check that failed with an error, with the error's own fix and code. */
export function failedCheck(id: string, title: string, error: unknown, fix?: string): Check {
  const failure: Failure = failureOf(error)
  const help = failure.fix ?? fix
  return {
    id,
    title,
    result: 'fail',
    detail: failure.message,
    code: failure.code,
    ...(help === undefined ? {} : { fix: help }),
  }
}
