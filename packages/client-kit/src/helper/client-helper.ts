import { GateError, type Helper, type Host } from '@gate/core'

/**
 * The helper as one client calls it. Pure.
 *
 * @throws GateError `invalid-config` when its path is not absolute: a client would look a bare name up on the `PATH` of
 * whatever started it, and a relative one in the project's directory.
 */
export function clientHelper(host: Host, { command, args }: Helper, clientId: string): Helper {
  if (host.path.isAbsolute(command)) return { command, args: [...args, '--client', clientId] }
  throw new GateError({
    code: 'invalid-config',
    message: `The helper must be an absolute path, but is ${JSON.stringify(command)}.`,
  })
}
