import type {
  ApplyOptions,
  ClientPlugin,
  ConfigureResult,
  Connection,
  Detection,
  EditReport,
  Host,
  NoteMoment,
  RevertResult,
} from '@gate/core'
import { advice } from '@gate/core'
import { detect } from '../detect.js'
import { obstacle } from '../obstacle.js'
import { CLIENT_ID, wantsManaged } from '../options.js'
import {
  changePropertyList,
  changesFile,
  type PropertyListChange,
  propertyListChange,
  propertyListDiff,
} from '../property-list/property-list-keys.js'
import type { WrittenKeys } from '../property-list/undo-record.js'
import { ownManagedLocation } from './location.js'
import { keepOrganization, newOrganization, organizationOf } from './organization.js'
import { ownRecord } from './own-record.js'
import { managedValues } from './values.js'

/**
 * Adds the managed property list to a plugin that writes the files of the user. They stay as they are without it: when
 * the system removes the property list, the app finds the same connection in the user's library.
 *
 * Nothing here runs unless the option asks for it or an earlier setup left something to undo.
 */
export function withManagedLayer(inner: ClientPlugin): ClientPlugin {
  return {
    ...inner,
    async configure(host, connection, options = {}) {
      if (!(await concerns(host, connection))) return inner.configure(host, connection, options)
      const context = { connection, detection: await detect(host) }
      if (await isOutOfForce(host, 'configure', context, options)) return inner.configure(host, connection, options)
      return locked(host, options, () => configureBoth(inner, host, connection, options))
    },
    async revert(host, options = {}) {
      if (!(await ownRecord(host))) return inner.revert(host, options)
      // Teardown needs nothing of what is installed.
      const context = { connection: undefined, detection: { installed: false, evidence: [] } }
      await isOutOfForce(host, 'revert', context, options)
      return locked(host, options, () => revertBoth(inner, host, options))
    },
  }
}

/** Other systems are left to the plan, which refuses the option there. */
async function concerns(host: Host, connection: Connection): Promise<boolean> {
  if (host.platform !== 'darwin') return false
  return wantsManaged(host, connection) || (await ownRecord(host)) !== undefined
}

/** As `defineClient` asks it, before root writes anything. */
async function isOutOfForce(
  host: Host,
  moment: NoteMoment,
  context: { readonly connection: Connection | undefined; readonly detection: Detection },
  { force, dryRun }: ApplyOptions,
): Promise<boolean> {
  const blocked = await obstacle(host, moment, context)
  if (blocked?.kind === 'refusal' && !force && !dryRun) throw blocked.error
  return blocked?.kind === 'out-of-force'
}

/** A dry run writes nothing, so it waits for nobody. */
function locked<T>(host: Host, { dryRun, signal }: ApplyOptions, work: () => Promise<T>): Promise<T> {
  return dryRun ? work() : host.engine.exclusively(CLIENT_ID, work, signal)
}

/**
 * All or nothing. A receipt of the engine is what `gate teardown` goes by, so there is one before the property list is
 * written; when that is refused, a first setup is undone by it, and a later one has not touched a file yet.
 */
async function configureBoth(
  inner: ClientPlugin,
  host: Host,
  connection: Connection,
  options: ApplyOptions,
): Promise<ConfigureResult> {
  const { dryRun } = options
  const before = await ownRecord(host)
  const wanted = wantsManaged(host, connection)
  const organization = (await organizationOf(host, before)) ?? (dryRun ? '(made by setup)' : newOrganization())
  const change = await propertyListChange(host, {
    location: wanted || !before ? ownManagedLocation(host) : before.location,
    before,
    values: wanted ? managedValues(host, connection, organization) : undefined,
  })
  const roots = () => asRoot(host, before, change, options)
  // Whatever refuses the files of the user does so before anybody is asked for a password.
  let done = await inner.configure(host, connection, { ...options, dryRun: true })
  if (!dryRun) {
    const isFirst = !(await host.engine.receipts()).some(({ clientId }) => clientId === CLIENT_ID)
    if (!isFirst) await roots()
    done = await inner.configure(host, connection, options)
    try {
      if (isFirst) await roots()
    } catch (error) {
      await host.engine.revert(CLIENT_ID)
      throw error
    }
  }
  const edits = Object.keys(change.written?.values ?? {}).map(
    (path): EditReport => ({ kind: 'plist', file: change.location, path }),
  )
  const result = changesFile(change) ? 'configured' : done.result
  return { ...done, result, edits: [...done.edits, ...edits], ...(await told(done, change, options)) }
}

async function revertBoth(inner: ClientPlugin, host: Host, options: ApplyOptions): Promise<RevertResult> {
  const before = await ownRecord(host)
  const location = before?.location ?? ownManagedLocation(host)
  const change = await propertyListChange(host, { location, before, values: undefined, force: options.force })
  let done = await inner.revert(host, { ...options, dryRun: true })
  if (!options.dryRun) {
    await asRoot(host, before, change, options)
    done = await inner.revert(host, options)
  }
  const edits = [...done.edits, ...change.undone]
  return { ...done, result: 'reverted', edits, ...(await told(done, change, options)) }
}

async function asRoot(
  host: Host,
  before: WrittenKeys | undefined,
  change: PropertyListChange,
  { signal }: ApplyOptions,
): Promise<void> {
  if (before) await keepOrganization(host, before)
  await changePropertyList(host, CLIENT_ID, change, {
    prompt: `gate wants to change ${change.location}, the managed settings of Claude Desktop.`,
    fix: advice('Run the command again, or leave the option managed off.'),
    signal,
  })
  // The undo record has it, too, so the next time will do if this fails.
  if (change.written) await keepOrganization(host, change.written).catch(() => {})
}

async function told(
  { changes, clientNotes }: ConfigureResult | RevertResult,
  change: PropertyListChange,
  { dryRun }: ApplyOptions,
): Promise<Pick<ConfigureResult, 'changes' | 'clientNotes'>> {
  const message = `${change.location} would be changed with the password of an administrator.`
  return {
    changes: [...changes, ...(await propertyListDiff(change))],
    clientNotes:
      dryRun && changesFile(change) ? [...clientNotes, { code: 'elevation', severity: 'info', message }] : clientNotes,
  }
}
