import { type Connection, clientOption, GateError, type Host } from '@gate/core'

/** The id of this client on gate's command line. */
export const CLIENT_ID = 'claude-desktop'

/**
 * What may be chosen for this client. `auth`: who signs in, gate (through the helper) or the app itself. `managed`:
 * whether gate also writes the managed property list of the user on macOS, which needs an administrator.
 */
export const OPTIONS = { auth: ['helper', 'native'], managed: ['off', 'user'] } as const

/**
 * Whether the app signs in by itself, and needs no helper. Pure.
 *
 * @throws GateError `invalid-config` for another choice.
 */
export function signsInItself(connection: Connection): boolean {
  return clientOption({ id: CLIENT_ID, options: OPTIONS }, connection, 'auth') === 'native'
}

/**
 * Whether the managed property list was asked for. Pure.
 *
 * @throws GateError `invalid-config` for another choice, on another system than macOS, and where the connection has
 * headers: everybody on the Mac can read that file.
 */
export function wantsManaged(host: Host, connection: Connection): boolean {
  if (clientOption({ id: CLIENT_ID, options: OPTIONS }, connection, 'managed') !== 'user') return false
  if (host.platform !== 'darwin') throw invalid('Claude Desktop has managed property lists on macOS only.')
  if (Object.keys(connection.headers).length > 0) {
    throw invalid('The connection has headers, and everybody on this Mac can read the managed property list.')
  }
  return true
}

function invalid(message: string): GateError {
  return new GateError({
    code: 'invalid-config',
    message,
    fix: { action: 'unset-setting', key: `options.${CLIENT_ID}.managed` },
  })
}
