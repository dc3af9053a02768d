import { checkProfileName, type Host } from '@gate/core'
import type { GateConfig } from './schema.js'

/**
 * The profile that a command works with: the one asked for, else `GATE_PROFILE`, else the active one.
 *
 * @param asked Name given on the command line.
 * @throws GateError `invalid-argument` when it is not a possible name. Whether the profile exists is not checked.
 */
export function profileNameOf(host: Pick<Host, 'env'>, config: GateConfig, asked?: string): string {
  return checkProfileName(asked ?? (host.env.GATE_PROFILE || config.activeProfile))
}
