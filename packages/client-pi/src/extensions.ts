import { isFile, programOverride } from '@gate/client-kit'
import type { Host, Override } from '@gate/core'
import type { ConfigDocument, ConfigLayers } from './config-layers.js'
import { agentDirectory, projectDirectory } from './paths.js'

/** Keys of settings that name programs in other places. */
const KEYS = ['extensions', 'packages']

/**
 * Extensions of the user and of the project, if it is trusted. Each is a program inside pi, which can replace any provider
 * and run gate's helper like any program of the user's (0.87.1). What it does is not to be seen from outside.
 */
export async function extensionOverrides(host: Host, layers: ConfigLayers): Promise<readonly Override[]> {
  const { user, project, trust } = layers
  const own = await extensionsOf(host, 'user', agentDirectory(host), user)
  if (trust === 'refused') return own
  const theirs = await extensionsOf(host, 'project', projectDirectory(host), project)
  const once = trust === 'trusted' ? '' : 'Once you trust this project: '
  return [...own, ...theirs.map((row) => ({ ...row, effect: once + row.effect }))]
}

async function extensionsOf(
  host: Host,
  source: Override['source'],
  directory: string,
  settings: ConfigDocument | undefined,
): Promise<readonly Override[]> {
  const folder = host.path.join(directory, 'extensions')
  const names = await host.fs.readdir(folder).catch((): string[] => [])
  const locations: string[] = []
  for (const name of names.toSorted()) {
    const location = host.path.join(folder, name)
    if (/\.[jt]s$/.test(name) || (await isExtension(host, location))) locations.push(location)
  }
  for (const key of KEYS) {
    const value = settings?.content[key]
    if (settings && Array.isArray(value) && value.length > 0) locations.push(`${settings.location}: ${key}`)
  }
  return locations.map((location) => programOverride('pi', { source, location }))
}

/** A folder below `extensions` is one when it says where its program is, or has one of the usual name. */
async function isExtension(host: Host, directory: string): Promise<boolean> {
  for (const name of ['package.json', 'index.ts', 'index.js'])
    if (await isFile(host, host.path.join(directory, name))) return true
  return false
}
