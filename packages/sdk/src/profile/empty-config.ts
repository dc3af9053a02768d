import type { GateConfig } from './schema.js'

/** What a machine without `config.json` has. */
export function emptyConfig(): GateConfig {
  return { version: 1, activeProfile: 'default', profiles: {} }
}
