import { type Connection, type Finding, findingOf } from '@gate/core'
import { CALL_LIMIT_MS } from '../plugins/plugin-set.js'
import { knownConnections, type Session } from '../session.js'
import { forgetClient } from '../setup/client-record.js'
import type { ClientSetup } from '../setup/configure-clients.js'
import { askClient } from './ask-client.js'
import { withAnswer } from './confirmation.js'
import type { GivenAnswer } from './remembered-answers.js'

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
      const winners = client.overrides.filter(({ severity }) => severity === 'override')
      // What wins over the files is known: asked about them, the client would only repeat it. In one of the user's own
      // files it can be what the client does not start with.
      if (winners.length > 0 && !winners.some(({ source }) => source === 'user')) return client
      const given = await askClient(session, client.id, connection, { anew: true })
      const reasons = refusalIn(given)
      if (reasons !== undefined) return refused(session, connection, client, reasons, setUpBefore.has(client.id))
      if (winners.length > 0) return client
      const { confirmedBy, reasons: told, notes } = withAnswer({ ...STATUS, ...client, reasons: [] }, given)
      return { ...client, confirmedBy, reasons: told, notes }
    }),
  )
}

const STATUS = { state: 'connected', version: undefined, files: [] } as const

type Reasons = readonly [Finding, ...Finding[]]

/** Why the client refuses its file; undefined when it does not. */
function refusalIn(given: GivenAnswer | undefined): Reasons | undefined {
  const answer = given?.answer
  return answer?.kind === 'denies' && answer.about === 'file' ? answer.reasons : undefined
}

async function refused(
  session: Session,
  connection: Connection,
  client: ClientSetup,
  reasons: Reasons,
  keep: boolean,
): Promise<ClientSetup> {
  if (keep) return failedFor(client, reasons)
  try {
    await session.plugins.call(client.id, 'revert', CALL_LIMIT_MS, (plugin) =>
      plugin.revert(session.host, { signal: session.signal, connections: knownConnections(session) }),
    )
    await forgetClient(session.host, client.id)
  } catch (reverting) {
    const failed = failedFor(client, reasons)
    return { ...failed, reasons: [...(failed.reasons ?? []), findingOf(reverting)] }
  }
  const told = await reasonsNow(session, connection, client, reasons)
  return { ...failedFor(client, told), edits: [], changes: [], overrides: [] }
}

/**
 * The lines that the client named counted gate's own: of the file as it is again, it is asked again. Where it takes that
 * one, or says nothing, no line is right.
 */
async function reasonsNow(
  session: Session,
  connection: Connection,
  { id, edits }: ClientSetup,
  [first, ...others]: Reasons,
): Promise<Reasons> {
  if (first.place?.line === undefined) return [first, ...others]
  const again = refusalIn(await askClient(session, id, connection, { anew: true }))
  if (again !== undefined) return again
  const withoutLine = (reason: Finding): Finding => {
    const { place, fix, ...others } = reason
    const isOfGate = place !== undefined && edits.some(({ file }) => file === place.file)
    return isOfGate ? { ...others, place: { file: place.file } } : reason
  }
  return [withoutLine(first), ...others.map(withoutLine)]
}

function failedFor(client: ClientSetup, [first, ...others]: Reasons): ClientSetup {
  const error = { ...first, code: 'client-refuses-file' }
  return { ...client, result: 'failed', error, reasons: others }
}
