import { checkOptions } from './client-options.js'
import type { ClientDefinition, Detection } from './contract/client-plugin.js'
import type { Connection } from './contract/connection.js'
import type { Plan } from './contract/edit.js'
import type { Host } from './contract/host.js'
import { GateError } from './errors/gate-error.js'

/** @throws GateError `plugin-invalid` when the plan is not for this client, `invalid-config` for options it does not have. */
export function planOf(definition: ClientDefinition, host: Host, connection: Connection, detection: Detection): Plan {
  checkOptions(definition, connection)
  const plan = definition.plan(host, connection, detection)
  if (plan.clientId !== definition.id) {
    throw new GateError({
      code: 'plugin-invalid',
      message: `The plugin for "${definition.id}" made a plan for "${plan.clientId}".`,
    })
  }
  return plan
}
