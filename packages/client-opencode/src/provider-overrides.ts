import { programOverride, tableAt } from '@gate/client-kit'
import type { Connection, Override } from '@gate/core'
import type { ConfigDocument } from './config-document.js'
import { type ConfigLayers, strongest } from './config-layers.js'
import { defaultModels, PROVIDERS, providerName } from './provider-models.js'

/** Documents that switch our providers off, and those that try to change them or to run code beside ours. Pure. */
export function providerOverrides(layers: ConfigLayers, connection: Connection | undefined): readonly Override[] {
  const used = usedProviders(connection)
  return [
    ...switchedOff(layers, 'disabled_providers', (list) => used.some((id) => list.includes(id))),
    ...switchedOff(layers, 'enabled_providers', (list) => used.some((id) => !list.includes(id))),
    ...layers.documents.flatMap((document) => [...sameName(document), ...foreignPlugins(document)]),
  ]
}

/** With models that only the gateway knows, either provider may be the one that is used. */
function usedProviders(connection: Connection | undefined): readonly string[] {
  if (!connection || connection.models.length === 0) return PROVIDERS
  const { model, smallModel } = defaultModels(connection)
  return [model, smallModel].map(providerName)
}

function switchedOff(
  layers: ConfigLayers,
  key: 'disabled_providers' | 'enabled_providers',
  hides: (list: readonly unknown[]) => boolean,
): readonly Override[] {
  const found = strongest(layers, ({ [key]: list }) => (Array.isArray(list) ? list : undefined))
  if (!found || !hides(found.value)) return []
  const { source, location } = found.document
  const effect = "OpenCode does not find gate's provider, so nothing reaches the gateway."
  return [{ source, location: `${location}: ${key}`, displaces: 'everything', effect, severity: 'override' }]
}

/** The plugin file puts our providers in the place of these. */
function sameName({ source, location, content = {} }: ConfigDocument): readonly Override[] {
  return PROVIDERS.filter((id) => tableAt(content, 'provider')[id] !== undefined).map((id) => ({
    source,
    location: `${location}: provider.${id}`,
    displaces: 'nothing',
    effect: "Nothing: gate's plugin file replaces it.",
    severity: 'info',
  }))
}

function foreignPlugins({ source, location, content = {} }: ConfigDocument): readonly Override[] {
  if (!Array.isArray(content.plugin) || content.plugin.length === 0) return []
  return [programOverride('OpenCode', { source, location: `${location}: plugin` })]
}
