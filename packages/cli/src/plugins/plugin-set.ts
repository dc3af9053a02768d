import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type ClientPlugin, GateError } from '@gate/core'
import { type FoundPlugin, findPlugins } from './find.js'
import { loadPlugin } from './load.js'
import { isOwn, proofPlace } from './prove-import.js'
import { pluginRoots, type RootOptions } from './roots.js'
import { withTimeLimit } from './time-limit.js'
import type { Watchdog, WatchedCall } from './watchdog.js'

/** Milliseconds that one call into a plugin may take; reading and writing a few files takes under 100. */
export const CALL_LIMIT_MS = 60_000
/** Milliseconds for calls that only look; `status` of the other clients must not wait for a broken one for long. */
export const LOOK_LIMIT_MS = 10_000

const OWN_PACKAGE = '@gate/cli'

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
  /** `plugins` of the configuration. */
  readonly explicit?: readonly string[]
  /** Directory where verdicts about foreign plugins are remembered. */
  readonly proofDirectory: string
}

/** Looks for the plugins; imports none. */
export function openPlugins(options: PluginSetOptions): PluginSet {
  const searched = pluginRoots(options)
  const found = findPlugins(searched, options.explicit)
  const usable = found.filter((plugin) => plugin.problem === undefined)
  const loaded = new Map<string, Promise<ClientPlugin>>()
  const find = (id: string) => usable.find((plugin) => plugin.id === id) ?? found.find((plugin) => plugin.id === id)
  const load = (id: string) => {
    const known = loaded.get(id)
    if (known) return known
    const plugin = find(id)
    const loading = plugin
      ? loadPlugin(plugin, options.proofDirectory)
      : Promise.reject(new GateError({ code: 'unknown-client', message: `no plugin for "${id}" is installed` }))
    loaded.set(id, loading)
    return loading
  }
  let watchdog: Watchdog | undefined
  const watchedCall = async (id: string, packageName: string, verb: string, limitMs: number): Promise<WatchedCall> => {
    const { entry = '', version } = find(id) ?? {}
    const proof = await proofPlace(entry, version, options.proofDirectory)
    return { packageName, verb: `${verb}()`, limitMs, proof }
  }
  return {
    found,
    searched,
    get homes() {
      return searched.filter((root) => existsSync(join(root, OWN_PACKAGE, 'package.json')))
    },
    again: (explicit = options.explicit ?? []) => openPlugins({ ...options, explicit }),
    ids: usable.map((plugin) => plugin.id).sort(),
    package: find,
    load,
    async call(id, verb, limitMs, run) {
      const plugin = await load(id)
      const name = find(id)?.packageName ?? id
      try {
        const work = () => withTimeLimit(Promise.resolve(run(plugin)), limitMs, `${name}: ${verb}()`)
        if (isOwn(name)) return await work()
        const watched = await watchedCall(id, name, verb, limitMs)
        watchdog ??= (await import('./watchdog.js')).createWatchdog()
        return await watchdog.watch(watched, work)
      } catch (error) {
        if (GateError.isInstance(error)) throw error.code === 'plugin-invalid' ? namingPackage(error, name) : error
        const reason = error instanceof Error ? error.message : String(error)
        throw new GateError({
          code: 'plugin-failed',
          message: `${name}: ${verb}() failed: ${reason}`,
          fix: `Update the plugin: gate plugins add ${name}@latest`,
          cause: error,
        })
      }
    },
  }
}

function namingPackage(error: GateError, name: string): GateError {
  return new GateError({
    code: 'plugin-invalid',
    message: `${name}: ${error.message}`,
    fix: 'Report it to its author.',
  })
}
