import { advice } from './contract/action.js'
import type { ClientDefinition, ClientStatus } from './contract/client-plugin.js'
import type { Connection } from './contract/connection.js'
import type { Detection, Override } from './contract/detection.js'
import type { Drift, EditReport, Inspection } from './contract/engine-data.js'
import type { Finding } from './contract/finding.js'
import type { Host } from './contract/host.js'
import { findingOf } from './finding-of.js'
import { planOf, tracesOf } from './plan-of.js'
import { tooOld } from './too-old.js'

/**
 * What is true about a client now. Reads only; never throws: what could not be looked at makes the state `unknown`.
 *
 * Without a connection the files are compared with the receipt. A client is `connected` only when every edit was seen
 * in its file and nothing stronger was found.
 */
export async function deriveStatus(
  definition: ClientDefinition,
  host: Host,
  connection: Connection | undefined,
): Promise<ClientStatus> {
  const base = { id: definition.id, displayName: definition.displayName }
  let detection: Detection | undefined
  let inspection: Inspection | undefined
  try {
    detection = await definition.detect(host)
    const plan = connection && planOf(definition, host, connection, detection)
    inspection = await host.engine.inspect(definition.id, plan)
    const said =
      !inspection.interrupted &&
      inspection.drifts.length === 0 &&
      (plan ? plan.edits.length > 0 : inspection.receipt !== undefined)
    // What another gate wrote sends the client somewhere, too, if only to a helper that is not there.
    const traces =
      inspection.receipt || said || !detection.installed
        ? []
        : await host.engine.recognise(tracesOf(definition, host, detection))
    const applied = inspection.receipt !== undefined || said || traces.length > 0
    const outOfForce = !applied && (await isOutOfForce(definition, host, { connection, detection }))
    const overrides = applied || outOfForce ? ((await definition.overrides?.(host, connection, detection)) ?? []) : []
    const old = tooOld(definition, detection)
    const problems = applied ? ((await definition.problems?.(host, { connection, detection })) ?? []) : []
    const notes = [
      ...recordNotes(inspection, said, definition.id),
      ...((await definition.notes?.(host, 'status', { connection, detection })) ?? []),
    ]
    return {
      ...base,
      ...judge(
        definition.id,
        detection,
        inspection,
        { applied, overrides, traces, problems: old ? [old, ...problems] : problems },
        connection,
      ),
      version: detection.version,
      files: inspection.files,
      overrides,
      notes,
    }
  } catch (error) {
    return {
      ...base,
      state: 'unknown',
      version: detection?.version,
      files: inspection?.files ?? [],
      reasons: [findingOf(error)],
      overrides: [],
      notes: [],
    }
  }
}

/** Whether gate would write nothing here because somebody else decides. */
async function isOutOfForce(
  definition: ClientDefinition,
  host: Host,
  context: { readonly connection: Connection | undefined; readonly detection: Detection },
): Promise<boolean> {
  if (!context.detection.installed) return false
  return (await definition.obstacle?.(host, 'status', context))?.kind === 'out-of-force'
}

function judge(
  id: string,
  detection: Detection,
  inspection: Inspection,
  found: {
    readonly applied: boolean
    readonly overrides: readonly Override[]
    readonly problems: readonly Finding[]
    readonly traces: readonly EditReport[]
  },
  connection: Connection | undefined,
): Pick<ClientStatus, 'state' | 'reasons'> {
  if (inspection.interrupted) return { state: 'drifted', reasons: [interrupted(id)] }
  if (!detection.installed && !inspection.receipt) return { state: 'not-installed', reasons: [] }
  const unreadable = inspection.drifts.filter((drift) => drift.reason === 'file-unreadable')
  if (unreadable.length > 0) return { state: 'unknown', reasons: unreadable.map((drift) => driftReason(drift, id)) }
  if (!detection.installed) return { state: 'not-installed', reasons: [leftover(id, inspection.receipt?.files ?? [])] }
  const overridden = found.overrides.some((override) => override.severity === 'override')
  if (!found.applied) return { state: overridden ? 'overridden' : 'detected', reasons: found.problems }
  if (found.traces.length > 0) return { state: 'drifted', reasons: [unrecorded(id, found.traces)] }
  const away = inspection.away ?? []
  const drifts = inspection.drifts.filter(({ file }) => !away.includes(file))
  const reasons = [...away.map(awayReason), ...drifts.map((drift) => driftReason(drift, id)), ...found.problems]
  if (reasons.length > 0) return { state: 'drifted', reasons: [...otherProfile(inspection, connection), ...reasons] }
  return { state: overridden ? 'overridden' : 'connected', reasons: [] }
}

