import type { Connection, Detection, Host, Override } from '@gate/core'
import { readLayers } from './config-layers.js'
import { defaultModel } from './default-model.js'
import { readEnvironment } from './environment.js'
import { environmentOverrides } from './environment-overrides.js'
import { directoryOverrides, fileOverrides } from './file-overrides.js'
import { mergedRefusals } from './merged-refusals.js'
import { provider } from './plan.js'
import { policyOverrides } from './policy-overrides.js'
import { providerTable } from './provider-table.js'
import { modelRows, startRefusals } from './start-refusals.js'

/**
 * What beats the user's `config.toml` for a Codex started in the host's working directory and environment. Reads files
 * and, on macOS, the device-management profile; never tells a value that could be a secret.
 *
 * Not to be seen from outside: `-c`, `-m`, `-p` and `--ignore-user-config` on its command line, and what an organisation's
 * server delivers.
 */
export async function overrides(
  host: Host,
  connection: Connection | undefined,
  { version }: Pick<Detection, 'version'>,
): Promise<readonly Override[]> {
  const layers = await readLayers(host, version)
  const user = layers.user?.content ?? {}
  const ours = connection ? provider(host, connection) : (providerTable(user) ?? {})
  const model = connection && defaultModel(connection)
  const baseUrl = typeof ours.base_url === 'string' ? ours.base_url : undefined
  const refusals = mergedRefusals(layers)
  return [
    ...refusals,
    // What a value does that Codex does not start with need not be said.
    ...[...policyOverrides(layers, ours, model), ...fileOverrides(layers, ours, model)].filter(
      (row) => !refusals.some(({ location }) => location.startsWith(row.location)),
    ),
    ...(await startRefusals(host, layers)),
    ...modelRows(layers.user, model),
    ...(await directoryOverrides(host)),
    ...environmentOverrides(host, await readEnvironment(host), baseUrl, layers.version),
  ]
}
