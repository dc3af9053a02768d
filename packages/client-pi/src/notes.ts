import { caFileNotes } from '@gate/client-kit'
import { advice, type Connection, type Finding, type Host, type NoteMoment } from '@gate/core'
import { offeredModels } from './models.js'

/** What the user must know at a moment. Pure. */
export function notes(
  _host: Host,
  moment: NoteMoment,
  { connection }: { readonly connection: Connection | undefined },
): readonly Finding[] {
  switch (moment) {
    case 'configure':
      return [
        {
          code: 'new-sessions',
          severity: 'info',
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
          severity: 'info',
          message: 'Sessions that were held through the gateway go on with another model when they are resumed.',
        },
      ]
    case 'status':
      return connection ? caNotes(connection) : []
  }
}

/** pi throws away what a command says on stderr, and ends it after ten seconds (0.87.1). */
function helperNotes({ auth }: Connection): readonly Finding[] {
  if (auth.kind !== 'oidc') return []
  const message = 'pi does not show why there is no token: it says that the API key for "gate" could not be resolved.'
  return [{ code: 'helper-unheard', severity: 'info', message, fix: advice('Then run {0}.', { action: 'login' }) }]
}

function modelNotes(connection: Connection): readonly Finding[] {
  if (connection.models.length > 0) return []
  const names = offeredModels(connection).map(({ id }) => id)
  const message = `The connection names no models and pi asks no gateway for them, so it is offered ${names.join(' and ')}.`
  const fix = advice('name yours with {0}.', { action: 'setup', needs: ['models'] })
  return [{ code: 'models-assumed', severity: 'info', message, fix }]
}

/** No file of pi names a CA file (0.87.1). */
function caNotes(connection: Connection): readonly Finding[] {
  return caFileNotes(connection, 'pi', 'NODE_EXTRA_CA_CERTS')
}
