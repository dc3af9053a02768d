import { tableAt } from '@gate/client-kit'
import { isTable, type Override } from '@gate/core'
import { type ConfigLayers, documentsAboveUser } from './config-layers.js'
import { PROVIDER } from './plan.js'
import { refusal } from './refusals.js'
import { knows } from './versions.js'

/** Where the key `profile` still counts (until 0.133.0), what the profile that it chooses does to ours. Pure. */
export function chosenProfile(layers: ConfigLayers): readonly Override[] {
  if (knows(layers.version, 'profileFiles')) return []
  const documents = [...documentsAboveUser(layers), layers.user, layers.system]
  const chooser = documents.find((document) => document?.content?.profile !== undefined)
  const name = chooser?.content?.profile
  if (!chooser || typeof name !== 'string') return []
  const profiles = documents.map((document) => tableAt(document?.content ?? {}, 'profiles')[name]).filter(isTable)
  if (profiles.length === 0) return [refusal(chooser, 'profile', `the profile "${name}" is nowhere defined`)]
  const provider = profiles.map((profile) => profile.model_provider).find((value) => value !== undefined)
  if (typeof provider !== 'string' || provider === PROVIDER) return []
  const effect = `Codex uses the provider "${provider}" of this profile; nothing reaches the gateway.`
  const { source, location } = chooser
  return [{ source, location: `${location}: profile`, displaces: 'model_provider', effect, severity: 'override' }]
}
