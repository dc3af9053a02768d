import {
  type ApplyOptions,
  type ClientPlugin,
  type ConfigureResult,
  type Connection,
  type FileChange,
  GateError,
  type Host,
  type Note,
  type RevertResult,
} from '@gate/core'
import { detect } from '../detect.js'
import { obstacle } from '../obstacle.js'
import { CLIENT_ID, wantsManaged } from '../options.js'
import { type ManagedChange, managedChange } from './change.js'
import { runAsRoot } from './elevate.js'
import { type ManagedRecord, newRecord, readRecord, writeRecord } from './record.js'
import { rootCommand } from './root-command.js'
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
      const detection = await detect(host)
      const blocked = await obstacle(host, 'configure', { connection, detection })
      if (blocked?.kind === 'out-of-force') return inner.configure(host, connection, options)
      if (blocked && !options.force && !options.dryRun) throw blocked.error
      return locked(host, options, () => configureBoth(inner, host, connection, options))
    },
    async revert(host, options = {}) {
      if ((await readRecord(host))?.applied === undefined) return inner.revert(host, options)
      const detection = await detect(host).catch(() => ({ installed: false, evidence: [] }))
      const blocked = await obstacle(host, 'revert', { connection: undefined, detection })
      if (blocked?.kind === 'refusal' && !options.force && !options.dryRun) throw blocked.error
      return locked(host, options, () => revertBoth(inner, host, options))
    },
  }
}

/** Other systems are left to the plan, which refuses the option there. */
async function concerns(host: Host, connection: Connection): Promise<boolean> {
  if (host.platform !== 'darwin') return false
  return wantsManaged(host, connection) || (await readRecord(host))?.applied !== undefined
}

/** A dry run writes nothing, so it waits for nobody. */
function locked<T>(host: Host, { dryRun, signal }: ApplyOptions, work: () => Promise<T>): Promise<T> {
  return dryRun ? work() : host.engine.exclusively(host, CLIENT_ID, work, signal)
}

async function configureBoth(
  inner: ClientPlugin,
  host: Host,
  connection: Connection,
  options: ApplyOptions,
): Promise<ConfigureResult> {
  const known = await readRecord(host)
  const record = known ?? newRecord()
  const wanted = wantsManaged(host, connection)
  const organization = options.dryRun && !known ? '(made by gate setup)' : record.organization
  const change = await managedChange(host, record, wanted ? managedValues(host, connection, organization) : undefined)
  // Whatever refuses the files of the user does so before anybody is asked for a password.
  const planned = await inner.configure(host, connection, { ...options, dryRun: true })
  const done = options.dryRun
    ? planned
    : await inOrder(host, {
        ours: () => inner.configure(host, connection, options),
        roots: () => carryOut(host, change, record, known, options.signal),
      })
  const edits = Object.keys(change.applied?.values ?? {}).map((path) => ({
    kind: 'plist' as const,
    file: change.location,
    path,
  }))
  const changes = await fileChanges(change)
  return {
    ...done,
    result: changes.length > 0 ? 'configured' : done.result,
    edits: [...done.edits, ...edits],
    changes: [...done.changes, ...changes],
    clientNotes: [...done.clientNotes, ...passwordNotes(change, options)],
  }
}

/**
 * All or nothing. A receipt of the engine is what `gate teardown` goes by, so there is one before the property list is
 * written; when that is refused, a first setup is undone by it, and a later one has not touched a file yet.
 */
async function inOrder(
  host: Host,
  { ours, roots }: { readonly ours: () => Promise<ConfigureResult>; readonly roots: () => Promise<void> },
): Promise<ConfigureResult> {
  const receipts = await host.engine.receipts(host)
  if (receipts.some(({ clientId }) => clientId === CLIENT_ID)) {
    await roots()
    return ours()
  }
  const done = await ours()
  try {
    await roots()
  } catch (error) {
    await host.engine.revert(host, CLIENT_ID)
    throw error
  }
  return done
}

async function revertBoth(inner: ClientPlugin, host: Host, options: ApplyOptions): Promise<RevertResult> {
  const record = await readRecord(host)
  const change = await managedChange(host, record, undefined, options.force)
  const planned = await inner.revert(host, { ...options, dryRun: true })
  if (!options.dryRun && record) await carryOut(host, change, record, record, options.signal)
  const done = options.dryRun ? planned : await inner.revert(host, options)
  return {
    ...done,
    result: 'reverted',
    edits: [...done.edits, ...change.undone],
    changes: [...done.changes, ...(await fileChanges(change))],
    clientNotes: [...done.clientNotes, ...passwordNotes(change, options)],
  }
}

/**
 * Remembers first, writes then: after a kill in between, the file decides what is gate's. When it was refused, what was
 * remembered is put back.
 */
async function carryOut(
  host: Host,
  change: ManagedChange,
  record: ManagedRecord,
  known: ManagedRecord | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { applied, location } = change
  const next: ManagedRecord = { version: 1, organization: record.organization, ...(applied ? { applied } : {}) }
  if (isSame(change.current, change.wanted)) return writeRecord(host, next)
  // Undone work is forgotten only when it is undone.
  if (applied) await writeRecord(host, next)
  const failure = await runAsRoot(host, rootCommand(change), location, signal).then(
    () => undefined,
    (error: unknown) => error,
  )
  // What counts is the file: a time limit may have ended only the waiting, after root was done.
  if (!isSame(await bytesOf(host, location), change.wanted)) {
    await writeRecord(host, known)
    throw failure ?? notThere(location)
  }
  if (!applied) await writeRecord(host, next)
}

function notThere(file: string): GateError {
  return new GateError({
    code: 'file-changed',
    message: `${file} does not say what was just written: macOS, or somebody else, took it back at once.`,
    file,
    fix: 'Ask your administrator for a configuration profile.',
  })
}

async function bytesOf(host: Host, file: string): Promise<Buffer | null> {
  return host.fs.readFile(file).catch(() => null)
}

function isSame(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other)
}

async function fileChanges({ location, current, wanted }: ManagedChange): Promise<readonly FileChange[]> {
  if (isSame(current, wanted)) return []
  return [{ path: location, before: await textOf(current), after: await textOf(wanted) }]
}

/** A binary property list is told as the XML that it stands for. */
async function textOf(bytes: Buffer | null): Promise<string | undefined> {
  if (bytes === null) return undefined
  if (bytes.subarray(0, 6).toString('latin1') !== 'bplist') return bytes.toString('utf8')
  const { build, parseBinary } = await import('plist')
  return `${build(parseBinary(bytes))}\n`
}

function passwordNotes({ location, current, wanted }: ManagedChange, { dryRun }: ApplyOptions): readonly Note[] {
  if (!dryRun || isSame(current, wanted)) return []
  return [{ code: 'elevation', message: `${location} would be changed with the password of an administrator.` }]
}
