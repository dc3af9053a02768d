import { type FileChange, type Finding, findingOf, GateError, type RevertResult, type UndoneEdit } from '@gate/core'
import { asGateComes, readCreated } from '../directories/own-directories.js'
import { forgetUnused } from '../helper/token-helper.js'
import { CALL_LIMIT_MS } from '../plugins/plugin-set.js'
import { knownConnections, type Session } from '../session.js'
import { checkKnown } from '../setup/choose-clients.js'
import { clientFailure, interrupted } from '../setup/client-outcome.js'
import { recoveryNotes } from '../status/note.js'
import { heal, pendingChange } from './heal.js'
import { type Purged, purge } from './purge.js'
import { clientsLeftToUndo, isLeftToUndo, undoneInPart } from './undo-left.js'

export interface TeardownOptions {
  /** Clients by id. Default: every configured one. */
  readonly clients?: readonly string[]
  /** Also delete tokens, profiles and everything else that gate keeps. Default false. */
  readonly purge?: boolean
  readonly dryRun?: boolean
  /** Remove gate's keys even where the user changed them. Default false. */
  readonly force?: boolean
}

export interface ClientTeardown {
  readonly id: string
  /** `partly-reverted`: what only its plugin can undo is left, see `error`. */
  readonly result: 'reverted' | 'partly-reverted' | 'nothing-to-do' | 'failed'
  readonly edits: readonly UndoneEdit[]
  readonly changes: readonly FileChange[]
  readonly error?: Finding
  readonly notes: readonly Finding[]
}

export interface TeardownResult {
  readonly dryRun: boolean
  readonly clients: readonly ClientTeardown[]
  /** Absent when nothing was purged. */
  readonly purged?: Purged
  readonly notes: readonly Finding[]
}

/**
 * Gives the files of clients back. Works from the receipts: without network, client, connection or plugin. Where no
 * receipt tells of a client, its plugin recognises what a gate wrote there. A client
 * whose files cannot be given back stays configured, so that the next teardown tries again; so does one where something
 * is left that only its plugin can undo.
 *
 * @throws GateError `unknown-client`, `clients-still-configured` (purge while other clients use gate).
 */
export async function teardown(session: Session, options: TeardownOptions = {}): Promise<TeardownResult> {
  const { host } = session
  // Before anything takes a lock, and makes directories for it.
  const created = (await readCreated(host)) ?? (await asGateComes(host))
  const notes: Finding[] = options.dryRun ? await pendingChange(session) : recoveryNotes(await heal(session))
  const receipts = await host.engine.receipts()
  const configured = [...new Set([...receipts.map(({ clientId }) => clientId), ...(await clientsLeftToUndo(host))])]
  await checkKnown(session, options.clients ?? [], configured)
  const ids = options.clients && options.clients.length > 0 ? [...new Set(options.clients)] : configured
  const others = configured.filter((id) => !ids.includes(id))
  if (options.purge && others.length > 0) {
    throw new GateError({
      code: 'clients-still-configured',
      message: `${others.join(', ')} would be left by --purge without tokens or a way back`,
      fix: { action: 'teardown', all: true, purge: true },
    })
  }

  const clients: ClientTeardown[] = []
  for (const id of ids) clients.push(await revert(session, id, configured.includes(id), options))
  if (ids === configured) clients.push(...(await revertUnrecorded(session, configured, options)))
  if (clients.length === 0)
    notes.push({ code: 'nothing-configured', severity: 'info', message: 'No client is configured.' })
  if (options.dryRun) return { dryRun: true, clients, notes }

  const undone = clients.filter(({ id, error }) => configured.includes(id) && error === undefined)
  await forgetUnused(
    session,
    undone.map(({ id }) => id),
  )
  if (!options.purge) return { dryRun: false, clients, notes }
  if (clients.some(({ error, result }) => error !== undefined || result === 'failed')) {
    notes.push({
      code: 'not-purged',
      severity: 'info',
      message: 'Nothing was purged, because what gate remembers is needed to undo the rest.',
    })
    return { dryRun: false, clients, notes }
  }
  const purged = await purge(session, created)
  return { dryRun: false, clients, notes, purged }
}

/**
 * Clients that no receipt tells of, and whose files hold what a gate wrote. A plugin that cannot look knows of none. Those of
 * others are asked only where no record is left at all: each costs a process, and where there is a record it knows them.
 */
async function revertUnrecorded(
  session: Session,
  configured: readonly string[],
  options: TeardownOptions,
): Promise<ClientTeardown[]> {
  const found: ClientTeardown[] = []
  const isAsked = (id: string) =>
    configured.length === 0 || session.plugins.package(id)?.packageName.startsWith('@gate/') === true
  for (const id of session.plugins.ids.filter((one) => !configured.includes(one) && isAsked(one))) {
    const client = await revert(session, id, false, options)
    const isPluginFault = client.error?.code.startsWith('plugin-')
    if ((client.edits.length > 0 || client.error) && !isPluginFault) found.push(client)
  }
  return found
}

async function revert(
  session: Session,
  id: string,
  configured: boolean,
  options: TeardownOptions,
): Promise<ClientTeardown> {
  if (!configured && !session.plugins.ids.includes(id)) {
    const notes: Finding[] = [{ code: 'not-configured', severity: 'info', message: `${id} is not configured` }]
    return { id, result: 'nothing-to-do', edits: [], changes: [], notes }
  }
  session.progress({ step: 'undo-client', client: id })
  try {
    if (session.signal.aborted) throw interrupted()
    // A look first, because one that writes takes locks, which makes directories where there is nothing to undo.
    const looked = configured ? undefined : await revertByPluginOrReceipt(session, id, { ...options, dryRun: true })
    if (looked?.undone.result === 'nothing-to-do') {
      const note: Finding = { code: 'not-configured', severity: 'info', message: `${id} is not configured` }
      return { id, result: 'nothing-to-do', edits: [], changes: [], notes: [note] }
    }
    const { undone, left } = await revertByPluginOrReceipt(session, id, options)
    const { edits, changes } = undone
    const notes = [...undone.notes, ...undone.clientNotes]
    if (left) return { id, result: 'partly-reverted', edits, changes, notes, error: findingOf(left) }
    return { id, result: undone.result, edits, changes, notes }
  } catch (error) {
    return { id, result: 'failed', edits: [], changes: [], notes: [], error: clientFailure(error, session.signal) }
  }
}

/** The plugin may know more than the receipt, but a missing or broken one must not keep a client patched. */
async function revertByPluginOrReceipt(
  session: Session,
  id: string,
  options: TeardownOptions,
): Promise<{ readonly undone: RevertResult; readonly left?: GateError }> {
  const { host, signal } = session
  const apply = { dryRun: options.dryRun === true, force: options.force === true, signal }
  const connections = knownConnections(session)
  try {
    const undone = await session.plugins.call(id, 'revert', CALL_LIMIT_MS, (plugin) =>
      plugin.revert(host, { ...apply, connections }),
    )
    return { undone }
  } catch (error) {
    const unusable = ['plugin-failed', 'plugin-invalid', 'unknown-client']
    if (!GateError.isInstance(error) || !unusable.includes(error.code)) throw error
    const undone = await host.engine.revert(id, apply)
    if (await isLeftToUndo(host, id)) {
      return { undone: { ...undone, clientNotes: [] }, left: await undoneInPart(host, id, error) }
    }
    const message = `Undone from the receipt alone: ${error.message}`
    return { undone: { ...undone, clientNotes: [{ code: 'plugin-missing', severity: 'info', message }] } }
  }
}
