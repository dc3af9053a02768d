import type { ConfigureResult, Connection, EditReport, FileChange, Finding, Override } from '@gate/core'
import type { Confirmation } from '../asking/confirmation.js'
import { withHelper } from '../helper/token-helper.js'
import { CALL_LIMIT_MS } from '../plugins/plugin-set.js'
import { knownConnections, type Session } from '../session.js'
import { isLeftToUndo } from '../teardown/undo-left.js'
import type { ChosenClient } from './choose-clients.js'
import { clientFailure, interrupted } from './client-outcome.js'
import { forgetClient, rememberClient } from './client-record.js'
import { connectionFacts } from './connection-changes.js'

/** What setup did to one client. */
export interface ClientSetup {
  readonly id: string
  readonly displayName: string
  readonly result: 'configured' | 'unchanged' | 'failed' | 'skipped'
  readonly edits: readonly EditReport[]
  readonly changes: readonly FileChange[]
  readonly error?: Finding
  /** Its files are right, and the gateway did not accept the token. */
  readonly rejection?: Finding
  readonly notes: readonly Finding[]
  /** What beats the files that were written. */
  readonly overrides: readonly Override[]
  /** The client's own word that it uses what was written; absent where nobody asked it. */
  readonly confirmedBy?: Confirmation | null
  /** What the client itself says against it. */
  readonly reasons?: readonly Finding[]
}

/**
 * Configures clients one after the other: they share one lock, and files of two clients may be the same. A client that
 * fails does not stop the others. Never throws.
 *
 * @param options.dryRun Report what would be done, write nothing. Default false.
 * @param options.force Take over values that a plugin protects. Default false.
 */
export async function configureClients(
  session: Session,
  connection: Connection,
  clients: readonly ChosenClient[],
  options: { readonly dryRun?: boolean; readonly force?: boolean },
): Promise<ClientSetup[]> {
  const results: ClientSetup[] = []
  const connections = knownConnections(session)
  for (const client of clients) results.push(await configure(session, connection, client, connections, options))
  return results
}

async function configure(
  session: Session,
  connection: Connection,
  { id, displayName }: ChosenClient,
  connections: readonly Connection[],
  options: { readonly dryRun?: boolean; readonly force?: boolean },
): Promise<ClientSetup> {
  session.progress({ step: 'configure-client', client: displayName })
  try {
    if (session.signal.aborted) throw interrupted()
    const apply = () =>
      session.plugins.call(id, 'configure', CALL_LIMIT_MS, (plugin) =>
        plugin.configure(session.host, connection, {
          dryRun: options.dryRun === true,
          force: options.force === true,
          signal: session.signal,
          connections,
        }),
      )
    const done = options.dryRun
      ? await apply()
      : await withHelper(session, connection, () => remembered(session, connection, id, apply))
    const notes = [...done.notes, ...done.clientNotes]
    const { result, edits, changes, overrides = [] } = done
    return { id, displayName, result, edits, changes, notes, overrides }
  } catch (error) {
    return {
      id,
      displayName,
      result: 'failed',
      edits: [],
      changes: [],
      notes: [],
      overrides: [],
      error: clientFailure(error, session.signal),
    }
  }
}

/**
 * Remembers the plugin before it writes: a disk that is full then leaves the client as it was, and a kill leaves none
 * configured whose plugin is not known. What is left of a client that was not configured is forgotten again.
 */
async function remembered(
  session: Session,
  connection: Connection,
  id: string,
  apply: () => Promise<ConfigureResult>,
): Promise<ConfigureResult> {
  const { host, plugins } = session
  const name = plugins.package(id)?.packageName
  const { loginWaitSeconds } = await plugins.load(id)
  await rememberClient(host, id, {
    ...(name === undefined ? {} : { package: name }),
    ...(loginWaitSeconds === undefined ? {} : { loginWaitSeconds }),
    connection: connectionFacts(connection),
  })
  const forgetUnlessSetUp = async () => {
    if (!(await isSetUp(host, id))) await forgetClient(host, id)
  }
  try {
    const done = await apply()
    if (done.edits.length === 0) await forgetUnlessSetUp()
    return done
  } catch (error) {
    await forgetUnlessSetUp()
    throw error
  }
}

/** Also true when that cannot be known: what is remembered for nothing does less harm than what is forgotten too early. */
async function isSetUp(host: Session['host'], id: string): Promise<boolean> {
  try {
    const receipts = await host.engine.receipts()
    return receipts.some(({ clientId }) => clientId === id) || (await isLeftToUndo(host, id))
  } catch {
    return true
  }
}
