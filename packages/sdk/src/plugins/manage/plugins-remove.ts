import { advice, GateError } from '@gate/core'
import { updateConfig } from '../../profile/config-file.js'
import type { Session } from '../../session.js'
import { type TeardownResult, teardown } from '../../teardown/teardown.js'
import { isLeftToUndo } from '../../teardown/undo-left.js'
import type { FoundPlugin } from '../find.js'
import { managedPlace, removeCall, rootOf } from '../package-manager.js'
import { runPackageManager } from './run-package-manager.js'

export interface RemovedPlugin {
  readonly package: string
  readonly client: string
  /** `uninstalled` by its package manager, or `forgotten`: it only stood in gate's configuration. */
  readonly result: 'uninstalled' | 'forgotten'
  /** Where another copy of it is still found. */
  readonly stillAt: string | null
  /** Absent when its client was not configured. */
  readonly teardown?: TeardownResult
}

/**
 * Takes a plugin away: with the package manager that installed it, or out of gate's configuration when it was recorded
 * there.
 *
 * @param given Package name or directory as `gate plugins list` shows it, or what the configuration says.
 * @param options `teardown`: give the files of its client back first.
 * @throws GateError `invalid-argument` (not installed), `clients-still-configured`, `package-manager-unknown`,
 *   `package-manager-failed`, or the first error of the teardown.
 */
export async function removePlugin(
  session: Session,
  given: string,
  options: { readonly teardown: boolean },
): Promise<RemovedPlugin> {
  const plugin = find(session, given)
  const undone = await undo(session, plugin, options.teardown)
  const base = { package: plugin.packageName, client: plugin.id, ...(undone ? { teardown: undone } : {}) }
  if (plugin.source === 'config') {
    const left = await forget(session, plugin)
    return { ...base, result: 'forgotten', stillAt: stillAt(session, plugin, left) }
  }
  const place = managedPlace(rootOf(plugin.directory))
  if (place === undefined || place === 'temporary') {
    throw new GateError({
      code: 'package-manager-unknown',
      message: `no package manager says that ${plugin.directory} is its own`,
      fix: advice(`Delete ${plugin.directory}`),
    })
  }
  session.progress({ step: 'remove-plugin', plugin: plugin.packageName, manager: place.manager })
  await runPackageManager(session, place, removeCall(place, plugin.packageName))
  const left = stillAt(session, plugin)
  if (left === plugin.directory) {
    throw new GateError({
      code: 'package-manager-failed',
      message: `${place.manager} ended well, but ${plugin.directory} is still there`,
      fix: advice(`Delete ${plugin.directory}`),
    })
  }
  return { ...base, result: 'uninstalled', stillAt: left }
}

function find(session: Session, given: string): FoundPlugin {
  const { host, plugins } = session
  const path = host.path.resolve(host.cwd, given)
  const found =
    plugins.found.find((plugin) => plugin.packageName === given) ??
    plugins.found.find((plugin) => plugin.directory === path)
  if (found) return found
  throw new GateError({
    code: 'invalid-argument',
    message: `no plugin "${given}" is installed`,
    fix: { action: 'list-plugins' },
  })
}

async function undo(session: Session, plugin: FoundPlugin, allowed: boolean): Promise<TeardownResult | undefined> {
  const receipts = await session.host.engine.receipts()
  // Of two packages for one client only the one in use has anything to do with its files.
  const inUse = session.plugins.package(plugin.id)?.directory === plugin.directory
  const isSetUp = receipts.some((receipt) => receipt.clientId === plugin.id)
  if (!inUse || !(isSetUp || (await isLeftToUndo(session.host, plugin.id)))) return undefined
  if (!allowed) {
    throw new GateError({
      code: 'clients-still-configured',
      message: `${plugin.id} is set up through ${plugin.packageName}`,
      fix: { action: 'remove-plugin', package: plugin.packageName, teardown: true },
    })
  }
  const undone = await teardown(session, { clients: [plugin.id] })
  const failed = undone.clients.find((client) => client.error !== undefined)?.error
  if (failed === undefined) return undone
  throw new GateError({
    code: failed.code as GateError['code'],
    message: `The plugin was not removed, because its client could not be given back: ${failed.message}`,
    ...failed.place,
    ...(failed.fix === undefined ? {} : { fix: failed.fix }),
  })
}

async function forget({ host }: Session, plugin: FoundPlugin): Promise<readonly string[]> {
  const config = await updateConfig(host, ({ plugins = [], ...rest }) => {
    const kept = plugins.filter((entry) => entry !== plugin.packageName && entry !== plugin.directory)
    return kept.length === 0 ? rest : { ...rest, plugins: kept }
  })
  return config.plugins ?? []
}

function stillAt(session: Session, plugin: FoundPlugin, explicit?: readonly string[]): string | null {
  const { found } = session.plugins.again(explicit)
  return found.find(({ packageName }) => packageName === plugin.packageName)?.directory ?? null
}
