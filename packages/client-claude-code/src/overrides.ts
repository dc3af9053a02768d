import type { Connection, Detection, Host, Override } from '@gate/core'
import { credentialOverrides } from './credential-overrides.js'
import { endpointOverrides } from './endpoint-overrides.js'
import { expectedSettings } from './expected-settings.js'
import { fileOverrides } from './file-overrides.js'
import { modelOverrides } from './model-overrides.js'
import { sandboxLimits } from './sandbox.js'
import { readLayers } from './settings-layers.js'
import { startLimits } from './start-limits.js'
import { storedLogins } from './stored-logins.js'

/**
 * What beats the user settings for a Claude Code started in the host's working directory and environment. Reads files
 * and, on macOS and Windows, the system's policies; never tells a value that could be a secret.
 *
 * Not to be seen from outside: `--settings`, `--setting-sources` and `--bare` on its command line, settings that
 * Anthropic's server delivers, and, on macOS, a login to a Claude apps gateway in the keychain.
 */
export async function overrides(
  host: Host,
  connection: Connection | undefined,
  { version }: Pick<Detection, 'version'>,
): Promise<readonly Override[]> {
  const layers = await readLayers(host, version)
  const expected = expectedSettings(host, connection, layers)
  return [
    ...endpointOverrides(layers, expected),
    ...credentialOverrides(layers, expected),
    ...(await storedLogins(host, layers)),
    ...(await fileOverrides(host, layers)),
    ...startLimits(layers),
    ...(await sandboxLimits(host, layers)),
    ...modelOverrides(layers, expected),
  ]
}
