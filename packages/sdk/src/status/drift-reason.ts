import type { Inspection, Reason } from '@gate/core'

/** A difference between a file and its receipt, as a reason. Pure. */
export function driftReason(drift: Inspection['drifts'][number]): Reason {
  const what =
    drift.reason === 'changed' ? 'has another value' : drift.reason === 'missing' ? 'is gone' : 'cannot be read'
  return {
    code: `drift-${drift.reason}`,
    message: `${drift.path === '' ? drift.file : `${drift.path} in ${drift.file}`} ${what}`,
    file: drift.file,
    ...(drift.line === undefined ? {} : { line: drift.line }),
  }
}
