import { repositoryDirectories } from '@gate/client-kit'
import { environmentVariable, type Host } from '@gate/core'

/**
 * The directory that Codex reads its configuration from. `CODEX_HOME` is taken relative to the working directory, and an
 * empty one counts as unset (0.169.0). Pure.
 */
export function codexHome(host: Host): string {
  const value = host.env.CODEX_HOME
  return value ? host.path.resolve(host.cwd, value) : host.path.join(host.home, '.codex')
}

/** The user's configuration, the only file that gate writes. Pure. */
export function configFile(host: Host): string {
  return host.path.join(codexHome(host), 'config.toml')
}

/** Where administrators put files for all users. Pure. */
export function systemDirectory(host: Host): string {
  if (host.platform !== 'win32') return '/etc/codex'
  return host.path.join(environmentVariable(host, 'ProgramData') || 'C:\\ProgramData', 'OpenAI', 'Codex')
}

/**
 * The directories whose `.codex/config.toml` Codex reads: the working directory up to the repository's root; outside of a
 * repository the working directory alone.
 */
export async function projectDirectories(host: Host): Promise<readonly string[]> {
  const { directories, isRepository } = await repositoryDirectories(host)
  return isRepository ? directories : [host.cwd]
}
