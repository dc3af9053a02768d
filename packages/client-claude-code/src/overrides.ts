import type { Connection, Host, Override } from '@gate/core'
import { credentialOverrides } from './credential-overrides.js'
import { endpointOverrides } from './endpoint-overrides.js'
import { expectedSettings } from './expected-settings.js'
import { fileOverrides } from './file-overrides.js'
import { readLayers } from './settings-layers.js'

/**
 * What beats the user settings for a Claude Code started in the host's working directory and environment. Reads files
 * and, on macOS and Windows, the system's policies; never tells a value that could be a secret.
 *
 * Not to be seen from outside: `--settings`, `--setting-sources` and `--bare` on its command line, settings that
 * Anthropic's server delivers, and a session signed in to a Claude apps gateway.
 */
export async function overrides(host: Host, connection: Connection | undefined): Promise<readonly Override[]> {
  const layers = await readLayers(host)
  const expected = expectedSettings(host, connection, layers)
  return [
    ...endpointOverrides(layers, expected),
    ...credentialOverrides(layers, expected),
    ...(await fileOverrides(host, layers)),
  ]
}
