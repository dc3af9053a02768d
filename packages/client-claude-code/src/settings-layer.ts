import type { Host, Override } from '@gate/core'
import type { ManagedSettings } from './managed-settings.js'

/** One settings document that Claude Code reads. */
export interface SettingsLayer {
  readonly source: Extract<Override['source'], 'managed' | 'local' | 'project' | 'user'>
  /** Its file or registry value. */
  readonly location: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** A value and the place that it comes from. */
export interface Located {
  readonly source: Override['source']
  /** As overrides name it: a variable, or a file with a key. */
  readonly location: string
  readonly value: string
}

/** Everything that decides what Claude Code does when it is started in the host's working directory. */
export interface SettingsLayers {
  /** Strongest first: managed, local, project, user. */
  readonly layers: readonly SettingsLayer[]
  readonly managed: ManagedSettings
  /** Files of a project that gate cannot read, so that nobody knows what they change. */
  readonly unreadable: readonly Pick<SettingsLayer, 'source' | 'location'>[]
  /** Of the installed Claude Code; undefined when it cannot be told. */
  readonly version: string | undefined
  /** The environment of the shell, weaker than every `env` block. */
  readonly shell: Host['env']
}

/** The variable as the shell has it, for the few that settings cannot change. Pure. */
export function shellVariable(layers: SettingsLayers, name: string): Located | undefined {
  const value = layers.shell[name]
  return value === undefined ? undefined : { source: 'environment', location: name, value }
}
