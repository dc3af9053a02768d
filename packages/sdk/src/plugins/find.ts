import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { type Action, advice, type Finding } from '@gate/core'
import { ownPackage } from './official-clients.js'
import { rootOf } from './package-manager.js'
import { idFromName, isClientId, isOwnName, isPluginName } from './plugin-name.js'
import { createProvenance, type Distrust, type Provenance } from './provenance.js'

/** The contract version this gate speaks. */
export const SUPPORTED_API_VERSION = 1

/** Why a package that says it is a plugin cannot be used. */
export interface PluginProblem extends Finding {
  readonly code: 'plugin-invalid' | 'plugin-failed'
}

/** A plugin package as its package.json describes it; nothing of it was run. */
export interface FoundPlugin {
  /** Client id, e.g. `codex`; known before the import so that a command loads only the plugins it concerns. */
  readonly id: string
  /** By where it lies in `node_modules`; of a directory outside of any, what its package.json says. */
  readonly packageName: string
  readonly version: string | undefined
  /** Absolute directory of the package. */
  readonly directory: string
  /** How it was found: in a `node_modules` near gate, named in `plugins` of its configuration, or given by the program. */
  readonly source: 'installed' | 'config' | 'given'
  readonly apiVersion: number | undefined
  /** Absolute path of the module to import; absent when there is a problem. */
  readonly entry?: string
  readonly problem?: PluginProblem
}

/**
 * Looks for plugin packages. Only package.json files of packages with a fitting name are read, and none in a directory
 * that others may write; such a package is named, with what is wrong with its place.
 *
 * @param roots `node_modules` directories, nearest first; the first that holds a package name wins.
 * @param explicit `plugins` of the configuration: package names (looked up in `roots`) or absolute directories.
 * @param provenance Default: only what belongs to the user or root.
 */
export function findPlugins(
  roots: readonly string[],
  explicit: readonly string[] = [],
  provenance: Provenance = createProvenance(),
): readonly FoundPlugin[] {
  const places = roots.map((root): Place => ({ root, distrust: provenance.ofRoot(root) }))
  const named: FoundPlugin[] = []
  const taken = new Set<string>()
  for (const entry of explicit) {
    const plugin = isAbsolute(entry) ? readPlugin(entry, 'config', provenance) : findNamed(places, entry, provenance)
    named.push(plugin ?? missing(entry))
    if (!isAbsolute(entry)) taken.add(entry)
  }
  const installed: FoundPlugin[] = []
  for (const { root, distrust } of places) {
    for (const name of pluginNames(root)) {
      if (taken.has(name)) continue
      const directory = join(root, name)
      const plugin = distrust ? refused(directory, name, distrust) : readPlugin(directory, 'installed', provenance)
      if (plugin === undefined) continue
      // What must not be run hides nothing that may be.
      if (distrust === undefined) taken.add(name)
      installed.push(plugin)
    }
  }
  const directories = new Set<string>()
  const all = [...named, ...installed].filter(({ directory }) => {
    const isNew = directory === '' || !directories.has(directory)
    directories.add(directory)
    return isNew
  })
  return withoutDoubles(all, roots)
}

/** A `node_modules` directory, and why nothing in it is run. */
interface Place {
  readonly root: string
  readonly distrust: Distrust | undefined
}

function pluginNames(root: string): string[] {
  const names: string[] = []
  for (const name of list(root)) {
    if (!name.startsWith('@')) names.push(name)
    else for (const inner of list(join(root, name))) names.push(`${name}/${inner}`)
  }
  return names.filter(isPluginName).sort()
}

function findNamed(places: readonly Place[], name: string, provenance: Provenance): FoundPlugin | undefined {
  // The name comes from a file and becomes a path, so it has to be a bare package name.
  if (!/^(?:@[a-z0-9._~-]+\/)?[a-z0-9_~-][a-z0-9._~-]*$/i.test(name)) return undefined
  let unsafe: FoundPlugin | undefined
  for (const { root, distrust } of places) {
    const directory = join(root, name)
    if (distrust && exists(directory)) unsafe ??= { ...refused(directory, name, distrust), source: 'config' }
    const found = distrust ? undefined : readPlugin(directory, 'config', provenance)
    if (found) return found
  }
  return unsafe
}

/** Nothing of it is read. */
function refused(directory: string, packageName: string, { reason, fix }: Distrust): FoundPlugin {
  return {
    id: idFromName(packageName),
    packageName,
    version: undefined,
    directory,
    source: 'installed',
    apiVersion: undefined,
    problem: { code: 'plugin-invalid', severity: 'error', message: `${packageName} is refused: ${reason}`, fix },
  }
}

function missing(entry: string): FoundPlugin {
  return {
    id: idFromName(entry),
    packageName: entry,
    version: undefined,
    directory: isAbsolute(entry) ? entry : '',
    source: 'config',
    apiVersion: undefined,
    problem: {
      code: 'plugin-invalid',
      severity: 'error',
      message: `${entry} is named in the configuration but no such plugin package is installed`,
      fix: { action: 'remove-plugin', package: entry },
    },
  }
}

function unreadable(directory: string, source: FoundPlugin['source']): FoundPlugin {
  const packageName = nameByPlace(directory) ?? basename(directory)
  return {
    id: idFromName(packageName),
    packageName,
    version: undefined,
    directory,
    source,
    apiVersion: undefined,
    problem: {
      code: 'plugin-invalid',
      severity: 'error',
      message: `${join(directory, 'package.json')} cannot be read as JSON`,
      fix: advice('Install it again', { action: 'add-plugin', package: packageName }),
    },
  }
}

