import { repositoryDirectories } from '@gate/client-kit'
import type { Host, Override } from '@gate/core'
import { configDirectory } from './paths.js'

/** A directory that OpenCode takes a configuration file, plugin files and agents from. */
export interface ConfigDirectory {
  readonly source: Override['source']
  readonly directory: string
}

/**
 * Every such directory for an OpenCode that is started in the host's working directory, the user's own and weakest one
 * first. Nobody is asked before the files of a project's count (1.18.33).
 *
 * @param projects Directories whose files count as the project's, nearest first.
 */
export function configDirectories(host: Host, projects: readonly string[]): readonly ConfigDirectory[] {
  const { env, path } = host
  const below = (directory: string) => path.join(directory, '.opencode')
  const found: ConfigDirectory[] = [
    { source: 'user', directory: configDirectory(host) },
    ...projects.map((directory): ConfigDirectory => ({ source: 'project', directory: below(directory) })),
    { source: 'user', directory: below(host.home) },
  ]
  if (env.OPENCODE_CONFIG_DIR) {
    found.push({ source: 'environment', directory: path.resolve(host.cwd, env.OPENCODE_CONFIG_DIR) })
  }
  // In the home directory a project's `.opencode` is the user's at the same time.
  return found.filter(({ directory }, index) => found.findIndex((one) => one.directory === directory) === index)
}

/**
 * The directories whose files count as the project's, nearest first: the working directory up to the repository's root,
 * and without a repository up to the root of the file system (1.18.33). None when they are switched off.
 */
export async function projectDirectories(host: Host): Promise<readonly string[]> {
  if (isSwitchedOn(host.env.OPENCODE_DISABLE_PROJECT_CONFIG)) return []
  return (await repositoryDirectories(host)).directories
}

/** How OpenCode reads its switches. Pure. */
export function isSwitchedOn(value: string | undefined): boolean {
  return /^(?:true|1)$/i.test(value ?? '')
}
