import { caFileNotes } from '@gate/client-kit'
import type { Connection, Host, Note, NoteMoment } from '@gate/core'
import { offeredModels } from './models.js'

/** What the user must know at a moment. Pure. */
export function notes(
  _host: Host,
  moment: NoteMoment,
  { connection }: { readonly connection: Connection | undefined },
): readonly Note[] {
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
      ]
    case 'revert':
      return [
        {
          code: 'gate-sessions',
          message: 'Sessions that were held through the gateway go on with another model when they are resumed.',
        },
      ]
    case 'status':
      return connection ? caNotes(connection) : []
  }
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
