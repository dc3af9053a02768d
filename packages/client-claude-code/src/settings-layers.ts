import { type Host, isTable } from '@gate/core'
import { sourcesOf } from './host-managed.js'
import { isDropped } from './known-keys.js'
import { readManagedSettings } from './managed-settings.js'
import { projectSettingsFiles, settingsFile } from './paths.js'
import { readSettings } from './read-settings.js'
import { type Located, type SettingsLayer, type SettingsLayers, shellVariable } from './settings-layer.js'

/**
 * Reads all layers. A file that Claude Code drops (invalid, or a known key of a wrong type) is left out here, too.
 *
 * @param version Of the installed Claude Code; undefined = it cannot be told.
 */
export async function readLayers(host: Host, version: string | undefined): Promise<SettingsLayers> {
  const managed = await readManagedSettings(host, version)
  const user = settingsFile(host)
  const files = [
    // Started in the home directory, ~/.claude/settings.json is the user's file and not a project's.
    ...(await projectSettingsFiles(host, version)).filter(({ file }) => file !== user),
    { source: 'user' as const, file: user },
  ]
  const layers: SettingsLayer[] = managed.inForce.map((document) => ({ source: 'managed', ...document }))
  const unreadable: SettingsLayers['unreadable'][number][] = []
  for (const { source, file } of files) {
    const read = await readSettings(host, file, version)
    if (read.state === 'parsed' && !isDropped(read.value, version))
      layers.push({ source, location: file, settings: read.value })
    // That of the user is told by the comparison with the plan.
    if (read.state === 'unreadable' && source !== 'user') unreadable.push({ source, location: file })
  }
  return { layers, managed, unreadable, version, shell: host.env }
}

/**
 * The variable as Claude Code sees it: `env` blocks are united key by key and beat the shell, and an empty string in one
 * of them hides a value of the shell, unless the program that starts Claude Code manages its provider. Values that are no strings are turned into some (`null` into `"null"`). Pure.
 */
export function variable(layers: SettingsLayers, name: string): Located | undefined {
  const sources = sourcesOf(layers.shell, name)
  for (const { source, location, settings } of layers.layers.filter((layer) => sources.includes(layer.source))) {
    const value = isTable(settings.env) ? settings.env[name] : undefined
    if (value !== undefined) return { source, location: `${location}: env.${name}`, value: String(value) }
  }
  return shellVariable(layers, name)
}

/** What Claude Code takes for yes in a variable; `2` is no, like everything else (2.1.329). Pure. */
export function isOn(value: string | undefined): boolean {
  return ['1', 'true', 'yes', 'on'].includes((value ?? '').trim().toLowerCase())
}
