import { type Connection, clientOption } from '@gate/core'

/** The id of this client on gate's command line. */
export const CLIENT_ID = 'claude-desktop'

/** What may be chosen for this client. `auth`: who signs in, gate (through the helper) or the app itself. */
export const OPTIONS = { auth: ['helper', 'native'] } as const

/**
 * Whether the app signs in by itself, and needs no helper. Pure.
 *
 * @throws GateError `invalid-config` for another choice.
 */
export function signsInItself(connection: Connection): boolean {
  return clientOption({ id: CLIENT_ID, options: OPTIONS }, connection, 'auth') === 'native'
}
