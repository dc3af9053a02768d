import { compareVersions, type Override } from '@gate/core'
import { hasBrokenGuard } from './known-keys.js'
import type { SettingsLayer, SettingsLayers } from './settings-layer.js'
import { knows } from './versions.js'

/** Families of models, each of which can be the default one. */
const FAMILIES = ['fable', 'haiku', 'opus', 'sonnet']

/** Limits of an administrator that keep this Claude Code from starting (2.1.332); others may not set them. Pure. */
export function startLimits(layers: SettingsLayers): readonly Override[] {
  if (!knows(layers.version, 'startLimits')) return []
  return layers.layers
    .filter(({ source }) => source === 'managed')
    .flatMap((layer) => [
      ...versionLimits(layer, layers.version),
      ...modelLimits(layer),
      ...brokenGuards(layer, layers.version),
    ])
}

function versionLimits({ location, settings }: SettingsLayer, version: string | undefined): readonly Override[] {
  if (version === undefined) return []
  const { requiredMinimumVersion: least, requiredMaximumVersion: most } = settings
  return [
    ...(typeof least === 'string' && compareVersions(version, least) < 0
      ? [row(`${location}: requiredMinimumVersion`, `Claude Code ${version} does not start: ${least} is demanded.`)]
      : []),
    ...(typeof most === 'string' && compareVersions(version, most) > 0
      ? [
          row(
            `${location}: requiredMaximumVersion`,
            `Claude Code ${version} does not start: ${most} is the newest allowed.`,
          ),
        ]
      : []),
  ]
}

function modelLimits({ location, settings }: SettingsLayer): readonly Override[] {
  const { availableModels, availableModelsMatch, deniedModels } = settings
  const effect = 'Claude Code does not start, because no model is left that could be the default one.'
  const isDenied = Array.isArray(deniedModels) && FAMILIES.every((family) => deniedModels.includes(family))
  const isNoneLeft =
    availableModelsMatch === 'exact' &&
    Array.isArray(availableModels) &&
    availableModels.length > 0 &&
    !availableModels.some((name) => FAMILIES.some((family) => String(name).toLowerCase().includes(family)))
  return [
    ...(isDenied ? [row(`${location}: deniedModels`, effect)] : []),
    ...(isNoneLeft ? [row(`${location}: availableModels`, effect)] : []),
  ]
}

function brokenGuards({ location, settings }: SettingsLayer, version: string | undefined): readonly Override[] {
  if (!hasBrokenGuard(settings, version)) return []
  return [row(`${location}: hooks`, 'Claude Code does not start, because it cannot read hooks that guard permissions.')]
}

function row(location: string, effect: string): Override {
  return { source: 'managed', location, displaces: 'everything', effect, severity: 'override' }
}
