import { type Connection, exitCodeOf, type Reason } from '@gate/core'
import { failureOf } from '../../failure.js'
import { CALL_LIMIT_MS } from '../../plugins/plugin-set.js'
import { forgetClient } from '../client-record.js'
import type { ClientSetup } from '../configure-clients.js'
import { reasonOfFailure } from '../reason-of-failure.js'
import type { Session } from '../session.js'
import { askClient } from './ask-client.js'
import { withAnswer } from './confirmation.js'

/**
 * Asks the clients that were just configured whether they use it, all at once. A client that refuses its file gets it back
 * as it was, because with gate's keys in it or without, setup has found a client that does not start, and must not be the
 * one who is blamed for it. Never throws.
 *
 * @param setUpBefore Clients that gate had configured already: what an earlier setup wrote is left to them.
 */
export async function confirmSetup(
  session: Session,
  connection: Connection,
  clients: readonly ClientSetup[],
  setUpBefore: ReadonlySet<string>,
): Promise<ClientSetup[]> {
  return await Promise.all(
    clients.map(async (client) => {
      if (client.result !== 'configured' && client.result !== 'unchanged') return client
      // What wins over the files is known: asked about them, the client would only repeat it.
      if (client.overrides.some(({ severity }) => severity === 'override')) return client
      const given = await askClient(session, client.id, connection, { anew: true })
      if (given?.answer.kind === 'denies' && given.answer.about === 'file') {
        return refused(session, client, given.answer.reasons, setUpBefore.has(client.id))
      }
      const { confirmedBy, reasons, notes } = withAnswer({ ...STATUS, ...client, reasons: [] }, given)
      return { ...client, confirmedBy, reasons, notes }
    }),
  )
}

const STATUS = { state: 'connected', version: undefined, files: [] } as const

async function refused(
  session: Session,
  client: ClientSetup,
  [first, ...others]: readonly [Reason, ...Reason[]],
  keep: boolean,
): Promise<ClientSetup> {
  const error = { ...first, code: 'client-refuses-file', exitCode: exitCodeOf('client-refuses-file'), print: true }
  const failed: ClientSetup = { ...client, result: 'failed', error, reasons: others }
  if (keep) return failed
  try {
    await session.plugins.call(client.id, 'revert', CALL_LIMIT_MS, (plugin) =>
      plugin.revert(session.host, { signal: session.signal }),
    )
    await forgetClient(session.host, client.id)
    return { ...failed, edits: [], changes: [] }
  } catch (reverting) {
    return { ...failed, reasons: [...others, reasonOfFailure(failureOf(reverting))] }
  }
}
