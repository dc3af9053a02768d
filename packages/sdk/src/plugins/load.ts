import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { advice, type ClientPlugin, GateError, type Host } from '@gate/core'
import { checkedExport } from './exported.js'
import type { FoundPlugin } from './find.js'
import type { StoppablePlugin } from './foreign-plugin.js'
import { coreToLend, lendCore } from './lend-core.js'
import { withTimeLimit } from './time-limit.js'
import { exportedOf, type Verb } from './wire.js'

/** Milliseconds that the import of a plugin may take; ours take under 10. */
const IMPORT_LIMIT_MS = 5_000

export interface LoadOptions {
  /**
   * `trusted`: in this process, for what is released together with gate. `checked`: in this process, for a host that is
   * not this machine. `apart`: in a process of its own.
   */
  readonly runs: 'trusted' | 'checked' | 'apart'
  /** Working directory of the host of a process of its own. */
  readonly cwd: () => string
  /** Environment of that process. Default: that of this one. */
  readonly env?: Host['env']
  /** Is told what fails in the background of that process. */
  readonly warn: (message: string) => void
}

/**
 * Imports a plugin and checks that it is one.
 *
 * @throws GateError `plugin-invalid` or `plugin-failed`, naming the package.
 */
export async function loadPlugin(found: FoundPlugin, options: LoadOptions): Promise<StoppablePlugin> {
  if (found.problem || found.entry === undefined) {
    const { code, message, fix } = found.problem ?? { code: 'plugin-invalid', message: 'no module', fix: undefined }
    throw new GateError({ code, message, ...(fix === undefined ? {} : { fix }) })
  }
  try {
    if (options.runs !== 'apart') {
      return { plugin: await importPlugin(found, found.entry, options.runs === 'trusted'), stop() {} }
    }
    // On demand: most installations have no foreign plugin.
    const { startForeignPlugin } = await import('./foreign-plugin.js')
    const warn = (message: string) => options.warn(`${found.packageName} failed in the background: ${message}`)
    const { cwd, env } = options
    return await startForeignPlugin(found, {
      importLimitMs: IMPORT_LIMIT_MS,
      cwd: cwd(),
      ...(env === undefined ? {} : { env }),
      warn,
    })
  } catch (error) {
    if (GateError.isInstance(error) && error.code === 'plugin-invalid') throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new GateError({
      code: 'plugin-failed',
      message: `${found.packageName} could not be loaded: ${reason}`,
      file: found.entry,
      fix: advice('Install or update it again', { action: 'add-plugin', package: `${found.packageName}@latest` }),
      cause: error,
    })
  }
}

async function importPlugin(found: FoundPlugin, entry: string, isTrusted: boolean): Promise<ClientPlugin> {
  const core = coreToLend(realpathSync(entry))
  if (core !== undefined) lendCore(core)
  const module: unknown = await withTimeLimit(import(pathToFileURL(entry).href), IMPORT_LIMIT_MS, 'its import')
  const value = (module as { default?: unknown }).default
  const described = checkedExport(found, exportedOf(value))
  if (isTrusted) return value as ClientPlugin
  const { answeredPlugin, verbArguments } = await import('./answered-plugin.js')
  const verbs = value as Record<Verb, (...args: unknown[]) => unknown>
  return answeredPlugin(found.id, described, async (verb, host, input, signal) =>
    // As it comes out of a process of its own.
    JSON.parse(JSON.stringify(await verbs[verb](host, ...verbArguments(verb, input, signal))) ?? 'null'),
  )
}
