import { caFileNotes, isDirectory } from '@gate/client-kit'
import {
  advice,
  type Connection,
  compareVersions,
  type Detection,
  type Finding,
  type Host,
  isTable,
  type NoteMoment,
} from '@gate/core'
import { authFile, configDirectory } from './paths.js'

/** The release that this was measured with. 1.0.0 loads the plugin file, too, but then fails on the answers. */
const FIRST_TRIED_VERSION = '1.18.33'

/** What the user must know at a moment. Reads which logins exist, nothing in them. */
export async function notes(
  host: Host,
  moment: NoteMoment,
  { connection, detection }: { readonly connection: Connection | undefined; readonly detection: Detection },
): Promise<readonly Finding[]> {
  switch (moment) {
    case 'configure':
      return [
        {
          code: 'restart-opencode',
          severity: 'info',
          message: 'Start OpenCode again: running sessions keep their providers.',
        },
        ...(connection ? connectionNotes(connection) : []),
        ...(await pluginDependency(host)),
        ...versionNotes(detection.version),
        ...(await remoteConfiguration(host)),
      ]
    case 'revert':
      return [
        {
          code: 'gate-conversations',
          severity: 'info',
          message: 'Conversations that were started through the gateway need another model to be continued.',
        },
      ]
    case 'status':
      return [
        ...(connection ? caNotes(connection) : []),
        ...versionNotes(detection.version),
        ...(await remoteConfiguration(host)),
      ]
  }
}

/** What is known about older versions. Pure. */
export function versionNotes(version: string | undefined): readonly Finding[] {
  if (version === undefined || compareVersions(version, FIRST_TRIED_VERSION) >= 0) return []
  const message = `OpenCode ${version} is older than what gate was tried with, and may fail; update to ${FIRST_TRIED_VERSION} or newer.`
  return [{ code: 'version-not-tried', severity: 'info', message }]
}

function connectionNotes(connection: Connection): readonly Finding[] {
  const found: Finding[] = [...caNotes(connection)]
  if (connection.models.length === 0) {
    const message = 'The connection names no models, so OpenCode asks the gateway for its list at every start.'
    const fix = advice('{0} avoids that.', { action: 'setup', needs: ['models'] })
    found.push({ code: 'models-from-gateway', severity: 'info', message, fix })
  }
  return found
}

/** The runtime inside OpenCode reads CA files when it starts, before any plugin (1.18.33). */
function caNotes(connection: Connection): readonly Finding[] {
  return caFileNotes(connection, 'OpenCode', 'NODE_EXTRA_CA_CERTS')
}

/** OpenCode installs a package for plugin authors beside any plugin and waits for that, offline for over a minute (1.18.33). */
async function pluginDependency(host: Host): Promise<readonly Finding[]> {
  const directory = configDirectory(host)
  if (await isDirectory(host, host.path.join(directory, 'node_modules'))) return []
  const message = `At its next start OpenCode installs a package from the npm registry into ${directory}, as it does for every plugin; without the registry each start takes over a minute.`
  return [{ code: 'plugin-dependency', severity: 'info', message }]
}

async function remoteConfiguration(host: Host): Promise<readonly Finding[]> {
  const read = await host.engine.readDocument(authFile(host), 'json')
  if (read.state !== 'parsed') return []
  const isRemote = Object.values(read.value).some((entry) => isTable(entry) && entry.type === 'wellknown')
  if (!isRemote) return []
  const message = 'OpenCode fetches more configuration from a server that you are signed in to, which gate cannot see.'
  return [{ code: 'remote-configuration', severity: 'info', message }]
}
