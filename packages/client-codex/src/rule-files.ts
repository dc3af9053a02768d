import type { Host } from '@gate/core'
import type { ConfigLayers } from './config-layers.js'
import { codexHome, projectDirectories, systemDirectory } from './paths.js'
import { knows } from './versions.js'

/** The files of command rules that Codex reads at its start: the system's, the user's, and those of trusted projects. */
export async function ruleFiles(host: Host, layers: ConfigLayers): Promise<readonly string[]> {
  const { join } = host.path
  const counting = knows(layers.version, 'trustedRules') ? layers.trusted : await projectDirectories(host)
  const projects = counting.map((directory) => join(directory, '.codex'))
  const found = await Promise.all(
    [systemDirectory(host), codexHome(host), ...projects].map(async (directory) => {
      const rules = join(directory, 'rules')
      const names = await host.fs.readdir(rules).catch((): string[] => [])
      return names
        .filter((name) => name.endsWith('.rules'))
        .sort()
        .map((name) => join(rules, name))
    }),
  )
  return found.flat()
}
