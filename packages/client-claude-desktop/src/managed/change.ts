import { GateError, type Host, type UndoneEdit } from '@gate/core'
import { type PropertyList, readPropertyList } from '../property-list.js'
import { ownManagedLocation } from './location.js'
import type { Applied, ManagedRecord } from './record.js'

/** What has to become of the managed property list. */
export interface ManagedChange {
  readonly location: string
  /** The file as it is; null = no file. */
  readonly current: Buffer | null
  /** The file as it has to be; null = no file. */
  readonly wanted: Buffer | null
  /** Whether gate made the directory. */
  readonly madeDirectory: boolean
  /** What to remember. */
  readonly applied: Applied | undefined
  /** What became of the keys that gate had written, when they are taken out. */
  readonly undone: readonly UndoneEdit[]
}

/** The file without gate's keys. */
interface Base {
  readonly bytes: Buffer | null
  readonly values: Readonly<Record<string, unknown>>
  readonly undone: readonly UndoneEdit[]
}

/**
 * Computes the file with `values`, or without gate's keys. Reads only.
 *
 * @param values Undefined = gate's keys have to go.
 * @param force Take gate's keys out even where somebody changed them. Default false.
 * @throws GateError `file-unparsable` when the file is no property list, `path-outside`, and `result-mismatch` when a
 * value cannot stand in one.
 */
export async function managedChange(
  host: Host,
  record: ManagedRecord | undefined,
  values: Readonly<Record<string, string>> | undefined,
  force = false,
): Promise<ManagedChange> {
  const before = record?.applied
  const location = values === undefined && before ? before.location : ownManagedLocation(host)
  const list = await readPropertyList(host, location)
  if (list.state === 'unreadable') throw unreadable(location)
  const base = await baseOf(list, before, force)
  const current = list.state === 'parsed' ? list.bytes : null
  const hasDirectory = await host.fs.stat(host.path.dirname(location)).then(
    () => true,
    () => false,
  )
  const madeDirectory = before?.madeDirectory === true || !hasDirectory
  const common = { location, current, madeDirectory }
  if (values === undefined) return { ...common, wanted: base.bytes, applied: undefined, undone: base.undone }
  if (before && list.state === 'parsed' && same(before.values, values) && says(list.values, values)) {
    return { ...common, wanted: current, applied: before, undone: [] }
  }
  const wanted = await serialised({ ...base.values, ...values }, location)
  const applied: Applied = {
    location,
    before: base.bytes?.toString('base64') ?? null,
    written: wanted.toString('base64'),
    madeDirectory,
    values,
  }
  return { ...common, wanted, applied, undone: [] }
}

/** Whether a property list holds all of these values. Pure. */
export function says(list: Readonly<Record<string, unknown>>, values: Readonly<Record<string, string>>): boolean {
  return Object.entries(values).every(([key, value]) => Object.hasOwn(list, key) && list[key] === value)
}

/** Byte for byte what was there, when the file is what gate wrote; else key by key. */
async function baseOf(
  list: Exclude<PropertyList, { state: 'unreadable' }>,
  before: Applied | undefined,
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
    return { bytes: before.before === null ? null : Buffer.from(before.before, 'base64'), values, undone }
  }
  if (undone.every(({ outcome }) => outcome !== 'removed')) return { bytes: list.bytes, values: list.values, undone }
  const isEmpty = Object.keys(values).length === 0 && before.before === null
  return { bytes: isEmpty ? null : await serialised(values, before.location), values, undone }
}

function outcomes(before: Applied | undefined, outcome: (key: string) => UndoneEdit['outcome']): UndoneEdit[] {
  if (!before) return []
  return Object.keys(before.values).map((key) => ({
    kind: 'plist',
    file: before.location,
    path: key,
    outcome: outcome(key),
  }))
}

/** @throws GateError `result-mismatch` when what is read back is something else, e.g. for characters that XML cannot hold. */
async function serialised(values: Readonly<Record<string, unknown>>, location: string): Promise<Buffer> {
  const { build, parse } = await import('plist')
  const text = `${build(values as Parameters<typeof build>[0])}\n`
  const { isDeepStrictEqual } = await import('node:util')
  if (isDeepStrictEqual({ ...(parse(text) as object) }, { ...values })) return Buffer.from(text)
  throw new GateError({
    code: 'result-mismatch',
    message: `What gate would write into ${location} cannot be told in a property list. Nothing was changed.`,
    file: location,
  })
}

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return Object.keys(one).length === Object.keys(other).length && says(one, other)
}

function unreadable(file: string): GateError {
  return new GateError({
    code: 'file-unparsable',
    message: `${file} cannot be read as a property list. Nothing was changed.`,
    file,
    fix: 'Ask your administrator about this file.',
  })
}
