import { type Action, type Finding, findingOf } from '@gate/core'

/** One thing that doctor looked at. `unknown`: it could not look; never reported as fine. */
export interface Check {
  /** Stable id, e.g. `gateway.anthropic`. */
  readonly id: string
  readonly title: string
  readonly result: 'pass' | 'warn' | 'fail' | 'unknown'
  /** What was seen, in one sentence; no secrets. */
  readonly detail: string
  readonly fix?: Action
  /** Code of what made it fail, where there is one for it. */
  readonly code?: string
}

/** Returns a check that failed with an error, with the error's own fix and code. */
export function failedCheck(id: string, title: string, error: unknown, fix?: Action): Check {
  const failure: Finding = findingOf(error)
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
