import { advice, environmentVariable, findProgram, GateError } from '@gate/core'
import type { Session } from '../../session.js'
import { interrupted } from '../../setup/client-outcome.js'
import { type ManagedPlace, type ManagerCall, managedPlace } from '../package-manager.js'

/** Milliseconds that a package manager may take; a slow network and a cold cache included. */
const LIMIT_MS = 10 * 60_000
/** Lines of a package manager's own message that are passed on. */
const QUOTED_LINES = 12

/**
 * Where gate itself is installed, as its package manager sees it.
 *
 * @throws GateError `package-manager-unknown` for a checkout and for the caches of `npx` and its like.
 */
export function placeOfGate(session: Session): ManagedPlace {
  // The nearest one that a manager calls its own: gate may also be installed in a directory further up.
  const place = session.plugins.homes.map(managedPlace).find((found) => found !== undefined)
  if (place !== undefined && place !== 'temporary') return place
  const temporary = place === 'temporary'
  throw new GateError({
    code: 'package-manager-unknown',
    message: temporary
      ? 'this gate runs from a temporary install, which is no place to add a plugin to'
      : 'this gate was not installed by npm, pnpm, yarn or bun, so it cannot tell which of them should install a plugin',
    fix: temporary
      ? advice('Name the plugin when you start gate', { action: 'run-with-plugin', package: 'PACKAGE' })
      : advice('Install the plugin yourself and name its directory', { action: 'add-plugin', package: 'DIRECTORY' }),
  })
}

/**
 * Runs a package manager without a shell and with the user's own environment, so that its registry and login count.
 *
 * @throws GateError `package-manager-failed` when it is not there or ends with an error, quoting what it said.
 */
export async function runPackageManager(session: Session, place: ManagedPlace, call: ManagerCall): Promise<void> {
  const { host, signal } = session
  const { manager } = place
  const byHand = advice('Run it yourself', { action: 'run', command: [manager, ...call.args].join(' ') })
  const failed = (message: string, cause?: unknown) =>
    new GateError({ code: 'package-manager-failed', message, fix: byHand, ...(cause === undefined ? {} : { cause }) })
  const found = await findProgram(host, manager)
  if (found === undefined) throw failed(`${manager} installed gate, but there is no ${manager} on PATH now`)
  const path = [...(call.path ?? []), environmentVariable(host, 'PATH') ?? ''].join(host.path.delimiter)
  const finished = await host.process
    .run(found.path, call.args, {
      cwd: call.cwd ?? host.home,
      env: { ...host.env, ...(call.path ? { PATH: path } : {}), npm_config_update_notifier: 'false', ...call.env },
      timeoutMs: LIMIT_MS,
      signal,
    })
    .catch((error: unknown) => {
      throw signal.aborted ? interrupted() : failed(`${manager} could not be started: ${String(error)}`, error)
    })
  if (finished.code === 0) return
  const said = `${finished.stderr}\n${finished.stdout}`.split('\n').filter((line) => line.trim() !== '')
  throw failed(`${manager} failed: ${said.slice(0, QUOTED_LINES).join(' | ')}`)
}
