import { type Connection, compareVersions, type Detection, type Finding, type Host, type NoteMoment } from '@gate/core'
import { isInsideApp } from './find-app.js'
import { inferenceModels } from './models.js'
import { wantsManaged } from './options.js'

/** The first version whose rules for managed settings and helpers are the ones that gate knows. */
const KNOWN_VERSION = '1.19367.0'

/** What the user must know at a moment. Pure. */
export function notes(
  host: Host,
  moment: NoteMoment,
  { connection, detection }: { readonly connection: Connection | undefined; readonly detection: Detection },
): readonly Finding[] {
  switch (moment) {
    case 'configure':
      return [
        ...relaunch('uses the gateway from then on'),
        ...(detection.places?.malformed ?? []).map(malformedNote),
        ...(connection ? connectionNotes(connection) : []),
        ...managedNotes(host, connection),
        ...versionNotes(detection.version),
        ...insideNotes(host),
      ]
    case 'revert':
      return [...relaunch('is as before then'), ...insideNotes(host)]
    case 'status':
      return [...managedNotes(host, connection), ...versionNotes(detection.version)]
  }
}

/** The app reads its configuration only when it starts. */
function relaunch(then: string): readonly Finding[] {
  const message = `Open Claude Desktop again (if it runs, quit it completely first; closing its window is not enough); it ${then}.`
  return [{ code: 'relaunch', severity: 'info', message }]
}

/** Only device management makes managed settings last. */
function managedNotes(host: Host, connection: Connection | undefined): readonly Finding[] {
  if (connection === undefined || !wantsManaged(host, connection)) return []
  const message =
    'macOS may remove the managed property list at any time, because no configuration profile delivers it; for settings that last, ask your administrator for a profile.'
  return [{ code: 'managed-not-durable', severity: 'info', message }]
}

function malformedNote(file: string): Finding {
  const message = `The selection (appliedId) in ${file} was no text, so Claude Desktop applied no configuration; teardown puts it back.`
  return { code: 'selection-malformed', severity: 'info', message }
}

function connectionNotes(connection: Connection): readonly Finding[] {
  const { models, notes: found } = inferenceModels(connection.models)
  const all = [...found]
  if (models.length === 0) {
    const message =
      'Claude Desktop asks the gateway for its models at each start. If it offers none of them, name them with --models.'
    all.push({ code: 'models-discovered', severity: 'info', message })
  }
  if (connection.caFile !== undefined) {
    const message = `Claude Desktop has no setting for a CA file: add ${connection.caFile} to the certificates that your system trusts.`
    all.push({ code: 'ca-file-system', severity: 'info', message })
  }
  return all
}

/** What older versions do worse. Pure. */
export function versionNotes(version: string | undefined): readonly Finding[] {
  if (version === undefined || compareVersions(version, KNOWN_VERSION) >= 0) return []
  const message = `Claude Desktop ${version} is older than ${KNOWN_VERSION}, the first that gate knows well; update it.`
  return [{ code: 'version-old', severity: 'info', message }]
}

function insideNotes(host: Host): readonly Finding[] {
  if (!isInsideApp(host)) return []
  const message =
    'gate was started inside Claude Desktop, where Windows may keep what it writes for the app alone; run it in a terminal of its own.'
  return [{ code: 'inside-app', severity: 'info', message }]
}
