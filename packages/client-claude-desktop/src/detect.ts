import { isDirectory } from '@gate/client-kit'
import type { Detection, Host } from '@gate/core'
import { documentsToWrite } from './documents.js'
import { findApp, placesLookedAt } from './find-app.js'
import { firstPartyDirectory, localAppData, selectorFile, thirdPartyDirectory } from './paths.js'

/**
 * Whether the app is there, without running anything, and which data directories it has besides the usual ones. A data
 * directory alone is what an earlier installation left behind.
 */
export async function detect(host: Host): Promise<Detection> {
  const app = await findApp(host)
  const evidence: string[] = [app?.evidence ?? placesLookedAt(host)]
  for (const directory of [firstPartyDirectory(host), thirdPartyDirectory(host)]) {
    const exists = await isDirectory(host, directory)
    if (app) evidence.push(exists ? `${directory} exists` : `${directory} is absent: not started in that mode yet`)
    else evidence.push(exists ? `${directory} exists, left by an earlier installation` : `${directory} is absent`)
  }
  return {
    installed: app !== undefined,
    ...(app === undefined ? {} : { location: app.location }),
    ...(app?.version === undefined ? {} : { version: app.version }),
    evidence,
    places: await findPlaces(host),
  }
}

async function findPlaces(host: Host): Promise<NonNullable<Detection['places']>> {
  const { libraries, modes } = host.platform === 'win32' ? await windowsPlaces(host) : { libraries: [], modes: [] }
  const all = [thirdPartyDirectory(host), ...libraries]
  const malformed: string[] = []
  for (const file of all.map((library) => selectorFile(host, library)))
    if (await isMalformed(host, file)) malformed.push(file)
  return { libraries, modes, malformed, documents: await documentsToWrite(host, all) }
}

/** Whether the selection is something else than a text; the app applies no configuration then. */
async function isMalformed(host: Host, selector: string): Promise<boolean> {
  const read = await host.engine.readDocument(selector, 'json')
  return read.state === 'parsed' && read.value.appliedId !== undefined && typeof read.value.appliedId !== 'string'
}

/**
 * The Store package sees copies of what it has written once, in a directory of its own; the usual place is not looked at
 * any more then. So both are written where both exist.
 */
async function windowsPlaces(host: Host): Promise<{ libraries: string[]; modes: string[] }> {
  const local = localAppData(host)
  const packages = host.path.join(local, 'Packages')
  const names = await host.fs.readdir(packages).catch((): string[] => [])
  const caches = names
    .filter((name) => /claude/i.test(name))
    .toSorted()
    .map((name) => host.path.join(packages, name, 'LocalCache'))
  const libraries = [
    host.path.join(local, 'Claude Nest-3p'),
    ...caches.map((cache) => host.path.join(cache, 'Local', 'Claude-3p')),
  ]
  const modes = [host.path.join(local, 'Claude'), ...caches.map((cache) => host.path.join(cache, 'Roaming', 'Claude'))]
  return { libraries: await existing(host, libraries), modes: await existing(host, modes) }
}

async function existing(host: Host, directories: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const directory of directories) if (await isDirectory(host, directory)) found.push(directory)
  return found
}
