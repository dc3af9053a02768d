import type { ClientDefinition } from './contract/client-plugin.js'
import type { Connection } from './contract/connection.js'
import { GateError } from './errors/gate-error.js'
import { ownValue } from './own-value.js'

type Options = Pick<ClientDefinition, 'id' | 'options'>

/**
 * What is chosen for an option of a client; the first of its values when nothing is. Pure.
 *
 * @throws GateError `invalid-config` for a value that the option does not have.
 */
export function clientOption(definition: Options, connection: Connection, name: string): string | undefined {
  const values: readonly string[] = ownValue(definition.options, name) ?? []
  const chosen = ownValue(ownValue(connection.options, definition.id), name)
  if (chosen === undefined || values.includes(chosen)) return chosen ?? values[0]
  throw invalid(definition.id, `${name} must be ${values.join(' or ')}, not ${JSON.stringify(chosen)}`, name)
}

/** @throws GateError `invalid-config` for an option that the client does not have, or a value that it cannot take. Pure. */
export function checkOptions(definition: Options, connection: Connection): void {
  for (const name of Object.keys(ownValue(connection.options, definition.id) ?? {})) {
    if (ownValue(definition.options, name) === undefined)
      throw invalid(definition.id, `there is no option ${name}`, name)
    clientOption(definition, connection, name)
  }
}

function invalid(id: string, problem: string, name: string): GateError {
  return new GateError({
    code: 'invalid-config',
    message: `Options of ${id}: ${problem}.`,
    fix: { action: 'unset-setting', key: `options.${id}.${name}` },
  })
}
