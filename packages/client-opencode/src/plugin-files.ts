import { programOverride } from '@gate/client-kit'
import type { Host, Override } from '@gate/core'
import { filesIn } from './agent-files.js'
import type { ConfigDirectory } from './config-directories.js'
import { pluginFile } from './paths.js'

/**
 * Plugin files beside gate's. OpenCode runs them as soon as it is started in the directory, and their hooks see the merged
 * configuration: one can lead requests elsewhere, and run gate's helper like any program of the user's (1.18.33). What it
 * does is not to be seen from outside.
 */
export async function pluginFileOverrides(
  host: Host,
  directories: readonly ConfigDirectory[],
): Promise<readonly Override[]> {
  const rows: Override[] = []
  for (const { source, directory } of directories) {
    for (const folder of ['plugin', 'plugins'].map((name) => host.path.join(directory, name))) {
      for (const name of await filesIn(host, folder)) {
        const location = host.path.join(folder, name)
        if (!/\.[jt]s$/.test(name) || location === pluginFile(host)) continue
        rows.push(programOverride('OpenCode', { source, location }))
      }
    }
  }
  return rows
}