/** The name that a package has by lying in a `node_modules` directory; undefined elsewhere. */
function nameByPlace(directory: string): string | undefined {
  const root = rootOf(directory)
  return basename(root) === 'node_modules' ? relative(root, directory).split(sep).join('/') : undefined
}

function readPlugin(directory: string, source: FoundPlugin['source'], provenance: Provenance): FoundPlugin | undefined {
  const byPlace = nameByPlace(directory)
  const isInstalled = byPlace !== undefined && source === 'installed'
  const distrust = provenance.ofPackage(directory, undefined, isInstalled)
  if (distrust) return { ...refused(directory, byPlace ?? basename(directory), distrust), source }
  const manifest = readManifest(join(directory, 'package.json'))
  if (manifest === 'absent') return undefined
  if (manifest === 'unreadable') return unreadable(directory, source)
  const gate = manifest.gate
  // A package may carry a fitting name and be something else, e.g. a library for writing plugins.
  if (source === 'installed' && gate === undefined) return undefined
  const claimed = typeof manifest.name === 'string' ? manifest.name : undefined
  const packageName = byPlace ?? claimed ?? directory
  const field = isRecord(gate) ? gate : {}
  const id = typeof field.id === 'string' ? field.id : idFromName(packageName)
  const described = {
    id,
    packageName,
    version: typeof manifest.version === 'string' ? manifest.version : undefined,
    directory,
    source,
    apiVersion: typeof field.apiVersion === 'number' ? field.apiVersion : undefined,
  }
  const invalid = (message: string, fix: Action): FoundPlugin => ({
    ...described,
    problem: { code: 'plugin-invalid', severity: 'error', message: `${packageName}: ${message}`, fix },
  })
  if (claimed !== packageName && byPlace !== undefined) {
    return invalid(`its package.json calls it ${JSON.stringify(claimed)}`, {
      action: 'remove-plugin',
      package: packageName,
    })
  }
  if (!isClientId(id)) return invalid(`"${id}" is no valid client id`, advice('Report it to its author.'))
  const official = ownPackage(id)
  if (official !== undefined && official !== packageName) {
    return invalid(`the client "${id}" is reserved for ${official}`, { action: 'remove-plugin', package: packageName })
  }
  if (described.apiVersion !== SUPPORTED_API_VERSION) {
    const wanted = described.apiVersion === undefined ? 'no plugin API version' : `plugin API ${described.apiVersion}`
    const newer = (described.apiVersion ?? 0) > SUPPORTED_API_VERSION
    return invalid(
      `it states ${wanted}, this gate supports ${SUPPORTED_API_VERSION}`,
      newer
        ? advice('Update gate', { action: 'run', command: 'npm install -g @gate/cli@latest' })
        : advice('Update the plugin', { action: 'add-plugin', package: `${packageName}@latest` }),
    )
  }
  if (typeof field.client !== 'string')
    return invalid('"gate.client" names no module', advice('Report it to its author.'))
  const entry = resolve(directory, field.client)
  const inside = relative(directory, entry)
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
    return invalid(`"gate.client" leads out of the package`, advice('Report it to its author.'))
  }
  if (!isFile(entry)) {
    return invalid(
      `${inside.split(sep).join('/')} does not exist`,
      advice('Install it again', { action: 'add-plugin', package: packageName }),
    )
  }
  const unsafe = provenance.ofPackage(directory, entry, isInstalled)
  if (unsafe) return { ...refused(directory, packageName, unsafe), ...described }
  return { ...described, entry }
}

/** Whether a plugin is released together with this CLI: in gate's scope, and installed beside it, not merely named so. */
export function isOwnPlugin({ packageName, directory }: FoundPlugin, roots: readonly string[]): boolean {
  return isOwnName(packageName) && roots.includes(rootOf(directory))
}

/**
 * Two packages for one client: the first found is used, the other one is named. What is installed of gate's own comes
 * before all, so that a directory cannot take its place by calling itself so.
 */
function withoutDoubles(plugins: readonly FoundPlugin[], roots: readonly string[]): FoundPlugin[] {
  const taken = new Map<string, FoundPlugin>()
  const usable = plugins.filter(({ problem }) => problem === undefined)
  for (const plugin of [...usable.filter((one) => isOwnPlugin(one, roots)), ...usable]) {
    if (!taken.has(plugin.id)) taken.set(plugin.id, plugin)
  }
  return plugins.map((plugin) => {
    if (plugin.problem) return plugin
    const first = taken.get(plugin.id) ?? plugin
    if (first === plugin) return plugin
    const { entry: _unused, ...rest } = plugin
    return {
      ...rest,
      problem: {
        code: 'plugin-invalid',
        severity: 'error',
        message: `${plugin.packageName}: the client "${plugin.id}" is already served by ${first.packageName} (${first.directory})`,
        fix: advice('Remove one of them', { action: 'remove-plugin', package: plugin.packageName }),
      },
    }
  })
}

function exists(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch {
    return false
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function readManifest(file: string): Record<string, unknown> | 'absent' | 'unreadable' {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isRecord(value) ? value : 'unreadable'
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unreadable'
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
