import { environmentVariable, type Host } from '@gate/core'
import { isRecord } from './known-keys.js'
import { managedDirectory } from './paths.js'
import { readSettings } from './read-settings.js'

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
  /** Present, but put out of force by a stronger kind of source. */
  readonly ignored: readonly ManagedDocument[]
  /** Documents that cannot be read, or are not JSON objects. */
  readonly broken: readonly string[]
}

/** The domain of the macOS profile and its file name below `/Library/Managed Preferences`. */
const MACOS_DOMAIN = 'com.anthropic.claudecode'
const REGISTRY_KEY = 'SOFTWARE\\Policies\\ClaudeCode'
const PROGRAM_TIME_LIMIT_MS = 3000

interface Source {
  readonly documents: readonly ManagedDocument[]
  readonly broken: readonly string[]
}

/**
 * Reads the managed settings of this machine. By default the strongest kind of source that is present counts alone (device
 * management, then files, then the user's own policy on Windows); with `managedSourcesBehavior: "merge"` in it (since
 * 2.1.242) the `env` blocks of files count as well. What a server delivers to a signed-in user cannot be seen.
 */
export async function readManagedSettings(host: Host): Promise<ManagedSettings> {
  const devicePolicy = await readDevicePolicy(host)
  const files = await readFiles(host)
  const userPolicy = host.platform === 'win32' ? await readRegistry(host, 'HKCU') : NOTHING
  const sources = [devicePolicy, files, userPolicy].filter(({ documents }) => documents.length > 0)
  const [first, ...rest] = sources.map(({ documents }) => documents)
  const merge =
    first?.find(({ settings }) => 'managedSourcesBehavior' in settings)?.settings.managedSourcesBehavior === 'merge'
  const merged = merge && first === devicePolicy.documents ? files.documents.map(environmentOnly) : []
  return {
    inForce: [...(first ?? []), ...merged],
    ignored: merged.length > 0 ? userPolicy.documents : rest.flat(),
    broken: [...devicePolicy.broken, ...files.broken, ...userPolicy.broken],
  }
}

const NOTHING: Source = { documents: [], broken: [] }

/** A merge takes credential helpers and login rules from the strongest source alone; `env` is united key by key. */
function environmentOnly({ location, settings }: ManagedDocument): ManagedDocument {
  return { location, settings: { env: settings.env } }
}

async function readFiles(host: Host): Promise<Source> {
  const directory = managedDirectory(host)
  const dropIns = host.path.join(directory, 'managed-settings.d')
  const names = await host.fs.readdir(dropIns).catch((): string[] => [])
  const later = names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).toSorted()
  const strongestFirst = [
    ...later.toReversed().map((name) => host.path.join(dropIns, name)),
    host.path.join(directory, 'managed-settings.json'),
  ]
  const documents: ManagedDocument[] = []
  const broken: string[] = []
  for (const location of strongestFirst) {
    const read = await readSettings(host, location)
    if (read.state === 'parsed' && Object.keys(read.value).length > 0)
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
    const text = await output(host, '/usr/bin/plutil', ['-convert', 'json', '-o', '-', '--', location])
    return documentOf(location, text)
  }
  return NOTHING
}

async function readRegistry(host: Host, hive: 'HKLM' | 'HKCU'): Promise<Source> {
  const key = `${hive}\\${REGISTRY_KEY}`
  const root = environmentVariable(host, 'SystemRoot') ?? 'C:\\Windows'
  const answer = await output(host, `${root}\\System32\\reg.exe`, ['query', key, '/v', 'Settings'])
  // reg.exe prints: four spaces, the name, four spaces, the type, four spaces, the data.
  const data = answer === undefined ? undefined : /^\s+Settings\s+REG_(?:EXPAND_)?SZ\s+(.*)$/m.exec(answer)?.[1]
  return data === undefined ? NOTHING : documentOf(`${key}\\Settings`, data)
}

function documentOf(location: string, text: string | undefined): Source {
  try {
    const settings: unknown = JSON.parse(text ?? '')
    if (isRecord(settings)) return { documents: [{ location, settings }], broken: [] }
  } catch {
    // Falls through: what is not JSON is as broken as JSON that is not an object.
  }
  return { documents: [], broken: [location] }
}

async function output(host: Host, command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { code, stdout } = await host.process.run(command, args, { timeoutMs: PROGRAM_TIME_LIMIT_MS })
    return code === 0 ? stdout : undefined
  } catch {
    return undefined
  }
}
