import {
  advice,
  type Connection,
  compareVersions,
  type Detection,
  type Finding,
  GateError,
  type Host,
  type NoteMoment,
  type Obstacle,
} from '@gate/core'
import { type ManagedSource, readManagedSources, takeover } from './managed-sources.js'
import { CLIENT_ID } from './options.js'
import { plan } from './plan.js'
import { isRunning } from './running-app.js'

/** The first version that knows `inferenceCredentialKind`. */
const OLDEST_VERSION = '1.8555.0'

/**
 * Why Claude Desktop's files must not be changed now: an administrator decides, the app is too old, or it runs and would
 * write its settings over gate's when it quits. A running app does not matter where nothing would change. Reads only.
 */
export async function obstacle(
  host: Host,
  moment: NoteMoment,
  { connection, detection }: { readonly connection: Connection | undefined; readonly detection: Detection },
): Promise<Obstacle | undefined> {
  const source = moment === 'revert' ? undefined : takeover(await readManagedSources(host))
  if (source) return { kind: 'out-of-force', note: managedNote(source) }
  // Nothing is written for status, so it is spared the question what runs.
  if (moment === 'status') return undefined
  const tooOld = moment === 'configure' ? versionError(detection.version) : undefined
  if (tooOld) return { kind: 'refusal', error: tooOld }
  if (!(await wouldChange(host, moment, connection, detection)) || !(await isRunning(host))) return undefined
  return { kind: 'refusal', error: runningError() }
}

async function wouldChange(
  host: Host,
  moment: 'configure' | 'revert',
  connection: Connection | undefined,
  detection: Detection,
): Promise<boolean> {
  const planned = moment === 'configure' && connection ? plan(host, connection, detection) : undefined
  const { receipt, drifts } = await host.engine.inspect(CLIENT_ID, planned)
  return moment === 'configure' ? receipt === undefined || drifts.length > 0 : receipt !== undefined
}

function managedNote({ location, state, detail }: ManagedSource): Finding {
  const what = state === 'unreadable' ? 'cannot be read' : `sets ${detail}`
  const message = `Nothing was written: Claude Desktop is managed by your administrator (${location} ${what}), and ignores the user's configuration then.`
  return { code: 'managed', severity: 'warning', message }
}

function versionError(version: string | undefined): GateError | undefined {
  if (version === undefined || compareVersions(version, OLDEST_VERSION) >= 0) return undefined
  return new GateError({
    code: 'client-too-old',
    message: `Claude Desktop ${version} does not know the settings that gate writes; ${OLDEST_VERSION} is the first that does. Nothing was changed.`,
    fix: advice('Update Claude Desktop and run the command again.'),
  })
}

function runningError(): GateError {
  return new GateError({
    code: 'client-running',
    message: 'Claude Desktop is running, and writes its settings when it quits. Nothing was changed.',
    fix: advice('Quit Claude Desktop completely (closing its window is not enough) and run the command again.'),
  })
}
