import { setUpElsewhere } from '@gate/client-kit'
import type { Host, Override, Table } from '@gate/core'
import type { ConfigDocument, ConfigLayers } from './config-layers.js'
import { includesModel } from './model-patterns.js'
import { modelsFile } from './paths.js'
import { CLIENT_ID, PROVIDER } from './plan.js'
import { refusals } from './refusals.js'

/** What gate made pi start with. */
export interface Choice {
  readonly model: string
  /** Ids of all models of our provider. */
  readonly offered: readonly string[]
  /** Whether the connection named the model, so that another one is not what it asked for. */
  readonly isNamed: boolean
}

/** What the user's other settings and the project's do to ours. Pure. */
export function fileOverrides(layers: ConfigLayers, choice: Choice): readonly Override[] {
  const { user, project, savedKey, unreadable } = layers
  const active = project?.trust === 'trusted' ? project : undefined
  return [
    ...(savedKey === undefined ? [] : savedKeyRow(savedKey)),
    ...unreadable.map(unreadableRow),
    ...(user ? refusals(user) : []),
    ...(active ? refusals(active) : []),
    ...(active ? projectRows(active, choice) : []),
    ...(project?.trust === 'undecided' ? projectRows(project, choice).map(afterTrust) : []),
    ...scopeRows(active, user, choice),
  ]
}

/** What makes pi read another directory than the one that gate wrote to. Reads only. */
export async function directoryOverrides(host: Host): Promise<readonly Override[]> {
  const file = modelsFile(host)
  return setUpElsewhere(host, { clientId: CLIENT_ID, client: 'pi', variable: 'PI_CODING_AGENT_DIR', file })
}

function savedKeyRow(file: string): readonly Override[] {
  const effect = "The gateway gets the key that was saved with /login, not gate's token; /logout removes it."
  return [{ source: 'user', location: `${file}: ${PROVIDER}`, displaces: 'credential', effect, severity: 'override' }]
}

function unreadableRow(file: ConfigLayers['unreadable'][number]): Override {
  const effect = 'gate cannot read this file, so it cannot tell what pi does if it can.'
  return { ...file, displaces: 'unknown', effect, severity: 'override' }
}

function projectRows({ source, location, content }: ConfigDocument, choice: Choice): readonly Override[] {
  const { defaultProvider, defaultModel } = content
  if (typeof defaultProvider === 'string' && defaultProvider !== PROVIDER) {
    const key = `${location}: defaultProvider`
    const effect = `pi starts with a model of "${defaultProvider}", or with another one that it has a key for.`
    return [{ source, location: key, displaces: 'defaultProvider', effect, severity: 'override' }]
  }
  if (typeof defaultModel !== 'string' || defaultModel === choice.model) return []
  const key = `${location}: defaultModel`
  if (choice.offered.includes(defaultModel)) {
    const effect = `pi asks the gateway for the model ${defaultModel}.`
    return [{ source, location: key, displaces: 'model', effect, severity: choice.isNamed ? 'override' : 'info' }]
  }
  const effect = `gate offers no model ${defaultModel}, so pi starts with any other one that it has a key for.`
  return [{ source, location: key, displaces: 'defaultModel', effect, severity: 'override' }]
}

/** An interactive pi asks whether to trust the project; `pi -p` does as if it were not there. */
function afterTrust(row: Override): Override {
  return { ...row, effect: `Once you trust this project: ${row.effect}`, severity: 'info' }
}

/** The list that pi chooses its first model from, if ours is not on it. */
function scopeRows(
  active: ConfigDocument | undefined,
  user: ConfigDocument | undefined,
  choice: Choice,
): readonly Override[] {
  const document = [active, user].find((one) => one?.content.enabledModels !== undefined)
  if (!document || !leavesOut(document.content, choice.model)) return []
  const { source, location } = document
  const effect = "pi starts with the first of these models that it has a key for, and gate's is not among them."
  return [{ source, location: `${location}: enabledModels`, displaces: 'model', effect, severity: 'override' }]
}

function leavesOut({ enabledModels }: Table, model: string): boolean {
  return Array.isArray(enabledModels) && enabledModels.length > 0 && !includesModel(enabledModels, model)
}
