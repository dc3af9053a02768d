import type { Finding, Inspection } from '@gate/core'

/** A difference between a file and its receipt, as a reason. Pure. */
export function driftReason(drift: Inspection['drifts'][number]): Finding {
  const what =
    drift.reason === 'changed' ? 'has another value' : drift.reason === 'missing' ? 'is gone' : 'cannot be read'
  return {
    code: `drift-${drift.reason}`,
    severity: 'error',
    message: `${drift.path === '' ? drift.file : `${drift.path} in ${drift.file}`} ${what}`,
    place: { file: drift.file, ...(drift.line === undefined ? {} : { line: drift.line }) },
  }
}
