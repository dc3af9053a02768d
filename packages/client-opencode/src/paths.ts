import { environmentVariable, type Host } from '@gate/core'

/**
 * The directory of the user's configuration. OpenCode uses the XDG layout on every platform; a relative
 * `XDG_CONFIG_HOME` counts from the working directory, an empty one as unset (1.18.33). Pure.
 */
export function configDirectory(host: Host): string {
  const base = host.env.XDG_CONFIG_HOME
  return host.path.join(base ? host.path.resolve(host.cwd, base) : host.path.join(host.home, '.config'), 'opencode')
}

/**
 * The configuration file that gate edits: of the three that OpenCode reads in this directory (`config.json`,
 * `opencode.json`, `opencode.jsonc`) the one that wins over the others, and that OpenCode itself creates. Pure.
 */
export function configFile(host: Host): string {
  return host.path.join(configDirectory(host), 'opencode.jsonc')
}

/** The plugin file that gate creates. Pure. */
export function pluginFile(host: Host): string {
  return host.path.join(configDirectory(host), 'plugin', 'gate.js')
}

/** Logins that the user made in OpenCode. Pure. */
export function authFile(host: Host): string {
  const base = host.env.XDG_DATA_HOME
  const data = base ? host.path.resolve(host.cwd, base) : host.path.join(host.home, '.local', 'share')
  return host.path.join(data, 'opencode', 'auth.json')
}

/** Where administrators put `opencode.json` and `opencode.jsonc` for all users; a variable beats it (1.18.33). Pure. */
export function managedDirectory(host: Host): string {
  const { OPENCODE_TEST_MANAGED_CONFIG_DIR: named } = host.env
  if (named) return host.path.resolve(host.cwd, named)
  switch (host.platform) {
    case 'darwin':
      return '/Library/Application Support/opencode'
    case 'win32':
      return host.path.join(environmentVariable(host, 'ProgramData') || 'C:\\ProgramData', 'opencode')
    case 'linux':
      return '/etc/opencode'
  }
}
