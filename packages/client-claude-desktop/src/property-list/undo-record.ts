import { advice, GateError, type Host, isTable, undoFile } from '@gate/core'

/** What gate did to a property list of the system, and how it is undone. */
export interface WrittenKeys {
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

/**
 * Reads what a client's plugin has to undo in a property list; undefined when there is nothing.
 *
 * @throws GateError `ledger-corrupt` when it is damaged: undoing by it could remove what belongs to somebody else.
 */
export async function readUndoRecord(host: Host, clientId: string): Promise<WrittenKeys | undefined> {
  const file = undoFile(host, clientId)
  let value: unknown
  try {
    value = JSON.parse(await host.fs.readFile(file, 'utf8'))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
  }
  if (isTable(value) && value.version === 1 && isWrittenKeys(value.propertyList)) return value.propertyList
  throw new GateError({
    code: 'ledger-corrupt',
    message: `${file}, gate's record of a property list of the system, is damaged. Nothing was changed.`,
    file,
    fix: advice(`Move ${file} away; what gate wrote is then for an administrator to remove.`),
  })
}

/** Replaces the record by one rename, or removes it. Held under `host.engine.exclusively`. */
export async function writeUndoRecord(host: Host, clientId: string, written: WrittenKeys | undefined): Promise<void> {
  const file = undoFile(host, clientId)
  if (written === undefined) return host.fs.rm(file, { force: true })
  const text = `${JSON.stringify({ version: 1, propertyList: written }, null, 2)}\n`
  await host.fs.mkdir(host.path.dirname(file), { recursive: true, mode: 0o700 })
  await host.fs.writeFile(`${file}.new`, text, { mode: 0o600, flush: true })
  await host.fs.rename(`${file}.new`, file)
}

function isWrittenKeys(value: unknown): value is WrittenKeys {
  return (
    isTable(value) &&
    typeof value.location === 'string' &&
    (value.before === null || typeof value.before === 'string') &&
    typeof value.written === 'string' &&
    typeof value.madeDirectory === 'boolean' &&
    isTable(value.values) &&
    Object.values(value.values).every((text) => typeof text === 'string')
  )
}
