import type { Engine } from '../contract/engine.js'
import { GateError } from '../errors/gate-error.js'

/** The engine of this copy of core. Its operations follow in the next commits; until then each says so. */
export function createEngine(): Engine {
  const missing = async (): Promise<never> => {
    throw new GateError({ code: 'internal', message: 'This build of gate has no engine.' })
  }
  return {
    apply: missing,
    revert: missing,
    inspect: missing,
    receipts: missing,
    recover: missing,
    readDocument: missing,
  }
}
