import { type Finding, findingOf, GateError } from '@gate/core'
import type { Session } from '../../session.js'
import type { FoundPlugin } from '../find.js'
import { managedPlace, rootOf } from '../package-manager.js'

/** A plugin package, and whether its client can be used. */
export interface PluginEntry {
  readonly package: string
  readonly version: string | null
  /** Id of its client. */
  readonly client: string
  readonly directory: string
  readonly source: FoundPlugin['source']
  /** Who installed it, as far as its place tells. */
  readonly installedBy: 'npm' | 'pnpm' | 'yarn' | 'bun' | null
  readonly apiVersion: number | null
  /** True when some client is set up through it. */
  readonly configured: boolean
  /** Why it was not loaded. */
  readonly error?: Finding
}

export interface PluginsList {
  readonly plugins: readonly PluginEntry[]
  /** Directories that were looked through, nearest first. */
  readonly searched: readonly string[]
}

/** Every plugin package found, loaded to see whether it can be. None of its functions is called. */
export async function listPlugins(session: Session): Promise<PluginsList> {
  const receipts = await session.host.engine.receipts()
  const configured = new Set(receipts.map((receipt) => receipt.clientId))
  const plugins = await Promise.all(
    session.plugins.found.map(async (found): Promise<PluginEntry> => {
      const error = await loadError(session, found)
      return { ...describePlugin(found), configured: configured.has(found.id), ...(error ? { error } : {}) }
    }),
  )
  return { plugins, searched: session.plugins.searched }
}

/** What is known of a plugin without loading it. */
export function describePlugin(found: FoundPlugin): Omit<PluginEntry, 'configured' | 'error'> {
  const place = found.source === 'installed' ? managedPlace(rootOf(found.directory)) : undefined
  return {
    package: found.packageName,
    version: found.version ?? null,
    client: found.id,
    directory: found.directory,
    source: found.source,
    installedBy: place === undefined || place === 'temporary' ? null : place.manager,
    apiVersion: found.apiVersion ?? null,
  }
}

async function loadError(session: Session, found: FoundPlugin): Promise<Finding | undefined> {
  if (found.problem) return findingOf(new GateError(found.problem))
  return session.plugins.load(found.id).then(() => undefined, findingOf)
}
