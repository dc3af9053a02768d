import { realpathSync } from 'node:fs'
import type { ClientPlugin, Host } from '@gate/core'
import { answeredPlugin } from './answered-plugin.js'
import { checkedExport } from './exported.js'
import type { FoundPlugin } from './find.js'
import { coreToLend } from './lend-core.js'
import { type PluginProcess, startPluginProcess, type Warn } from './plugin-process.js'
import { slots } from './slots.js'
import { thrownError } from './thrown-error.js'
import { withTimeLimit } from './time-limit.js'

/** A plugin, and how to be rid of what it is doing. */
export interface StoppablePlugin {
  readonly plugin: ClientPlugin
  /** Ends its process, as every answer does when no other one is waited for; the next verb starts another one. */
  stop(reason: string): void
}

export interface ForeignOptions {
  /** Milliseconds that its import may take. */
  readonly importLimitMs: number
  /** Working directory of its host. */
  readonly cwd: string
  /** Environment of its process. Default: that of this one. */
  readonly env?: Host['env']
  readonly warn: Warn
}

const ATTEMPTS = 3

/** Processes that start at the same time: many at once would all take longer than each may. */
const atATime = slots(4)

/**
 * Imports a plugin in a process of its own, see {@link startPluginProcess}. Its verbs take no host from here: the process
 * makes one, of the same machine.
 *
 * @throws GateError `plugin-invalid` when it is none; whatever its import throws, as a plain error.
 */
export async function startForeignPlugin(found: FoundPlugin, options: ForeignOptions): Promise<StoppablePlugin> {
  const entry = found.entry ?? ''
  const core = coreToLend(realpathSync(entry))
  const begin = { entry, cwd: options.cwd, ...(core === undefined ? {} : { core }) }
  const start = () =>
    atATime(async () => {
      const process = startPluginProcess(begin, options.warn, options.env)
      try {
        const exported = await withTimeLimit(process.exported, options.importLimitMs, 'its import')
        return { process, described: checkedExport(found, exported) }
      } catch (error) {
        process.stop('it cannot be used')
        throw thrownError(error)
      }
    })
  const first = await start()
  let current: Promise<PluginProcess> = Promise.resolve(first.process)
  const running = async (): Promise<PluginProcess> => {
    const seen = current
    const known = await seen.catch(() => undefined)
    if (known?.isRunning()) return known
    // Whoever comes second waits for what the first one started.
    if (current === seen) current = start().then(({ process }) => process)
    return current
  }
  const plugin = answeredPlugin(found.id, first.described, async (verb, _host, input, signal) => {
    try {
      let process = await running()
      // It may have given its last answer meanwhile. One that never stays is told by the call.
      for (let attempt = 1; !process.isRunning() && attempt < ATTEMPTS; attempt++) process = await running()
      return await process.call(verb, input, signal)
    } catch (error) {
      throw thrownError(error, signal?.aborted)
    }
  })
  const stop = (reason: string) => {
    current.then(
      (process) => process.stop(reason),
      () => {},
    )
  }
  return { plugin, stop }
}
