import { isFile } from '@gate/client-kit'
import { type Connection, compareVersions, type Detection, type Finding, type Host, type NoteMoment } from '@gate/core'
import { modelTiers } from './model-tiers.js'
import { configDirectory } from './paths.js'

/** Directories of editors that run the Claude Code extension, below the home directory. */
const EXTENSION_DIRECTORIES = ['.vscode', '.vscode-insiders', '.cursor', '.windsurf', '.vscode-server']

/** What the user must know at a moment. Reads which editor extensions and logins exist, nothing in them. */
export async function notes(
  host: Host,
  moment: NoteMoment,
  { connection, detection }: { readonly connection: Connection | undefined; readonly detection: Detection },
): Promise<readonly Finding[]> {
  switch (moment) {
    case 'configure':
      return [
        {
          code: 'live-sessions',
          severity: 'info',
          message: 'Nothing to restart: running sessions use the gateway within seconds.',
        },
        {
          code: 'quiet-traffic',
          severity: 'info',
          message:
            'Claude Code does not update itself, show release notes or send feedback while it is set up, because older versions send the token elsewhere with such traffic.',
        },
        ...modelTiers(connection?.models ?? []).notes,
        ...versionNotes(detection.version, connection),
        ...(await savedLogin(host, 'is not used while gate is set up; teardown brings it back')),
        ...(await extensionNote(host)),
      ]
    case 'revert':
      return [
        { code: 'live-sessions', severity: 'info', message: 'Running sessions leave the gateway within seconds.' },
        ...(await savedLogin(host, 'is used again')),
      ]
    case 'status':
      return versionNotes(detection.version, connection)
  }
}

/** What older versions do worse. Pure. */
export function versionNotes(version: string | undefined, connection: Connection | undefined): readonly Finding[] {
  if (version === undefined) return []
  const isOlder = (than: string) => compareVersions(version, than) < 0
  const found: Finding[] = []
  const add = (code: string, message: string) =>
    found.push({ code, severity: 'info', message: `Claude Code ${version} ${message}` })
  if (isOlder('2.1.252')) {
    add('version-leaks', 'sends the token to api.anthropic.com when its telemetry is switched on; update to 2.1.252.')
  }
  if (isOlder('2.1.246')) {
    add('version-403', 'does not ask for a new token after a 403, only after a 401; update to 2.1.246.')
  }
  if (isOlder('2.1.208')) {
    add('version-slow-failure', 'is silent for minutes when there is no token; update to 2.1.208.')
  }
  if (connection?.caFile !== undefined && isOlder('2.1.0')) {
    add('version-ca-file', 'reads NODE_EXTRA_CA_CERTS from the shell only; export it there, or update.')
  }
  return found
}

/** On macOS the login is in the keychain, where it is not looked for. */
async function savedLogin(host: Host, what: string): Promise<readonly Finding[]> {
  const file = host.path.join(safeDirectory(host) ?? '', '.credentials.json')
  if (!host.path.isAbsolute(file) || !(await isFile(host, file))) return []
  return [{ code: 'saved-login', severity: 'info', message: `Your own Claude login ${what}.` }]
}

function safeDirectory(host: Host): string | undefined {
  try {
    return configDirectory(host)
  } catch {
    return undefined
  }
}

async function extensionNote(host: Host): Promise<readonly Finding[]> {
  for (const editor of EXTENSION_DIRECTORIES) {
    const names = await host.fs.readdir(host.path.join(host.home, editor, 'extensions')).catch((): string[] => [])
    if (names.some((name) => name.startsWith('anthropic.claude-code-'))) {
      const message =
        'The editor extension looks for a login before it reads settings.json: set claudeCode.disableLoginPrompt to true in the settings of the editor.'
      return [{ code: 'editor-extension', severity: 'info', message }]
    }
  }
  return []
}
