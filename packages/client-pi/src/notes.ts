import {
  type Connection,
  caFileNotes,
  compareVersions,
  type Detection,
  type Host,
  type Note,
  type NoteMoment,
} from '@gate/core'
import { offeredModels } from './models.js'
import { modelsFileProblem } from './models-file.js'

/**
 * The first release that takes a `$` in a header literally when it is doubled: 0.78.0 does, 0.76.0 sends both, and takes a
 * header that is the name of a variable for it. Before 0.63.0 a key was kept for ever.
 */
const FIRST_VERSION = '0.77.0'

/** What the user must know at a moment. Reads `models.json` at most. */
export async function notes(
  host: Host,
  moment: NoteMoment,
  { connection, detection }: { readonly connection: Connection | undefined; readonly detection: Detection },
): Promise<readonly Note[]> {
  switch (moment) {
    case 'configure':
      return [
        {
          code: 'new-sessions',
          message: 'New sessions use the gateway. Open and resumed ones keep their model; change it with /model.',
        },
        ...(connection ? helperNotes(connection) : []),
        ...(connection ? modelNotes(connection) : []),
        ...(connection ? caNotes(connection) : []),
        ...versionNotes(detection.version),
        ...(await fileNotes(host)),
      ]
    case 'revert':
      return [
        {
          code: 'gate-sessions',
          message: 'Sessions that were held through the gateway go on with another model when they are resumed.',
        },
      ]
    case 'status':
      return [...(connection ? caNotes(connection) : []), ...versionNotes(detection.version)]
  }
}

/** What older versions cannot do. Pure. */
export function versionNotes(version: string | undefined): readonly Note[] {
  if (version === undefined || compareVersions(version, FIRST_VERSION) >= 0) return []
  const message = `pi ${version} reads the key and the headers of a provider in another way; update to ${FIRST_VERSION} or newer.`
  return [{ code: 'version-too-old', message }]
}

/** pi throws away what a command says on stderr, and ends it after ten seconds (0.87.1). */
function helperNotes({ auth }: Connection): readonly Note[] {
  if (auth.kind !== 'oidc') return []
  const message =
    'pi does not show why there is no token: when it says that the API key for "gate" could not be resolved, run gate login.'
  return [{ code: 'helper-unheard', message }]
}

function modelNotes(connection: Connection): readonly Note[] {
  if (connection.models.length > 0) return []
  const names = offeredModels(connection).map(({ id }) => id)
  const message = `The connection names no models and pi asks no gateway for them, so it is offered ${names.join(' and ')}; name yours with gate setup --models.`
  return [{ code: 'models-assumed', message }]
}

/** No file of pi names a CA file (0.87.1). */
function caNotes(connection: Connection): readonly Note[] {
  return caFileNotes(connection, 'pi', 'NODE_EXTRA_CA_CERTS')
}

async function fileNotes(host: Host): Promise<readonly Note[]> {
  const why = await modelsFileProblem(host)
  if (why === undefined) return []
  return [{ code: 'models-file-dropped', message: `pi drops models.json and every provider in it, because ${why}.` }]
}
