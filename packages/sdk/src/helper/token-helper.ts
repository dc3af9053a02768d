import type { Connection, Helper, Host } from '@gate/core'
import { helperOf, type Session } from '../session.js'
import { forgetClient } from '../setup/client-record.js'
import { isLeftToUndo } from '../teardown/undo-left.js'

/** Writes the shim that clients run for a token; a gateway without sign-in needs none. */
export async function writeHelper(session: Session, connection: Connection): Promise<Helper> {
  if (connection.auth.kind === 'none') return helperOf(session.host, connection)
  const { writeShim } = await import('@gate/auth')
  const { command } = await writeShim(session.host, {
    profile: connection.profile,
    gatewayUrl: connection.gatewayUrl,
    node: session.installation.node,
    script: session.installation.tokenScript,
    nodeEnvironment: session.installation.nodeEnvironment,
  })
  // Each plugin appends `--client <id>` itself.
  return { command, args: [] }
}

/** Configures a client with its helper in place; no teardown of another process takes the helper away meanwhile. */
export function withHelper<T>(session: Session, connection: Connection, configure: () => Promise<T>): Promise<T> {
  return underHelperLock(session.host, session.signal, async () => {
    await writeHelper(session, connection)
    return configure()
  })
}

/**
 * Removes what clients that were undone needed: the record of their plugin, and shims, which go last, and only when no
 * client of their profile is left that would run them. A client that another gate has set up again meanwhile keeps both.
 *
 * @param undone Ids of clients.
 */
export async function forgetUnused({ host, signal }: Session, undone: readonly string[]): Promise<void> {
  const { listShims, removeShim } = await import('@gate/auth')
  // Where gate never wrote anything, not even a lock is left.
  if (undone.length === 0 && (await listShims(host)).length === 0) return
  await underHelperLock(host, signal, async () => {
    const receipts = await host.engine.receipts()
    const set = receipts.map(({ clientId }) => clientId)
    for (const id of undone) if (!set.includes(id) && !(await isLeftToUndo(host, id))) await forgetClient(host, id)
    const used = new Set(receipts.map(({ profile }) => profile))
    for (const { command, profile } of await listShims(host)) if (!used.has(profile)) await removeShim(host, command)
  })
}

/** Taken before the engine's own lock, never inside of it. */
async function underHelperLock<T>(host: Host, signal: AbortSignal, fn: () => Promise<T>): Promise<T> {
  const { withLock } = await import('@gate/engine')
  return withLock(host, 'helper', fn, { signal })
}
