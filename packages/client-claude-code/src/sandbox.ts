import { findProgram, type Host, isTable, type Override } from '@gate/core'
import type { SettingsLayer, SettingsLayers } from './settings-layer.js'
import { knows } from './versions.js'

/** Programs that Claude Code's sandbox needs on Linux, and the settings of an administrator that say where they are. */
const NEEDED = [
  { program: 'bwrap', setting: 'bwrapPath' },
  { program: 'socat', setting: 'socatPath' },
] as const

/**
 * A sandbox that is demanded (`sandbox.enabled` with `sandbox.failIfUnavailable`, each from its strongest layer) on a
 * machine without its programs: Claude Code refuses to start (2.1.158, 2.1.197, 2.1.332; not 2.0.34). Only whether the
 * programs are there is looked at, as Claude Code does. Reads only.
 */
export async function sandboxLimits(host: Host, layers: SettingsLayers): Promise<readonly Override[]> {
  if (host.platform !== 'linux' || !knows(layers.version, 'demandedSandbox')) return []
  if (strongest(layers, 'enabled')?.value !== true) return []
  const demand = strongest(layers, 'failIfUnavailable')
  if (demand?.value !== true) return []
  const missing: string[] = []
  for (const { program, setting } of NEEDED) {
    if (strongest(layers, setting, 'managed') !== undefined) continue
    if ((await findProgram(host, program))?.foundBy !== 'path') missing.push(program)
  }
  if (missing.length === 0) return []
  return [
    {
      source: demand.layer.source,
      location: `${demand.layer.location}: sandbox.failIfUnavailable`,
      displaces: 'everything',
      effect: `Claude Code does not start without its sandbox, and ${missing.join(' and ')} cannot be found on PATH.`,
      severity: 'override',
    },
  ]
}

function strongest({ layers }: SettingsLayers, key: string, source?: SettingsLayer['source']) {
  for (const layer of layers) {
    const { sandbox } = layer.settings
    const value = isTable(sandbox) ? sandbox[key] : undefined
    if (value !== undefined && (source === undefined || layer.source === source)) return { layer, value }
  }
  return undefined
}
