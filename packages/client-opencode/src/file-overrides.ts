import type { Host, Override } from '@gate/core'
import type { ConfigLayers } from './config-layers.js'
import { configFile } from './paths.js'
import { CLIENT_ID } from './plan.js'
import { refusals } from './refusals.js'

/** Documents that keep OpenCode from starting. Our own file is told by the comparison with the plan. Pure. */
export function fileOverrides({ documents, own }: ConfigLayers): readonly Override[] {
  return documents.flatMap((document) =>
    document.location === own && document.content === undefined ? [] : refusals(document),
  )
}

/** What makes OpenCode read another directory than the one that gate wrote to. Reads only. */
export async function directoryOverrides(host: Host): Promise<readonly Override[]> {
  const current = configFile(host)
  const receipt = (await host.engine.receipts(host)).find(({ clientId }) => clientId === CLIENT_ID)
  if (!receipt || receipt.files.includes(current)) return []
  const effect = `OpenCode started from here reads ${current}; gate set up ${receipt.files.join(', ')}.`
  return [
    { source: 'environment', location: 'XDG_CONFIG_HOME', displaces: 'opencode.jsonc', effect, severity: 'override' },
  ]
}
