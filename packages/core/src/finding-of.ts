import { advice } from './contract/action.js'
import type { Finding, Place } from './contract/finding.js'
import { GateError } from './errors/gate-error.js'

/**
 * Returns anything thrown as a finding; of an error that is not gate's own, the message alone. An abort is `interrupted`,
 * what nobody foresaw `internal`.
 */
export function findingOf(error: unknown): Finding {
  if (GateError.isInstance(error)) {
    const { code, message, fix } = error
    const place = placeOf(error)
    // A plugin may throw the error of another copy of this package, in which a fix was a sentence.
    const action = typeof fix === 'string' ? advice(fix) : fix
    return { code, severity: 'error', message, ...(place && { place }), ...(action && { fix: action }) }
  }
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && error.name === 'AbortError')
    return { code: 'interrupted', severity: 'error', message: 'interrupted' }
  return { code: 'internal', severity: 'error', message }
}

function placeOf({ file, line, column }: GateError): Place | undefined {
  if (file === undefined) return undefined
  return { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) }
}
