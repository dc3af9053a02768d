import { isDirectory, setUpElsewhere, tableAt } from '@gate/client-kit'
import { type Host, isTable, type Override, type Table } from '@gate/core'
import { chosenProfile } from './chosen-profile.js'
import type { ConfigLayers } from './config-layers.js'
import { codexHome, configFile } from './paths.js'
import { CLIENT_ID, PROVIDER } from './plan.js'
import { providerDifference, providerTable } from './provider-table.js'
import { refusals } from './refusals.js'
import { tomlKey } from './toml-key.js'
import { knows } from './versions.js'

/** What the user's other settings, the project and the system do to ours. Pure. */
export function fileOverrides(layers: ConfigLayers, ours: Table, model: string | undefined): readonly Override[] {
  return [
    // A user file that cannot be parsed is told by the comparison with the plan.
    ...(layers.user?.content ? refusals(layers.user, { profile: knows(layers.version, 'profileFiles') }) : []),
    ...chosenProfile(layers),
    ...legacyProfiles(layers),
    ...overlays(layers),
    ...projects(layers, model),
    ...system(layers, ours),
  ]
}

function legacyProfiles({ user, version }: ConfigLayers): readonly Override[] {
  const count = knows(version, 'profileFiles') ? 'no more since 0.134.' : 'only where they are chosen.'
  return Object.entries(tableAt(user?.content ?? {}, 'profiles')).flatMap(([name, profile]) => {
    if (!user || !isTable(profile) || profile.model_provider === undefined) return []
    const location = `${user.location}: profiles.${tomlKey(name)}.model_provider`
    return [nothing('user', location, `profiles in this file count ${count}`)]
  })
}

function overlays(layers: ConfigLayers): readonly Override[] {
  return layers.overlays.flatMap(({ source, location, content, name }) => {
    const provider = content?.model_provider
    const changes = (provider !== undefined && provider !== PROVIDER) || (content && providerTable(content))
    return changes ? [nothing(source, location, `it counts only for Codex started with -p ${name}.`)] : []
  })
}

function projects(layers: ConfigLayers, model: string | undefined): readonly Override[] {
  const strongestModel = layers.projects.find(({ isTrusted, content }) => isTrusted && content?.model !== undefined)
  return layers.projects.flatMap((project): readonly Override[] => {
    const { source, location, content, isTrusted } = project
    if (!content) return isTrusted ? refusals(project, { profile: false }) : []
    const rows: Override[] = []
    const key = ['model_provider', 'model_providers', 'openai_base_url'].find((name) => content[name] !== undefined)
    if (key && knows(layers.version, 'projectsWithoutProviders'))
      rows.push(nothing(source, `${location}: ${key}`, 'Codex ignores providers in project files.'))
    if (project === strongestModel && content.model !== model) {
      const severity = model === undefined ? 'info' : 'override'
      const effect = `Codex asks the gateway for the model ${String(content.model)} in this project.`
      rows.push({ source, location: `${location}: model`, displaces: 'model', effect, severity })
    }
    return rows
  })
}

function system(layers: ConfigLayers, ours: Table): readonly Override[] {
  const document = layers.system
  if (!document) return []
  const { source, location, content } = document
  const theirs = content && providerTable(content)
  const difference = theirs && providerDifference(theirs, ours, 'beneath')
  const rows = [...refusals(document, { profile: knows(layers.version, 'profileFiles') })]
  if (difference) {
    rows.push({ source, location: `${location}: model_providers.${PROVIDER}`, ...difference })
  }
  if (content?.model_provider !== undefined && content.model_provider !== PROVIDER) {
    rows.push(nothing(source, `${location}: model_provider`, "the user's file wins over it."))
  }
  return rows
}

/** What makes Codex read another file than the one that gate wrote. Reads only. */
export async function directoryOverrides(host: Host): Promise<readonly Override[]> {
  const location = 'CODEX_HOME'
  const file = configFile(host)
  const moved = await setUpElsewhere(host, { clientId: CLIENT_ID, client: 'Codex', variable: location, file })
  const home = codexHome(host)
  if (!host.env.CODEX_HOME || (await isDirectory(host, home))) return moved
  const effect = `Codex refuses to start, because ${home} is not a directory.`
  return [{ source: 'environment', location, displaces: 'config.toml', effect, severity: 'override' }, ...moved]
}

function nothing(source: Override['source'], location: string, why: string): Override {
  return { source, location, displaces: 'nothing', effect: `Nothing: ${why}`, severity: 'info' }
}
