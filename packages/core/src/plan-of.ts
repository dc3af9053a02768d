import { checkOptions } from './client-options.js'
import type { ClientDefinition } from './contract/client-plugin.js'
import type { Connection } from './contract/connection.js'
import type { Detection } from './contract/detection.js'
import type { Edit, Plan } from './contract/edit.js'
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

/**
 * The edits that a gate may have made for a client, with whatever connection: those of the plans for connections that have
 * everything a connection can have. A plugin that makes no plan for one of them is not asked about it.
 *
 * @param known The connections of this machine. What stands and falls with gate's own, a model for one, is then gate's only
 * where one of them leads to it; otherwise it is the user's. Default: not known.
 */
export function tracesOf(
  definition: ClientDefinition,
  host: Host,
  detection: Detection,
  known: readonly Connection[] = [],
): readonly Edit[] {
  const edits = new Map<string, Edit>()
  const add = (edit: Edit) => {
    const place = JSON.stringify([edit.kind, edit.file, 'path' in edit ? edit.path : 'name' in edit && edit.name])
    if (!edits.has(place)) edits.set(place, edit)
  }
  const of = (connection: Connection) => editsFor(definition, host, connection, detection)
  for (const edit of known.flatMap(of)) add(edit)
  for (const edit of specimens(definition, host).flatMap(of)) if (known.length === 0 || !isDependent(edit)) add(edit)
  return [...edits.values()]
}

function isDependent({ own }: Edit): boolean {
  return typeof own?.beside === 'object' && 'with' in own.beside
}

function editsFor(
  definition: ClientDefinition,
  host: Host,
  connection: Connection,
  detection: Detection,
): readonly Edit[] {
  try {
    return planOf(definition, host, connection, detection).edits
  } catch {
    return []
  }
}

/** One that signs in, one that does not, and one for each choice that the client offers. */
function specimens({ id, options = {} }: ClientDefinition, host: Host): readonly Connection[] {
  const gatewayUrl = 'https://specimen.invalid'
  const full: Connection = {
    profile: 'specimen',
    gatewayUrl,
    paths: { anthropic: '', openai: '' },
    auth: { kind: 'oidc', issuer: gatewayUrl, clientId: 'specimen', scopes: [] },
    models: ['specimen', 'claude-haiku', 'claude-sonnet', 'claude-opus', 'claude-fable'].map((name) => ({ id: name })),
    headers: { 'X-Specimen': 'specimen' },
    caFile: host.path.join(host.directories.state, 'specimen.pem'),
    helper: { command: host.path.join(host.directories.state, 'bin', 'specimen'), args: [] },
  }
  const choices = Object.entries(options).flatMap(([name, values]) =>
    values.map((value) => ({ ...full, options: { [id]: { [name]: value } } })),
  )
  return [full, { ...full, auth: { kind: 'none' } }, ...choices]
}
