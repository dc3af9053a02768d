import { randomUUID } from 'node:crypto'
import { GateError, gatePaths, type Host } from '@gate/core'
import { CLIENT_ID } from '../options.js'

/** What gate did to the managed property list, and how it is undone. */
export interface Applied {
  readonly location: string
  /** The file without gate's keys, as base64; null = no file. */
  readonly before: string | null
  /** The file with gate's keys, as base64. */
  readonly written: string
  /** Whether gate made the directory, so that it goes with the file. */
  readonly madeDirectory: boolean
  /** Gate's keys. */
  readonly values: Readonly<Record<string, string>>
}

/** What gate remembers about the managed property list of this user. */
export interface ManagedRecord {
  readonly version: 1
  /** `deploymentOrganizationUuid`; never changes, because the app keeps its sessions under it. */
  readonly organization: string
  /** Absent while gate's keys are not in the file. */
  readonly applied?: Applied
}

/**
 * Reads the record; undefined when there never was a managed property list of gate's.
 *
 * @throws GateError `ledger-corrupt` when it is damaged: undoing by it could remove what belongs to somebody else.
 */
export async function readRecord(host: Host): Promise<ManagedRecord | undefined> {
  const file = recordFile(host)
  let value: unknown
  try {
    value = JSON.parse(await host.fs.readFile(file, 'utf8'))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
  }
  if (isRecord(value)) return value
  throw new GateError({
    code: 'ledger-corrupt',
    message: `${file}, gate's record of the managed property list, is damaged. Nothing was changed.`,
    file,
    fix: `Move ${file} away; what gate wrote is then for an administrator to remove.`,
  })
}

/** Replaces the record by one rename, or removes it. Held under the lock of the layer. */
export async function writeRecord(host: Host, record: ManagedRecord | undefined): Promise<void> {
  const file = recordFile(host)
  if (record === undefined) return host.fs.rm(file, { force: true })
  await host.fs.mkdir(host.path.dirname(file), { recursive: true, mode: 0o700 })
  await host.fs.writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flush: true })
  await host.fs.rename(`${file}.new`, file)
}

/** The record to start with. */
export function newRecord(): ManagedRecord {
  return { version: 1, organization: randomUUID() }
}

function recordFile(host: Host): string {
  return host.path.join(gatePaths(host).clients, CLIENT_ID, 'managed.json')
}

function isRecord(value: unknown): value is ManagedRecord {
  if (!isObject(value) || value.version !== 1 || typeof value.organization !== 'string') return false
  const { applied } = value
  if (applied === undefined) return true
  return (
    isObject(applied) &&
    typeof applied.location === 'string' &&
    (applied.before === null || typeof applied.before === 'string') &&
    typeof applied.written === 'string' &&
    typeof applied.madeDirectory === 'boolean' &&
    isObject(applied.values) &&
    Object.values(applied.values).every((text) => typeof text === 'string')
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
