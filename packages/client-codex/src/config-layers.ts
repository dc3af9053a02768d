import type { DocumentRead, Host, Override, Table } from '@gate/core'
import { codexHome, configFile, projectDirectories, systemDirectory } from './paths.js'
import { projectTrust } from './project-trust.js'
import { knows } from './versions.js'

/** One configuration document that Codex reads, or would read if it could be parsed. */
export interface ConfigDocument {
  readonly source: Override['source']
  /** Its file, or the key of the macOS profile. */
  readonly location: string
  /** `undefined`: it cannot be parsed, and Codex does not start because of it. */
  readonly content: Table | undefined
  /** The line that sets a key; undefined where it is not known. */
  lineOf(path: readonly string[]): number | undefined
}

/** Everything that decides what Codex does when it is started in the host's working directory. */
export interface ConfigLayers {
  /** Of the Codex that is installed; undefined where it does not tell. */
  readonly version: string | undefined
  /** The administrator's `requirements.toml`, which nothing beats; strongest first. */
  readonly requirements: readonly ConfigDocument[]
  /** The administrator's legacy `managed_config.toml`, which beats the command line and the user. */
  readonly managed: readonly ConfigDocument[]
  readonly user: ConfigDocument | undefined
  /** `.codex/config.toml` of the working directory and its parents in the repository, strongest first. */
  readonly projects: readonly (ConfigDocument & { readonly isTrusted: boolean })[]
  /** Those of its directories whose files the user trusts, with or without a `config.toml`; strongest first. */
  readonly trusted: readonly string[]
  /** The system's `config.toml`, which counts where the user says nothing. */
  readonly system: ConfigDocument | undefined
  /** `<name>.config.toml` files, which count with `-p <name>`. */
  readonly overlays: readonly (ConfigDocument & { readonly name: string })[]
}

const MACOS_DOMAIN = 'com.openai.codex'
const PROGRAM_TIME_LIMIT_MS = 3000

/**
 * Reads all layers. What an organisation delivers to a logged-in user from its server cannot be seen.
 *
 * @param version Of the installed Codex; undefined = it cannot be told.
 */
export async function readLayers(host: Host, version: string | undefined): Promise<ConfigLayers> {
  const inSystem = (name: string) => host.path.join(systemDirectory(host), name)
  const user = await readFile(host, 'user', configFile(host))
  const requirements = [
    ...(await readMacosProfile(host, 'requirements_toml_base64')),
    ...list(await readFile(host, 'managed', inSystem('requirements.toml'))),
  ]
  return {
    version,
    requirements: knows(version, 'requiredProviders') ? requirements : requirements.map(withoutProviders),
    managed: [
      ...(await readMacosProfile(host, 'config_toml_base64')),
      // On Windows the legacy file is only warned about.
      ...(host.platform === 'win32' ? [] : list(await readFile(host, 'managed', inSystem('managed_config.toml')))),
    ],
    user,
    ...(await readProjects(host, user?.content ?? {})),
    system: await readFile(host, 'system', inSystem('config.toml')),
    overlays: await readOverlays(host),
  }
}

/** The documents whose providers count over the user's, strongest first. Pure. */
export function documentsAboveUser({ managed, projects, version }: ConfigLayers): readonly ConfigDocument[] {
  if (knows(version, 'projectsWithoutProviders')) return managed
  return [...managed, ...projects.filter(({ isTrusted }) => isTrusted)]
}

/** A document without the keys that an older Codex does not know in it. */
function withoutProviders(document: ConfigDocument): ConfigDocument {
  if (!document.content) return document
  const { model_provider, model_providers, ...content } = document.content
  return { ...document, content }
}

async function readFile(host: Host, source: Override['source'], location: string): Promise<ConfigDocument | undefined> {
  const read = await host.engine.readDocument(location, 'toml')
  if (read.state === 'absent') return undefined
  return documentOf(source, location, read)
}

function documentOf(source: Override['source'], location: string, read: DocumentRead): ConfigDocument {
  if (read.state !== 'parsed') return { source, location, content: undefined, lineOf: () => undefined }
  return { source, location, content: read.value, lineOf: read.lineOf }
}

async function readProjects(host: Host, user: Table): Promise<Pick<ConfigLayers, 'projects' | 'trusted'>> {
  // Started in the home directory, ~/.codex is the user's directory and not a project's.
  const directories = await projectDirectories(host)
  const isTrusted = await projectTrust(host, user, directories.at(-1) ?? host.cwd)
  const own = directories.filter((directory) => host.path.join(directory, '.codex') !== codexHome(host))
  const projects: (ConfigDocument & { isTrusted: boolean })[] = []
  for (const directory of own) {
    const document = await readFile(host, 'project', host.path.join(directory, '.codex', 'config.toml'))
    if (document) projects.push({ ...document, isTrusted: isTrusted(directory) })
  }
  return { projects, trusted: own.filter(isTrusted) }
}

async function readOverlays(host: Host): Promise<ConfigLayers['overlays']> {
  const names = await host.fs.readdir(codexHome(host)).catch((): string[] => [])
  const found: (ConfigDocument & { name: string })[] = []
  for (const file of names.toSorted()) {
    const name = /^(.+)\.config\.toml$/.exec(file)?.[1]
    const document = name && (await readFile(host, 'user', host.path.join(codexHome(host), file)))
    if (name && document) found.push({ ...document, name })
  }
  return found
}

/** A device-management profile holds whole documents as base64, under one key each. */
async function readMacosProfile(host: Host, key: string): Promise<readonly ConfigDocument[]> {
  if (host.platform !== 'darwin') return []
  const location = `${MACOS_DOMAIN}: ${key}`
  try {
    const args = ['read', MACOS_DOMAIN, key]
    const { code, stdout } = await host.process.run('/usr/bin/defaults', args, { timeoutMs: PROGRAM_TIME_LIMIT_MS })
    if (code !== 0) return []
    const text = Buffer.from(stdout.trim(), 'base64').toString('utf8')
    const read = await host.engine.parseDocument(text, 'toml', location)
    if (read.state === 'absent') return []
    return [documentOf('managed', location, read)]
  } catch {
    return []
  }
}

function list<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value]
}
