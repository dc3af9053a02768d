import type { Connection, Host, Override } from '@gate/core'
import { readLayers } from './config-layers.js'
import { environmentOverrides } from './environment-overrides.js'
import { directoryOverrides, fileOverrides } from './file-overrides.js'
import { modelOverrides } from './model-overrides.js'
import { pluginFileOverrides } from './plugin-files.js'
import { providerOverrides } from './provider-overrides.js'

/**
 * What beats gate's two files for an OpenCode started in the host's working directory and environment. Reads files and,
 * on macOS, the device-management profile; never tells a value that could be a secret.
 *
 * Not to be seen from outside: `-m`, `--agent` and `--pure` on its command line, the model that was picked in an open
 * session, what other plugins do, and what servers deliver.
 */
export async function overrides(host: Host, connection: Connection | undefined): Promise<readonly Override[]> {
  const layers = await readLayers(host)
  return [
    ...fileOverrides(layers),
    ...modelOverrides(layers, connection),
    ...providerOverrides(layers, connection),
    ...(await pluginFileOverrides(host, layers.directories)),
    ...(await directoryOverrides(host)),
    ...environmentOverrides(host, connection),
  ]
}
