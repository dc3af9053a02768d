import { randomBytes } from 'node:crypto'
import { advice, GateError, gatePaths, type Host } from '@gate/core'
import { atomicWrite, removeFile } from '../files/atomic-write.js'
import { errnoOf, ioError } from '../files/io-error.js'
import { readOwnFile } from '../files/read-own-file.js'
import type { HeldLock } from '../lock/lock.js'
import { checkJournal } from './check-journal.js'
import type { Journal } from './journal-types.js'

/** A path for a new journal; the directory appears with the first write. */
export function newJournalPath(host: Host): string {
  return host.path.join(gatePaths(host).journal, `${host.process.pid}-${randomBytes(8).toString('hex')}.json`)
}

export async function writeJournal(host: Host, lock: HeldLock, path: string, journal: Journal): Promise<void> {
  await atomicWrite(host, path, JSON.stringify(journal), { beforeRename: () => lock.assertHeld() })
}

export async function removeJournal(host: Host, path: string): Promise<void> {
  await removeFile(host, path)
}

/** Paths of the journals of interrupted or running transactions; mostly none. */
export async function listJournals(host: Host): Promise<string[]> {
  const { journal } = gatePaths(host)
  try {
    const names = await host.fs.readdir(journal)
    return names
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .map((name) => host.path.join(journal, name))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw ioError(error, journal, 'read')
  }
}

/**
 * Reads one journal; undefined when it is gone by now.
 *
 * @throws GateError `file-foreign-owner` when somebody else wrote it, `recovery-conflict` when it is not what this gate
 * writes, `ledger-newer` when a newer gate wrote it.
 */
export async function readJournal(host: Host, path: string): Promise<Journal | undefined> {
  const text = await readOwnFile(host, path)
  if (text === undefined) return undefined
  const value = parse(text)
  const version = typeof value === 'object' && value !== null ? (value as { version?: unknown }).version : undefined
  if (typeof version === 'number' && version > 1) {
    throw new GateError({
      code: 'ledger-newer',
      message: `A newer gate was interrupted at its work, and this one cannot read ${path}. Nothing was changed.`,
      file: path,
      fix: { action: 'update-gate' },
    })
  }
  const { journalSchema } = await import('../receipts/receipt-schema.js')
  const parsed = journalSchema.safeParse(value)
  // The checked value itself, because zod leaves keys named `__proto__` out of its copy.
  if (parsed.success) {
    checkJournal(host, path, value as Journal)
    return value as Journal
  }
  throw new GateError({
    code: 'recovery-conflict',
    message: `An earlier gate run was interrupted, and its notes in ${path} are damaged. Nothing was changed.`,
    file: path,
    fix: advice(`Look at the files of your clients, then remove ${path} and run the command again.`),
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
