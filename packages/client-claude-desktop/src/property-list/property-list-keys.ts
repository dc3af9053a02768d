import { isDeepStrictEqual } from 'node:util'
import { isDirectory, type PropertyList, propertyListValues, readPropertyList } from '@gate/client-kit'
import { advice, type FileChange, GateError, type Host, type UndoneEdit } from '@gate/core'
import { type RootReplacement, replaceAsRootCommand } from '../root/replace-as-root.js'
import { type RootCall, runAsRoot } from '../root/run-as-root.js'
import { readUndoRecord, type WrittenKeys, writeUndoRecord } from './undo-record.js'
import { propertyListOf, propertyListText } from './write-property-list.js'

/** What has to become of a property list that belongs to root. */
export interface PropertyListChange extends RootReplacement {
  /** What to remember: gate's keys as they are then; undefined = none. */
  readonly written: WrittenKeys | undefined
  /** What became of the keys that gate had written, when they are taken out. */
  readonly undone: readonly UndoneEdit[]
}

export interface KeysWanted {
  readonly location: string
  /** What gate wrote there the last time. */
  readonly before: WrittenKeys | undefined
  /** Gate's keys; undefined = they have to go. */
  readonly values: Readonly<Record<string, string>> | undefined
  /** Take gate's keys out even where somebody changed them. Default false. */
  readonly force?: boolean | undefined
}

/** The file without gate's keys. */
interface Base {
  readonly bytes: Buffer | null
  readonly values: Readonly<Record<string, unknown>>
  readonly undone: readonly UndoneEdit[]
}

/**
 * Computes a property list with gate's keys, or without them. Keys of others stay, and when nobody has written the file
 * since, every byte comes back. Reads only.
 *
 * @throws GateError `file-unparsable` when the file is no property list, and `result-mismatch` when a value cannot stand
 * in one.
 */
export async function propertyListChange(
  host: Host,
  { location, before, values, force = false }: KeysWanted,
): Promise<PropertyListChange> {
  const list = await readPropertyList(host, location)
  if (list.state === 'unreadable') throw unreadable(location)
  const base = await baseOf(list, before, force)
  const current = list.state === 'parsed' ? list.bytes : null
  const madeDirectory = before?.madeDirectory === true || !(await isDirectory(host, host.path.dirname(location)))
  const common = { location, current, madeDirectory }
  if (values === undefined) return { ...common, wanted: base.bytes, written: undefined, undone: base.undone }
  if (before && list.state === 'parsed' && same(before.values, values) && hasKeys(list.values, values)) {
    return { ...common, wanted: current, written: before, undone: [] }
  }
  const wanted = await propertyListOf({ ...base.values, ...values }, location)
  const written: WrittenKeys = {
    location,
    before: base.bytes?.toString('base64') ?? null,
    written: wanted.toString('base64'),
    madeDirectory,
    values,
  }
  return { ...common, wanted, written, undone: [] }
}

/**
 * Carries a change out with root's rights, which are asked for only when the file has to change. What is needed to undo
 * it is remembered first: after a kill in between, the file decides what is gate's. When it is refused, what was
 * remembered is put back.
 *
 * @param clientId Whose undo record it is; the caller holds `host.engine.exclusively`.
 * @throws GateError `elevation-refused`, `file-changed`, `file-not-regular` or `io-failed`; nothing was changed then.
 */
export async function changePropertyList(
  host: Host,
  clientId: string,
  change: PropertyListChange,
  call: Omit<RootCall, 'file'>,
): Promise<void> {
  const { location: file, written, wanted } = change
  if (!changesFile(change)) return writeUndoRecord(host, clientId, written)
  const known = await readUndoRecord(host, clientId)
  // Undone work is forgotten only when it is undone.
  if (written) await writeUndoRecord(host, clientId, written)
  const failure = await runAsRoot(host, replaceAsRootCommand(change), { ...call, file }).then(
    () => undefined,
    (error: unknown) => error,
  )
  // What counts is the file: a time limit may have ended only the waiting, after root was done.
  const found = await host.fs.readFile(file).catch(() => null)
  if (!sameBytes(found, wanted)) {
    await writeUndoRecord(host, clientId, known)
    throw failure ?? notThere(file)
  }
  if (!written) await writeUndoRecord(host, clientId, undefined)
}

/** Whether the file has to change, and so a password is needed. Pure. */
export function changesFile({ current, wanted }: PropertyListChange): boolean {
  return !sameBytes(current, wanted)
}

/** The change as reports show it. */
export async function propertyListDiff(change: PropertyListChange): Promise<readonly FileChange[]> {
  const { location, current, wanted } = change
  const text = async (bytes: Buffer | null) => (bytes === null ? undefined : propertyListText(bytes))
  return changesFile(change) ? [{ path: location, before: await text(current), after: await text(wanted) }] : []
}

/** Whether a property list holds all of these values. Pure. */
export function hasKeys(list: Readonly<Record<string, unknown>>, values: Readonly<Record<string, string>>): boolean {
  return Object.entries(values).every(([key, value]) => Object.hasOwn(list, key) && list[key] === value)
}

/** Byte for byte what was there, when the file is what gate wrote; else key by key. */
async function baseOf(
  list: Exclude<PropertyList, { state: 'unreadable' }>,
  before: WrittenKeys | undefined,
  force: boolean,
): Promise<Base> {
  if (list.state === 'absent') {
    return { bytes: null, values: {}, undone: outcomes(before, () => 'already-gone') }
  }
  if (!before) return { bytes: list.bytes, values: list.values, undone: [] }
  const isOurs = (key: string) =>
    Object.hasOwn(list.values, key) &&
    Object.hasOwn(before.values, key) &&
    (force || list.values[key] === before.values[key])
  const undone = outcomes(before, (key) => {
    if (isOurs(key)) return 'removed'
    return Object.hasOwn(list.values, key) ? 'kept-user-change' : 'already-gone'
  })
  const values = Object.fromEntries(Object.entries(list.values).filter(([key]) => !isOurs(key)))
  if (list.bytes.toString('base64') === before.written) {
    const bytes = before.before === null ? null : Buffer.from(before.before, 'base64')
    // The record lies in the user's home. What root writes from it must be the list that is there, less gate's keys.
    if (isDeepStrictEqual(bytes === null ? {} : await propertyListValues(bytes), values))
      return { bytes, values, undone }
  }
  if (undone.every(({ outcome }) => outcome !== 'removed')) return { bytes: list.bytes, values: list.values, undone }
  const isEmpty = Object.keys(values).length === 0 && before.before === null
  return { bytes: isEmpty ? null : await propertyListOf(values, before.location), values, undone }
}

function outcomes(before: WrittenKeys | undefined, outcome: (key: string) => UndoneEdit['outcome']): UndoneEdit[] {
  if (!before) return []
  return Object.keys(before.values).map((key) => ({
    kind: 'plist',
    file: before.location,
    path: key,
    outcome: outcome(key),
  }))
}

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return Object.keys(one).length === Object.keys(other).length && hasKeys(one, other)
}

function sameBytes(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other)
}

function unreadable(file: string): GateError {
  return new GateError({
    code: 'file-unparsable',
    message: `${file} cannot be read as a property list. Nothing was changed.`,
    file,
    fix: advice('Ask your administrator about this file.'),
  })
}

function notThere(file: string): GateError {
  return new GateError({
    code: 'file-changed',
    message: `${file} does not say what was just written: macOS, or somebody else, took it back at once.`,
    file,
    fix: advice('Ask your administrator for a configuration profile.'),
  })
}
