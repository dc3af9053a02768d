import { isOfType, tableAt } from '@gate/client-kit'
import { isTable, type Override } from '@gate/core'
import { type ConfigDocument, type ConfigLayers, documentsAboveUser } from './config-layers.js'
import { IGNORED_IN_PROJECTS, KNOWN_IN_REQUIREMENTS, PROVIDER_TYPES, TYPES } from './known-keys.js'
import { PROVIDER } from './plan.js'
import { RESERVED, refusal } from './refusals.js'
import { tomlKey } from './toml-key.js'
import { knows } from './versions.js'

/**
 * Values that keep Codex from starting once the documents are put over each other: it checks what comes out, so that a
 * wrong value which a stronger document hides does no harm; `requirements.toml` is checked by itself (0.169.0). Root keys
 * of the user's file are told by the comparison with the plan. Pure.
 */
export function mergedRefusals(layers: ConfigLayers): readonly Override[] {
  return [...rootKeys(layers), ...providers(layers)]
}

function rootKeys({ requirements, managed, projects, user, system, version }: ConfigLayers): readonly Override[] {
  const trusted = projects.filter(({ isTrusted }) => isTrusted)
  const documents = [...managed, ...trusted, user, system]
  const passesOver = knows(version, 'projectsWithoutProviders')
  const strongest = (key: string) =>
    documents.find((one) => {
      const isPassedOver = passesOver && one?.source === 'project' && IGNORED_IN_PROJECTS.includes(key)
      return !isPassedOver && one?.content?.[key] !== undefined
    })
  return Object.entries(TYPES).flatMap(([key, types]) => {
    const counting = [...(KNOWN_IN_REQUIREMENTS.includes(key) ? requirements : []), strongest(key)]
    return counting.flatMap((document) => {
      const value = document?.content?.[key]
      if (!document || document === user || value === undefined || isOfType(value, types)) return []
      return [refusal(document, key, `this is not of the type ${types.join(' or ')}`)]
    })
  })
}

/** A table of `model_providers`, or what stands in its place. */
interface ProviderEntry {
  readonly document: ConfigDocument
  readonly table: unknown
}

function providers(layers: ConfigLayers): readonly Override[] {
  const { requirements, user, system } = layers
  const tables = (document: ConfigDocument | undefined) => tableAt(document?.content ?? {}, 'model_providers')
  const merged = [...documentsAboveUser(layers), user, system]
  const ids = new Set([...requirements, ...merged].flatMap((document) => Object.keys(tables(document))))
  return [...ids].flatMap((id) => {
    const entries = (documents: readonly (ConfigDocument | undefined)[]) =>
      documents.flatMap((document): readonly ProviderEntry[] => {
        const table = tables(document)[id]
        return document && table !== undefined ? [{ document, table }] : []
      })
    // A table in the requirements stands in the place of all others of its id.
    const pinned = entries(requirements).slice(0, 1)
    const found = pinned.length > 0 ? pinned : entries(merged)
    // A reserved id is told by itself, and what the user changed about ours by the comparison with the plan.
    if (RESERVED.includes(id) || (id === PROVIDER && found[0]?.document === user)) return []
    return wrongInProvider(id, found)
  })
}

function wrongInProvider(id: string, entries: readonly ProviderEntry[]): readonly Override[] {
  const [first] = entries
  if (!first) return []
  const key = `model_providers.${tomlKey(id)}`
  if (!isTable(first.table)) return [refusal(first.document, key, 'this is not of the type object')]
  const strongest = (name: string) =>
    entries.flatMap(({ document, table }) => {
      const value = isTable(table) ? table[name] : undefined
      return value === undefined ? [] : [{ document, value }]
    })[0]
  const wrong = Object.entries(PROVIDER_TYPES).flatMap(([name, types]) => {
    const found = strongest(name)
    if (!found || isOfType(found.value, types)) return []
    return [refusal(found.document, `${key}.${name}`, `this is not of the type ${types.join(' or ')}`)]
  })
  const name = strongest('name')
  // The settings of this built-in provider need none.
  if (id === 'amazon-bedrock' || (name && name.value !== '')) return wrong
  return [...wrong, refusal((name ?? first).document, key, 'this provider has no name')]
}
