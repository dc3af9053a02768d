import { setUpElsewhere } from '@gate/client-kit'
import { type Host, isTable, type Override } from '@gate/core'
import { settingsFile } from './paths.js'
import { CLIENT_ID } from './plan.js'
import type { SettingsLayers } from './settings-layer.js'
import { knows } from './versions.js'

/** Everything that makes Claude Code read other files than the one that gate wrote, or none. Reads only. */
export async function fileOverrides(host: Host, layers: SettingsLayers): Promise<readonly Override[]> {
  return [
    ...(await directoryOverrides(host)),
    ...directoryInSettings(host, layers),
    ...unreadableFiles(layers),
    ...brokenManaged(layers),
    ...ignoredManaged(layers),
    ...policyPrograms(layers),
  ]
}

function directoryOverrides(host: Host): Promise<readonly Override[]> {
  const file = settingsFile(host)
  return setUpElsewhere(host, { clientId: CLIENT_ID, client: 'Claude Code', variable: 'CLAUDE_CONFIG_DIR', file })
}

/** Claude Code honours the variable from the `env` block of the user settings as well, and starts again from there. */
function directoryInSettings(host: Host, layers: SettingsLayers): readonly Override[] {
  const user = layers.layers.find(({ source }) => source === 'user')
  const value = user && isTable(user.settings.env) ? user.settings.env.CLAUDE_CONFIG_DIR : undefined
  if (!user || typeof value !== 'string' || !knows(layers.version, 'startSwitches')) return []
  if (host.path.join(host.path.resolve(host.cwd, value), 'settings.json') === user.location) return []
  const location = `${user.location}: env.CLAUDE_CONFIG_DIR`
  const effect = 'Claude Code reads its settings from that directory instead of this file.'
  return [{ source: 'user', location, displaces: 'settings.json', effect, severity: 'override' }]
}

function unreadableFiles({ unreadable }: SettingsLayers): readonly Override[] {
  const effect = 'gate cannot read this file, so it cannot tell where Claude Code goes if it can.'
  return unreadable.map((file) => ({ ...file, displaces: 'unknown', effect, severity: 'override' }))
}

function brokenManaged(layers: SettingsLayers): readonly Override[] {
  const isLenient = !knows(layers.version, 'strictManaged')
  return layers.managed.broken.map((location) => ({
    source: 'managed',
    location,
    displaces: isLenient ? 'nothing' : 'everything',
    effect: isLenient
      ? 'Nothing: this version starts without the managed settings, which it cannot read; newer ones refuse to start.'
      : 'Claude Code refuses to start, because it cannot read these managed settings.',
    severity: isLenient ? 'info' : 'override',
  }))
}

function ignoredManaged(layers: SettingsLayers): readonly Override[] {
  const winner = layers.managed.inForce[0]?.location
  return layers.managed.ignored.flatMap(({ location, settings }) => {
    const keys = ['apiKeyHelper', 'env'].filter((key) => settings[key] !== undefined)
    if (keys.length === 0) return []
    const effect = `Nothing: ${winner} puts ${keys.join(' and ')} of these managed settings out of force.`
    return [{ source: 'managed', location, displaces: 'nothing', effect, severity: 'info' }]
  })
}

/** Not an override, because nobody knows; a client that is asked is not confirmed while such a program is there. */
function policyPrograms(layers: SettingsLayers): readonly Override[] {
  return layers.managed.programs.map((location) => ({
    source: 'managed',
    location,
    displaces: 'unknown',
    effect: 'A program of the administrator computes more managed settings, which gate cannot see.',
    severity: 'info',
  }))
}