function interrupted(id: string): Finding {
  return {
    code: 'interrupted',
    severity: 'error',
    message: 'A change of its files was interrupted; the next setup or teardown finishes it or takes it back.',
    fix: { action: 'setup', client: id },
  }
}

/** Another gate's values: the record of them was lost, or is on another machine. */
function unrecorded(id: string, traces: readonly EditReport[]): Finding {
  const [first] = traces
  const names = traces.map(({ path, file }) => (path === '' ? file : path)).join(', ')
  return {
    code: 'unrecorded-setup',
    severity: 'error',
    message: `A gate wrote ${names}, but not this one, or its record was lost; what stood there before is not known.`,
    ...(first === undefined ? {} : { place: { file: first.file } }),
    fix: { action: 'setup', client: id },
  }
}

function awayReason(file: string): Finding {
  const message = `${file} is away: its directory is not there, or another one is in its place, as when a volume is not mounted. gate still remembers what stood in it.`
  return { code: 'file-away', severity: 'error', message, place: { file } }
}

function leftover(id: string, files: readonly string[]): Finding {
  return {
    code: 'leftover-configuration',
    severity: 'error',
    message: 'The client is gone, but its files still hold what gate wrote.',
    ...(files[0] === undefined ? {} : { place: { file: files[0] } }),
    fix: { action: 'teardown', client: id },
  }
}

function otherProfile(inspection: Inspection, connection: Connection | undefined): readonly Finding[] {
  const configured = inspection.receipt?.profile
  if (!connection || configured === undefined || configured === connection.profile) return []
  return [{ code: 'other-profile', severity: 'error', message: `It was set up for profile "${configured}".` }]
}

function recordNotes(inspection: Inspection, said: boolean, id: string): readonly Finding[] {
  if (!said || inspection.receipt) return []
  const message = 'gate has no record of setting this up, so it cannot undo it yet.'
  return [
    { code: 'no-record', severity: 'warning', message, fix: advice('{0} makes one.', { action: 'setup', client: id }) },
  ]
}

function driftReason(drift: Drift, id: string): Finding {
  const subject = drift.path === '' ? drift.file : `${drift.path} in ${drift.file}`
  const line = drift.line ?? drift.error?.line
  const key = drift.path === '' ? {} : { key: drift.path }
  const place = { file: drift.file, ...(line === undefined ? {} : { line }), ...key }
  switch (drift.reason) {
    case 'missing':
      return {
        code: 'drift-missing',
        severity: 'error',
        message: `${subject} is gone.`,
        place,
        fix: { action: 'setup', client: id },
      }
    case 'changed':
      return {
        code: 'drift-changed',
        severity: 'error',
        message: `${subject} has another value.`,
        place,
        fix: { action: 'setup', client: id },
      }
    case 'file-missing':
      return {
        code: 'drift-file-missing',
        severity: 'error',
        message: `${drift.file} is gone.`,
        place,
        fix: { action: 'setup', client: id },
      }
    case 'file-unreadable':
      return drift.error
        ? { ...findingOf(drift.error), place }
        : { code: 'io-failed', severity: 'error', message: `${drift.file} cannot be read.`, place }
  }
}
