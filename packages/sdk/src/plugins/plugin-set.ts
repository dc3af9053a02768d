import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { advice, type ClientPlugin, GateError, type Host } from '@gate/core'
import { type FoundPlugin, findPlugins, isOwnPlugin } from './find.js'
import type { StoppablePlugin } from './foreign-plugin.js'
import { type LoadOptions, loadPlugin } from './load.js'
import { ownPackage } from './official-clients.js'
import { createProvenance } from './provenance.js'
import { pluginRoots, type RootOptions } from './roots.js'
import { withTimeLimit } from './time-limit.js'

/** Milliseconds that one call into a plugin may take; reading and writing a few files takes under 100. */
export const CALL_LIMIT_MS = 60_000
/** Milliseconds for calls that only look; `status` of the other clients must not wait for a broken one for long. */
export const LOOK_LIMIT_MS = 10_000

/** The installed client plugins. Each is imported when it is first used. */
export interface PluginSet {
  /** Everything found, including what cannot be used. */
  readonly found: readonly FoundPlugin[]
  /** The `node_modules` directories that were looked through, nearest first. */
  readonly searched: readonly string[]
  /** Those of them that hold the package of the running gate; several when links lead there. */
  readonly homes: readonly string[]
  /** Ids of the clients whose plugin can be tried, sorted. */
  readonly ids: readonly string[]
  /** The package behind an id; also one with a problem. */
  package(id: string): FoundPlugin | undefined
  /** Looks again, after packages were added or taken away. */
  again(explicit?: readonly string[]): PluginSet
  /** @throws GateError `unknown-client`, `plugin-invalid`, `plugin-failed`. */
  load(id: string): Promise<ClientPlugin>
  /**
   * Runs one verb of a plugin within a time limit.
   *
   * @throws GateError whatever the plugin throws; anything else it throws as `plugin-failed`, naming the package.
   */
  call<T>(id: string, verb: string, limitMs: number, run: (plugin: ClientPlugin) => Promise<T>): Promise<T>
}

export interface PluginSetOptions extends RootOptions {
  /** Plugins that the program has imported itself; they win over found ones of the same id. Default: none. */
  readonly given?: readonly ClientPlugin[]
  /** `plugins` of the configuration. */
  readonly explicit?: readonly string[]
  /**
   * Runs plugins of others in this process, too, for a host that is not this machine. Nothing keeps them from harming it
   * then. Default false.
   */
  readonly inProcess?: boolean
  /** Working directory of the hosts of their processes. Default: that of this process. */
  readonly cwd?: () => string
  /** Environment of their processes. Default: that of this process. */
  readonly env?: Host['env']
  /** Is told what fails in the background of their processes. Default: nobody is. */
  readonly warn?: (message: string) => void
}

/** Looks for the plugins; imports none. */
export function openPlugins(options: PluginSetOptions): PluginSet {
  const searched = pluginRoots(options)
  const given = new Map((options.given ?? []).map((plugin) => [plugin.id, plugin]))
  const installed = findPlugins(searched, options.explicit, createProvenance(options.packageFile))
  const found = [...[...given.values()].map(asFound), ...installed.filter(({ id }) => !given.has(id))]
  const usable = found.filter((plugin) => plugin.problem === undefined)
  const loaded = new Map<string, Promise<StoppablePlugin>>()
  const find = (id: string) => usable.find((plugin) => plugin.id === id) ?? found.find((plugin) => plugin.id === id)
  const start = (id: string): Promise<StoppablePlugin> => {
    const known = loaded.get(id)
    if (known) return known
    const imported = given.get(id)
    if (imported) return Promise.resolve({ plugin: imported, stop() {} })
    const plugin = find(id)
    const loading = plugin
      ? loadPlugin(plugin, loadOptions(options, isOwnPlugin(plugin, searched)))
      : Promise.reject(new GateError({ code: 'unknown-client', message: `no plugin for "${id}" is installed` }))
    loaded.set(id, loading)
    return loading
  }
  return {
    found,
    searched,
    get homes() {
      return searched.filter((root) => existsSync(join(root, options.packageName, 'package.json')))
    },
    again: (explicit = options.explicit ?? []) => openPlugins({ ...options, explicit }),
    ids: usable.map((plugin) => plugin.id).sort(),
    package: find,
    load: async (id) => (await start(id)).plugin,
    async call(id, verb, limitMs, run) {
      const { plugin, stop } = await start(id)
      const name = find(id)?.packageName ?? id
      try {
        const work = Promise.resolve(run(plugin))
        return await withTimeLimit(work, limitMs, `${name}: ${verb}()`, () => stop(`${verb}() did not finish`))
      } catch (error) {
        if (GateError.isInstance(error)) throw withPackage(error, name, verb)
        const reason = error instanceof Error ? error.message : String(error)
        throw failed(`${name}: ${verb}() failed: ${reason}`, name, error)
      }
    },
  }
}

/** Returns a plugin of the program's own as one that was found, under the name that its package would have. */
function asFound({ id, apiVersion }: ClientPlugin): FoundPlugin {
  const packageName = ownPackage(id) ?? `gate-client-${id}`
  return { id, packageName, version: undefined, directory: '', source: 'given', apiVersion, entry: '' }
}

function loadOptions({ inProcess, cwd, env, warn }: PluginSetOptions, isOwn: boolean): LoadOptions {
  const runs = isOwn ? 'trusted' : inProcess ? 'checked' : 'apart'
  return { runs, cwd: cwd ?? (() => process.cwd()), ...(env === undefined ? {} : { env }), warn: warn ?? (() => {}) }
}

/** Faults of a plugin say whose they are; what it refuses is about files. */
function withPackage(error: GateError, name: string, verb: string): GateError {
  if (error.code === 'plugin-invalid') {
    const message = `${name}: ${error.message}`
    return new GateError({ code: error.code, message, fix: advice('Report it to its author.') })
  }
  if (error.code !== 'plugin-failed' || error.message.startsWith(`${name}: `)) return error
  return failed(`${name}: ${verb}() failed: ${error.message}`, name, error)
}

function failed(message: string, name: string, cause: unknown): GateError {
  return new GateError({
    code: 'plugin-failed',
    message,
    fix: advice(
      'Update it: {0}, or remove it: {1}',
      { action: 'add-plugin', package: `${name}@latest` },
      { action: 'remove-plugin', package: name },
    ),
    cause,
  })
}
