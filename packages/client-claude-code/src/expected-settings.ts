import { type Connection, type Host, isTable } from '@gate/core'
import { apiKeyHelper, environment } from './plan.js'
import type { SettingsLayers } from './settings-layer.js'

/** What the user settings should say, to compare stronger places with. */
export interface ExpectedSettings {
  readonly apiKeyHelper: string | undefined
  readonly env: Readonly<Record<string, string>>
}

/** From the connection, or, when none is known, from what the user settings say now. Pure. */
export function expectedSettings(
  host: Host,
  connection: Connection | undefined,
  layers: SettingsLayers,
): ExpectedSettings {
  if (connection) return { apiKeyHelper: apiKeyHelper(host, connection), env: environment(connection) }
  const settings = layers.layers.find(({ source }) => source === 'user')?.settings ?? {}
  const env = isTable(settings.env) ? settings.env : {}
  return {
    apiKeyHelper: typeof settings.apiKeyHelper === 'string' ? settings.apiKeyHelper : undefined,
    env: typeof env.ANTHROPIC_BASE_URL === 'string' ? { ANTHROPIC_BASE_URL: env.ANTHROPIC_BASE_URL } : {},
  }
}
