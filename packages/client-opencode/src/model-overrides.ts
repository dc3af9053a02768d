import { tableAt } from '@gate/client-kit'
import type { Connection, Override, Table } from '@gate/core'
import type { ConfigDocument } from './config-document.js'
import { type ConfigLayers, strongest } from './config-layers.js'
import { defaultModels, isOffered, PROVIDERS, providerName } from './provider-models.js'

/** Agents of OpenCode itself that take part in every conversation. */
export const EVERYDAY_AGENTS: readonly string[] = ['build', 'plan', 'title', 'summary', 'compaction']

/** Documents above ours that choose another model, and agents that have one of their own. Pure. */
export function modelOverrides(layers: ConfigLayers, connection: Connection | undefined): readonly Override[] {
  const ours = connection && defaultModels(connection)
  return [
    ...keyRow(layers, 'model', ours?.model, connection),
    ...keyRow(layers, 'small_model', ours?.smallModel, connection),
    ...agentRows(layers, connection),
    ...layers.documents.flatMap(unclearRow),
  ]
}

function keyRow(
  layers: ConfigLayers,
  key: 'model' | 'small_model',
  ours: string | undefined,
  connection: Connection | undefined,
): readonly Override[] {
  const found = strongest(layers, (content) => textAt(content, key))
  // In our own file it is drift.
  if (!found || found.document.location === layers.own || found.value === ours) return []
  return [modelRow(found.document, key, found.value, key, connection, true)]
}

function agentRows(layers: ConfigLayers, connection: Connection | undefined): readonly Override[] {
  const chosen = strongest(layers, (content) => textAt(content, 'default_agent'))?.value
  const everyday = [...EVERYDAY_AGENTS, ...(chosen === undefined ? [] : [chosen])]
  const names = layers.documents.flatMap(({ content = {} }) =>
    ['agent', 'mode'].flatMap((kind) => Object.keys(tableAt(content, kind))),
  )
  return [...new Set(names)].flatMap((name) => {
    // `mode` is the older name of `agent`; both are read, and it is put over the other at the end (1.18.33).
    const [found] = ['mode', 'agent'].flatMap((kind) => {
      const one = strongest(layers, (content) => textAt(content, kind, name, 'model'))
      return one ? [{ ...one, key: `${kind}.${name}.model` }] : []
    })
    if (!found || isOurs(found.value)) return []
    const { document, value, key } = found
    const place = document.location.endsWith('.md') ? 'model' : key
    return [modelRow(document, place, value, 'model', connection, everyday.includes(name))]
  })
}

function unclearRow({ source, location, isUnclear }: ConfigDocument): readonly Override[] {
  if (!isUnclear) return []
  const effect = 'gate does not understand which model this agent asks for.'
  return [{ source, location, displaces: 'unknown', effect, severity: 'info' }]
}

function modelRow(
  { source, location }: ConfigDocument,
  key: string,
  wanted: string,
  displaces: string,
  connection: Connection | undefined,
  isEveryday: boolean,
): Override {
  const row = { source, location: `${location}: ${key}`, displaces }
  if (!isOurs(wanted)) {
    // Out of a variable or a file it could be anything, a secret, too.
    const name = /^([\w.-]+)\//.exec(wanted)?.[1]
    const asked = name === undefined ? 'another provider' : `the provider ${name}`
    const effect = `OpenCode asks ${asked} here; that does not reach the gateway.`
    return { ...row, effect, severity: isEveryday ? 'override' : 'info' }
  }
  return isOffered(wanted, connection)
    ? { ...row, effect: `OpenCode asks the gateway for ${wanted} here.`, severity: 'info' }
    : { ...row, effect: `OpenCode does not find ${wanted} among the models of the connection.`, severity: 'override' }
}

function isOurs(qualified: string): boolean {
  return PROVIDERS.includes(providerName(qualified))
}

function textAt(content: Table, ...path: readonly string[]): string | undefined {
  const value = tableAt(content, ...path.slice(0, -1))[path.at(-1) ?? '']
  return typeof value === 'string' && value !== '' ? value : undefined
}
