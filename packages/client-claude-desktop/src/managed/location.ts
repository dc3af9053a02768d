import { advice, GateError, type Host } from '@gate/core'

const DIRECTORY = '/Library/Managed Preferences'
const NAME = 'com.anthropic.claudefordesktop.plist'

/** The managed property lists that the app reads on macOS, strongest first. Pure. */
export function managedLocations(host: Host): { readonly user: string; readonly machine: string } {
  return {
    user: host.path.join(DIRECTORY, host.env.USER || host.path.basename(host.home), NAME),
    machine: host.path.join(DIRECTORY, NAME),
  }
}

/**
 * The managed property list of this user, for writing. Pure.
 *
 * @throws GateError `path-outside` when the name of the user would lead elsewhere; it comes from the environment.
 */
export function ownManagedLocation(host: Host): string {
  const { user } = managedLocations(host)
  const name = host.env.USER || host.path.basename(host.home)
  if (host.path.dirname(host.path.dirname(user)) === DIRECTORY && !/[/\p{Cc}]/u.test(name)) return user
  throw new GateError({
    code: 'path-outside',
    message: `${JSON.stringify(name)} is no name of a user, so gate does not know the property list to write.`,
    fix: advice('Set USER to your user name.'),
  })
}
