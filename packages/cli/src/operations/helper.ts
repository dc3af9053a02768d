import type { Connection, Helper, Host } from '@gate/core'
import { tokenScript } from '../installation.js'
import { helperOf, type Session } from './session.js'

/** Writes the shim that clients run for a token; a gateway without sign-in needs none. */
export async function writeHelper(session: Session, connection: Connection): Promise<Helper> {
  if (connection.auth.kind === 'none') return helperOf(session.host, connection)
  const { writeShim } = await import('@gate/auth')
  const { command } = await writeShim(session.host, {
    profile: connection.profile,
    gatewayUrl: connection.gatewayUrl,
    node: process.execPath,
    script: tokenScript(),
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

/** Removes shims, which go last, and only when no client of their profile is left that would run them. */
export async function removeUnusedHelpers({ host, signal }: Session): Promise<void> {
  const { listShims, removeShim } = await import('@gate/auth')
  // Where gate never wrote anything, not even a lock is left.
  if ((await listShims(host)).length === 0) return
  await underHelperLock(host, signal, async () => {
    const used = new Set((await host.engine.receipts(host)).map((receipt) => receipt.profile))
    for (const { command, profile } of await listShims(host)) if (!used.has(profile)) await removeShim(host, command)
  })
}

/** Taken before the engine's own lock, never inside of it. */
async function underHelperLock<T>(host: Host, signal: AbortSignal, fn: () => Promise<T>): Promise<T> {
  const { withLock } = await import('@gate/engine')
  return withLock(host, 'helper', fn, { signal })
}
