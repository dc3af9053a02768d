import type { Host, Situation } from '@gate/core'
import { readLayers } from './config-layers.js'
import { modelsFile, projectFile, settingsFile, trustFile } from './paths.js'

/** What the answer of pi depends on. */
export async function situation(host: Host): Promise<Situation> {
  const { trust } = await readLayers(host)
  return {
    files: [modelsFile(host), settingsFile(host), trustFile(host), projectFile(host)],
    variables: ['PI_CODING_AGENT_DIR', 'PI_PACKAGE_DIR', 'HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'],
    more: [trust],
  }
}
