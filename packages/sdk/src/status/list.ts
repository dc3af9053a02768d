import { type Finding, findingOf, GateError } from '@gate/core'
import type { FoundPlugin } from '../plugins/find.js'
import { LOOK_LIMIT_MS } from '../plugins/plugin-set.js'
import type { Session } from '../session.js'

export interface ListedPlugin {
  readonly package: string
  readonly version: string | null
  readonly directory: string
  readonly source: FoundPlugin['source']
  readonly apiVersion: number | null
}

export interface ListedClient {
  readonly id: string
  /** The id when the plugin could not say. */
  readonly displayName: string
  /** Null when it could not be found out. */
  readonly installed: boolean | null
  readonly configured: boolean
  /** Absent when only a receipt is left of it. */
  readonly plugin?: ListedPlugin
  readonly error?: Finding
}

export interface ListResult {
  readonly clients: readonly ListedClient[]
}

/** Every client that a plugin or a receipt knows, every plugin found, and why one cannot be used. Reads only. */
export async function list(session: Session): Promise<ListResult> {
  const receipts = await session.host.engine.receipts()
  const configured = new Set(receipts.map((receipt) => receipt.clientId))
  const clients = await Promise.all(session.plugins.found.map((found) => listed(session, found, configured)))
  const known = new Set(clients.map((client) => client.id))
  const orphans = [...configured]
    .filter((id) => !known.has(id))
    .map((id) => ({ id, displayName: id, installed: null, configured: true }))
  return { clients: [...clients, ...orphans].sort((a, b) => (a.id < b.id ? -1 : 1)) }
}

async function listed(session: Session, found: FoundPlugin, configured: ReadonlySet<string>): Promise<ListedClient> {
  const base = {
    id: found.id,
    configured: configured.has(found.id),
    plugin: {
      package: found.packageName,
      version: found.version ?? null,
      directory: found.directory,
      source: found.source,
      apiVersion: found.apiVersion ?? null,
    },
  }
  const broken = (error: unknown) => ({ ...base, displayName: found.id, installed: null, error: findingOf(error) })
  if (found.problem) return broken(new GateError(found.problem))
  try {
    return await session.plugins.call(found.id, 'detect', LOOK_LIMIT_MS, async (plugin) => {
      const { installed } = await plugin.detect(session.host)
      return { ...base, displayName: plugin.displayName, installed }
    })
  } catch (error) {
    return broken(error)
  }
}
