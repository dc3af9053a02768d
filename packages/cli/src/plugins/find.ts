import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { idFromName, isClientId, isPluginName } from './plugin-name.js'

/** The contract version this gate speaks. */
export const SUPPORTED_API_VERSION = 1

/** Why a package that says it is a plugin cannot be used. */
export interface PluginProblem {
  readonly code: 'plugin-invalid' | 'plugin-failed'
  readonly message: string
  readonly fix?: string
}

/** A plugin package as its package.json describes it; nothing of it was run. */
export interface FoundPlugin {
  /** Client id, e.g. `codex`; known before the import so that a command loads only the plugins it concerns. */
  readonly id: string
  readonly packageName: string
  readonly version: string | undefined
  /** Absolute directory of the package. */
  readonly directory: string
  /** How it was found: in a `node_modules` near the CLI, or named in `plugins` of gate's configuration. */
  readonly source: 'installed' | 'config'
  readonly apiVersion: number | undefined
  /** Absolute path of the module to import; absent when there is a problem. */
  readonly entry?: string
  readonly problem?: PluginProblem
}

/**
 * Looks for plugin packages. Only package.json files of packages with a fitting name are read.
 *
 * @param roots `node_modules` directories, nearest first; the first that holds a package name wins.
 * @param explicit `plugins` of the configuration: package names (looked up in `roots`) or absolute directories.
 */
export function findPlugins(roots: readonly string[], explicit: readonly string[] = []): readonly FoundPlugin[] {
  const byName = new Map<string, FoundPlugin>()
  for (const entry of explicit) {
    const found = isAbsolute(entry) ? readPlugin(entry, 'config') : findNamed(roots, entry)
    const plugin = found ?? missing(entry)
    if (!byName.has(plugin.packageName)) byName.set(plugin.packageName, plugin)
  }
  for (const root of roots) {
    for (const name of pluginNames(root)) {
      if (byName.has(name)) continue
      const found = readPlugin(join(root, name), 'installed')
      if (found) byName.set(name, found)
    }
  }
  return withoutDoubles([...byName.values()])
}

function pluginNames(root: string): string[] {
  const names: string[] = []
  for (const name of list(root)) {
    if (!name.startsWith('@')) names.push(name)
    else for (const inner of list(join(root, name))) names.push(`${name}/${inner}`)
  }
  return names.filter(isPluginName).sort()
}

function findNamed(roots: readonly string[], name: string): FoundPlugin | undefined {
  // The name comes from a file and becomes a path, so it has to be a bare package name.
  if (!/^(?:@[a-z0-9._~-]+\/)?[a-z0-9_~-][a-z0-9._~-]*$/i.test(name)) return undefined
  for (const root of roots) {
    const found = readPlugin(join(root, name), 'config')
    if (found) return found
  }
  return undefined
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
      message: `${entry} is named in the configuration but no such plugin package is installed`,
      fix: `gate plugins remove ${entry}`,
    },
  }
}

function unreadable(directory: string, source: FoundPlugin['source']): FoundPlugin {
  const packageName = basename(dirname(directory)).startsWith('@')
    ? `${basename(dirname(directory))}/${basename(directory)}`
    : basename(directory)
  return {
    id: idFromName(packageName),
    packageName,
    version: undefined,
    directory,
    source,
    apiVersion: undefined,
    problem: {
      code: 'plugin-invalid',
      message: `${join(directory, 'package.json')} cannot be read as JSON`,
      fix: `Install it again: gate plugins add ${packageName}`,
    },
  }
}

function readPlugin(directory: string, source: FoundPlugin['source']): FoundPlugin | undefined {
  const manifest = readManifest(join(directory, 'package.json'))
  if (manifest === 'absent') return undefined
  if (manifest === 'unreadable') return unreadable(directory, source)
  const gate = manifest.gate
  // A package may carry a fitting name and be something else, e.g. a library for writing plugins.
  if (source === 'installed' && gate === undefined) return undefined
  const packageName = typeof manifest.name === 'string' ? manifest.name : directory
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
  const invalid = (message: string, fix: string): FoundPlugin => ({
    ...described,
    problem: { code: 'plugin-invalid', message: `${packageName}: ${message}`, fix },
  })
  if (!isClientId(id)) return invalid(`"${id}" is no valid client id`, 'Report it to its author.')
  if (described.apiVersion !== SUPPORTED_API_VERSION) {
    const wanted = described.apiVersion === undefined ? 'no plugin API version' : `plugin API ${described.apiVersion}`
    const newer = (described.apiVersion ?? 0) > SUPPORTED_API_VERSION
    return invalid(
      `it states ${wanted}, this gate supports ${SUPPORTED_API_VERSION}`,
      newer
        ? 'Update gate: npm install -g @gate/cli@latest'
        : `Update the plugin: gate plugins add ${packageName}@latest`,
    )
  }
  if (typeof field.client !== 'string') return invalid('"gate.client" names no module', 'Report it to its author.')
  const entry = resolve(directory, field.client)
  const inside = relative(directory, entry)
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
    return invalid(`"gate.client" leads out of the package`, 'Report it to its author.')
  }
  if (!isFile(entry)) {
    return invalid(`${inside.split(sep).join('/')} does not exist`, `Install it again: gate plugins add ${packageName}`)
  }
  return { ...described, entry }
}

/** Two packages for one client: the first found is used, the other one is named. */
function withoutDoubles(plugins: readonly FoundPlugin[]): FoundPlugin[] {
  const taken = new Map<string, FoundPlugin>()
  return plugins.map((plugin) => {
    if (plugin.problem) return plugin
    const first = taken.get(plugin.id)
    if (first === undefined) {
      taken.set(plugin.id, plugin)
      return plugin
    }
    const { entry: _unused, ...rest } = plugin
    return {
      ...rest,
      problem: {
        code: 'plugin-invalid',
        message: `${plugin.packageName}: the client "${plugin.id}" is already served by ${first.packageName} (${first.directory})`,
        fix: `Remove one of them: gate plugins remove ${plugin.packageName}`,
      },
    }
  })
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
