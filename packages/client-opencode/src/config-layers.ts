import { readPropertyList } from '@gate/client-kit'
import { type Host, isTable, type Override, type Table } from '@gate/core'
import { readAgents } from './agent-files.js'
import { type ConfigDirectory, configDirectories, projectDirectories } from './config-directories.js'
import type { ConfigDocument } from './config-document.js'
import { withFiles } from './file-references.js'
import { configDirectory, configFile, managedDirectory } from './paths.js'

/** Everything that decides what OpenCode does when it is started in the host's working directory. */
export interface ConfigLayers {
  /** Weakest first; objects are merged key by key, lists are replaced (1.18.33). */
  readonly documents: readonly ConfigDocument[]
  readonly directories: readonly ConfigDirectory[]
  /** The file that gate edits, which is one of the documents. */
  readonly own: string
}

/**
 * Reads all layers in the order of OpenCode 1.18.33. What servers deliver (a `.well-known` login, the organisation of an
 * OpenCode account) cannot be seen.
 */
export async function readLayers(host: Host): Promise<ConfigLayers> {
  const { env, path } = host
  const documents: ConfigDocument[] = []
  const add = async (source: Override['source'], file: string) => {
    const document = await readFile(host, source, file)
    if (!document || documents.some(({ location }) => location === file)) return
    documents.push(await withFiles(host, document, path.dirname(file)))
  }
  const addBoth = async (source: Override['source'], directory: string) => {
    for (const name of ['opencode.json', 'opencode.jsonc']) await add(source, path.join(directory, name))
  }
  const projects = await projectDirectories(host)
  const directories = configDirectories(host, projects)

  await add('user', path.join(configDirectory(host), 'config.json'))
  await addBoth('user', configDirectory(host))
  if (env.OPENCODE_CONFIG) await add('environment', path.resolve(host.cwd, env.OPENCODE_CONFIG))
  for (const directory of projects.toReversed()) await addBoth('project', directory)
  for (const [index, directory] of directories.entries()) {
    if (index > 0) await addBoth(directory.source, directory.directory)
    // Agents count behind the file of their directory, the user's behind the projects' own files.
    documents.push(...(await readAgents(host, directory)))
  }
  if (env.OPENCODE_CONFIG_CONTENT) {
    documents.push(await withFiles(host, await readVariable(host, env.OPENCODE_CONFIG_CONTENT), host.cwd))
  }
  await addBoth(env.OPENCODE_TEST_MANAGED_CONFIG_DIR ? 'environment' : 'managed', managedDirectory(host))
  documents.push(...(await readMacosPreferences(host)))
  return { documents, directories, own: configFile(host) }
}

/** The strongest document that says something, and what. Pure. */
export function strongest<T>(
  { documents }: ConfigLayers,
  pick: (content: Table) => T | undefined,
): { readonly document: ConfigDocument; readonly value: T } | undefined {
  for (const document of documents.toReversed()) {
    const value = document.content && pick(document.content)
    if (value !== undefined) return { document, value }
  }
  return undefined
}

async function readFile(host: Host, source: Override['source'], location: string): Promise<ConfigDocument | undefined> {
  const read = await host.engine.readDocument(location, 'jsonc')
  if (read.state === 'absent') return undefined
  return { source, location, content: read.state === 'parsed' ? substituted(host, read.value) : undefined }
}

async function readVariable(host: Host, text: string): Promise<ConfigDocument> {
  const location = 'OPENCODE_CONFIG_CONTENT'
  const read = await host.engine.parseDocument(text, 'jsonc', location)
  const content = read.state === 'parsed' ? substituted(host, read.value) : undefined
  return { source: 'environment', location, content: read.state === 'absent' ? {} : content }
}

/** `{env:NAME}` stands for a variable wherever it is, an unset one for nothing (1.18.33). */
function substituted(host: Host, settings: Table): Table {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(/\{env:([^}]+)\}/g, (_, name: string) => host.env[name] ?? '')
    if (Array.isArray(value)) return value.map(walk)
    return isTable(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)])) : value
  }
  return walk(settings) as Table
}

/** A device-management profile holds the configuration's keys as its own. */
async function readMacosPreferences(host: Host): Promise<readonly ConfigDocument[]> {
  if (host.platform !== 'darwin') return []
  for (const below of [[host.path.basename(host.home)], []]) {
    const location = host.path.join('/Library/Managed Preferences', ...below, 'ai.opencode.managed.plist')
    const read = await readPropertyList(host, location)
    if (read.state === 'parsed') return [{ source: 'managed', location, content: read.values }]
  }
  return []
}
