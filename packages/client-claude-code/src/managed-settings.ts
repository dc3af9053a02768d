import { readRegistryText } from '@gate/client-kit'
import { type Host, isTable } from '@gate/core'
import { isDropped } from './known-keys.js'
import { managedDirectory } from './paths.js'
import { policyHelp } from './policy-payload.js'
import { propertyListJson } from './property-list-json.js'
import { readSettings } from './read-settings.js'
import { knows } from './versions.js'

/** One document of an administrator. */
interface ManagedDocument {
  /** Its file or registry value. */
  readonly location: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** What administrators set on this machine, as far as files and policies tell. */
export interface ManagedSettings {
  /** In force, strongest first. */
  readonly inForce: readonly ManagedDocument[]
  /** What of those present is put out of force by a stronger kind of source. */
  readonly ignored: readonly ManagedDocument[]
  /** Documents that cannot be read, or are not JSON objects. */
  readonly broken: readonly string[]
  /** Where a program is named that computes more of them, which gate cannot see. */
  readonly programs: readonly string[]
}

/** The domain of the macOS profile and its file name below `/Library/Managed Preferences`. */
const MACOS_DOMAIN = 'com.anthropic.claudecode'
const REGISTRY_KEY = 'SOFTWARE\\Policies\\ClaudeCode'

interface Source {
  readonly documents: readonly ManagedDocument[]
  readonly broken: readonly string[]
}

/**
 * Reads the managed settings of this machine. The strongest kind of source that is present counts alone (device
 * management, then files, then the user's own policy on Windows), but for `env`: beside a device's, the blocks of the
 * files count key by key. What a server delivers to a signed-in user cannot be seen.
 */
export async function readManagedSettings(host: Host, version: string | undefined): Promise<ManagedSettings> {
  const sources = await readSources(host, version)
  const { inForce, ignored, broken } = sources
  const help = inForce.map((document) => ({
    ...document,
    ...policyHelp(host.platform, document.settings, knows(version, 'policyHelpers')),
  }))
  const programs = help.flatMap(({ location, program }) => (program === undefined ? [] : [`${location}: ${program}`]))
  const chosen = help.find(({ payload }) => payload !== undefined)
  if (chosen?.payload === undefined) return { ...sources, programs }
  const { key, settings, isMerged } = chosen.payload
  const payload = { location: `${chosen.location}: ${key}`, settings }
  if (isMerged) return { inForce: [payload, ...inForce], ignored, broken, programs }
  return { inForce: [payload], ignored: [...inForce, ...ignored], broken, programs }
}

async function readSources(host: Host, version: string | undefined): Promise<Omit<ManagedSettings, 'programs'>> {
  const devicePolicy = await readDevicePolicy(host)
  const files = await readFiles(host, version)
  const userPolicy = host.platform === 'win32' ? await readRegistry(host, 'HKCU') : NOTHING
  const broken = [...devicePolicy.broken, ...files.broken, ...userPolicy.broken]
  const sources = [devicePolicy, files, userPolicy].filter(({ documents }) => documents.length > 0)
  const [first, ...rest] = sources.map(({ documents }) => documents)
  const isUnited = first === devicePolicy.documents && files.documents.length > 0 && knows(version, 'environmentUnion')
  if (!isUnited) return { inForce: first ?? [], ignored: rest.flat(), broken }
  const inFiles = (isWanted: (key: string) => boolean) =>
    files.documents.map(({ location, settings }) => ({
      location,
      settings: Object.fromEntries(Object.entries(settings).filter(([key]) => isWanted(key))),
    }))
  return {
    inForce: [...first, ...inFiles((key) => key === 'env')],
    ignored: [...inFiles((key) => key !== 'env'), ...userPolicy.documents],
    broken,
  }
}

const NOTHING: Source = { documents: [], broken: [] }

async function readFiles(host: Host, version: string | undefined): Promise<Source> {
  const directory = managedDirectory(host)
  const dropIns = host.path.join(directory, 'managed-settings.d')
  const names = knows(version, 'dropIns') ? await host.fs.readdir(dropIns).catch((): string[] => []) : []
  const later = names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).toSorted()
  const strongestFirst = [
    ...later.toReversed().map((name) => host.path.join(dropIns, name)),
    host.path.join(directory, 'managed-settings.json'),
  ]
  const documents: ManagedDocument[] = []
  const broken: string[] = []
  for (const location of strongestFirst) {
    const read = await readSettings(host, location, version)
    const isSkipped = read.state === 'parsed' && !knows(version, 'lenientManaged') && isDropped(read.value, version)
    if (read.state === 'parsed' && !isSkipped && Object.keys(read.value).length > 0)
      documents.push({ location, settings: read.value })
    if (read.state === 'rejected' || read.state === 'unreadable') broken.push(location)
  }
  return { documents, broken }
}

function readDevicePolicy(host: Host): Promise<Source> {
  switch (host.platform) {
    case 'darwin':
      return readMacosProfile(host)
    case 'win32':
      return readRegistry(host, 'HKLM')
    default:
      return Promise.resolve(NOTHING)
  }
}

async function readMacosProfile(host: Host): Promise<Source> {
  const user = host.env.USER ?? host.path.basename(host.home)
  const directory = '/Library/Managed Preferences'
  for (const parts of [[user], []]) {
    const location = host.path.join(directory, ...parts, `${MACOS_DOMAIN}.plist`)
    if (!(await host.fs.stat(location).catch(() => undefined))) continue
    return documentOf(location, await propertyListJson(host, location))
  }
  return NOTHING
}

async function readRegistry(host: Host, hive: 'HKLM' | 'HKCU'): Promise<Source> {
  const key = `${hive}\\${REGISTRY_KEY}`
  const data = await readRegistryText(host, key, 'Settings')
  return data === undefined ? NOTHING : documentOf(`${key}\\Settings`, data)
}

function documentOf(location: string, text = ''): Source {
  try {
    const settings: unknown = JSON.parse(text)
    if (isTable(settings)) return { documents: [{ location, settings }], broken: [] }
  } catch {
    // Falls through: what is not JSON is as broken as JSON that is not an object.
  }
  return { documents: [], broken: [location] }
}
