import type { Connection, Helper } from '@gate/core'
import { tokenScript } from '../installation.js'
import { helperOf, type Session } from './session.js'

/** Writes the shim that clients run for a token; a gateway without sign-in needs none. */
export async function writeHelper(session: Session, connection: Connection): Promise<Helper> {
  if (connection.auth.kind === 'none') return helperOf(session.host, connection.profile)
  const { writeShim } = await import('@gate/auth')
  const { command } = await writeShim(session.host, {
    profile: connection.profile,
    node: process.execPath,
    script: tokenScript(),
  })
  // Each plugin appends `--client <id>` itself.
  return { command, args: [] }
}
