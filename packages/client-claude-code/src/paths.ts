import { advice, GateError, type Host } from '@gate/core'
import { repositoryCheckout } from './repository.js'
import { knows } from './versions.js'

/** The configuration directory when `CLAUDE_CONFIG_DIR` is not set. */
export function defaultConfigDirectory(host: Host): string {
  return host.path.join(host.home, '.claude')
}

/**
 * The directory that Claude Code reads its user settings from. Pure.
 *
 * @throws GateError `invalid-config` when `CLAUDE_CONFIG_DIR` is set but not absolute: Claude Code takes that, and even
 * an empty value, relative to the directory it is started in (2.1.329), so there is no one file to configure.
 */
export function configDirectory(host: Host): string {
  const value = host.env.CLAUDE_CONFIG_DIR
  if (value === undefined) return defaultConfigDirectory(host)
  if (!host.path.isAbsolute(value)) {
    throw new GateError({
      code: 'invalid-config',
      message: `CLAUDE_CONFIG_DIR must be an absolute path, but is ${JSON.stringify(value)}; Claude Code takes that relative to whatever directory it is started in.`,
      fix: advice('Set CLAUDE_CONFIG_DIR to an absolute path, or unset it.'),
    })
  }
  return host.path.normalize(value)
}

/** The user settings, the only file that gate writes. Pure. Throws like {@link configDirectory}. */
export function settingsFile(host: Host): string {
  return host.path.join(configDirectory(host), 'settings.json')
}

/** Logins that Claude Code stored; on macOS most are in the keychain instead. Pure. Throws like {@link configDirectory}. */
export function credentialsFile(host: Host): string {
  return host.path.join(configDirectory(host), '.credentials.json')
}

/** What Claude Code remembers between its runs, e.g. which directories the user trusts. Pure. Throws like {@link configDirectory}. */
export function stateFile(host: Host): string {
  return host.path.join(host.env.CLAUDE_CONFIG_DIR === undefined ? host.home : configDirectory(host), '.claude.json')
}

/**
 * Settings of the directory that Claude Code would be started in, strongest first. The local ones of the repository beat
 * the directory's own; the shared ones are read from the directory alone (2.1.329).
 * Versions up to 2.1.197 read nothing of the repository above.
 *
 * @param version Of Claude Code; undefined = all that any version reads.
 */
export async function projectSettingsFiles(
  host: Host,
  version: string | undefined,
): Promise<readonly { readonly source: 'local' | 'project'; readonly file: string }[]> {
  const inDirectory = (directory: string, name: string) => host.path.join(directory, '.claude', name)
  const checkout = knows(version, 'repositoryLocal') ? await repositoryCheckout(host) : undefined
  return [
    ...(checkout === undefined
      ? []
      : [{ source: 'local' as const, file: inDirectory(checkout, 'settings.local.json') }]),
    { source: 'local', file: inDirectory(host.cwd, 'settings.local.json') },
    { source: 'project', file: inDirectory(host.cwd, 'settings.json') },
  ]
}

/** Where administrators put `managed-settings.json` and `managed-settings.d`. Pure. */
export function managedDirectory(host: Host): string {
  switch (host.platform) {
    case 'darwin':
      return '/Library/Application Support/ClaudeCode'
    case 'win32':
      // Not %ProgramFiles%: documented as this literal path, and C:\ProgramData\ClaudeCode is no longer read.
      return 'C:\\Program Files\\ClaudeCode'
    default:
      return '/etc/claude-code'
  }
}
