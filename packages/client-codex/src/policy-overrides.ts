import { tableAt } from '@gate/client-kit'
import type { Override, Table } from '@gate/core'
import { type ConfigDocument, type ConfigLayers, documentsAboveUser } from './config-layers.js'
import { PROVIDER } from './plan.js'
import { providerDifference, providerTable } from './provider-table.js'
import { refusals } from './refusals.js'
import { knows } from './versions.js'

const BUILT_IN: readonly string[] = ['openai', 'ollama', 'lmstudio', 'amazon-bedrock']

/**
 * What administrators set above the user: `requirements.toml` pins values and replaces tables, the legacy
 * `managed_config.toml` is put over the user's keys one by one. Pure.
 */
export function policyOverrides(layers: ConfigLayers, ours: Table, model: string | undefined): readonly Override[] {
  const pinned = layers.requirements.find(({ content }) => typeof content?.model_provider === 'string')
  const hasTable = layers.requirements.some(({ content }) => content && providerTable(content))
  return [
    ...layers.requirements.flatMap((document) => [
      ...refusals(document, { profile: false }),
      ...(document === pinned ? providerRow(document, layers) : []),
      ...tableRow(document, ours, 'replace'),
    ]),
    ...layers.managed.flatMap((document) => [
      ...refusals(document, { profile: knows(layers.version, 'profileFiles') }),
      ...(pinned ? [] : providerRow(document, layers)),
      ...(hasTable ? [] : tableRow(document, ours, 'merge')),
      ...modelRow(document, model),
    ]),
    ...projects(layers).flatMap((document) => [
      ...refusals(document, { profile: false }),
      ...(pinned ? [] : providerRow(document, layers)),
      ...(hasTable ? [] : tableRow(document, ours, 'merge')),
    ]),
  ]
}

/** The projects of an older Codex, which brought providers along. */
function projects(layers: ConfigLayers): readonly ConfigDocument[] {
  return documentsAboveUser(layers).filter(({ source, content }) => source === 'project' && content !== undefined)
}

function providerRow({ source, location, content }: ConfigDocument, layers: ConfigLayers): readonly Override[] {
  const wanted = content?.model_provider
  if (typeof wanted !== 'string' || wanted === PROVIDER) return []
  const documents = [...layers.requirements, ...documentsAboveUser(layers), layers.user, layers.system]
  const isKnown =
    BUILT_IN.includes(wanted) || documents.some((other) => wanted in tableAt(other?.content ?? {}, 'model_providers'))
  const effect = isKnown
    ? `Codex uses the provider "${wanted}"; nothing reaches the gateway.`
    : `Codex refuses to start, because the provider "${wanted}" is nowhere defined.`
  return [
    { source, location: `${location}: model_provider`, displaces: 'model_provider', effect, severity: 'override' },
  ]
}

function tableRow(
  { source, location, content }: ConfigDocument,
  ours: Table,
  how: 'replace' | 'merge',
): readonly Override[] {
  const theirs = content && providerTable(content)
  const difference = theirs && providerDifference(theirs, ours, how)
  if (!difference) return []
  return [{ source, location: `${location}: model_providers.${PROVIDER}`, ...difference }]
}

/** `model` in `requirements.toml` is not understood by Codex (0.169.0). */
function modelRow({ source, location, content }: ConfigDocument, model: string | undefined): readonly Override[] {
  const wanted = content?.model
  if (typeof wanted !== 'string' || wanted === model) return []
  const severity = model === undefined ? 'info' : 'override'
  const effect = `Codex asks the gateway for the model ${wanted}.`
  return [{ source, location: `${location}: model`, displaces: 'model', effect, severity }]
}
