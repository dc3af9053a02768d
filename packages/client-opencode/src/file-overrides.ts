import { setUpElsewhere } from '@gate/client-kit'
import type { Host, Override } from '@gate/core'
import type { ConfigLayers } from './config-layers.js'
import { configFile } from './paths.js'
import { CLIENT_ID } from './plan.js'
import { refusals } from './refusals.js'

/** Documents that keep OpenCode from starting. Our own file is told by the comparison with the plan. Pure. */
export function fileOverrides({ documents, own }: ConfigLayers): readonly Override[] {
  return documents.flatMap((document) =>
    document.location === own && !document.content && !document.missing ? [] : refusals(document),
  )
}

/** What makes OpenCode read another directory than the one that gate wrote to. Reads only. */
export async function directoryOverrides(host: Host): Promise<readonly Override[]> {
  const file = configFile(host)
  return setUpElsewhere(host, { clientId: CLIENT_ID, client: 'OpenCode', variable: 'XDG_CONFIG_HOME', file })
}
