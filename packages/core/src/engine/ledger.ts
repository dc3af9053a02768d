import type { Host } from '../contract/host.js'
import { GateError } from '../errors/gate-error.js'
import { gatePaths } from '../paths.js'
import { atomicWrite } from './atomic-write.js'
import { errnoOf, ioError } from './io-error.js'
import type { HeldLock } from './lock.js'
import type { FileReceipt, Ledger, Receipt } from './receipt.js'

const EMPTY: Ledger = { version: 1, receipts: {} }

/**
 * Reads all receipts. A missing file is an empty ledger.
 *
 * @throws GateError `ledger-corrupt` when it is not what gate writes, `ledger-newer` when a newer gate wrote it. Nothing
 * is guessed from a damaged ledger, because undoing by it could remove values of the user.
 */
export async function readLedger(host: Host): Promise<Ledger> {
  const file = gatePaths(host).ledger
  let text: string
  try {
    text = await host.fs.readFile(file, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return EMPTY
    throw ioError(error, file, 'read')
  }
  const value = parse(text)
  const version = typeof value === 'object' && value !== null ? (value as { version?: unknown }).version : undefined
  if (typeof version === 'number' && version > EMPTY.version) {
    throw new GateError({
      code: 'ledger-newer',
      message: `${file} was written by a newer gate, so this one cannot tell what to undo. Nothing was changed.`,
      file,
      fix: 'Update gate: npm install -g @gate/cli',
    })
  }
  const { ledgerSchema } = await import('./receipt-schema.js')
  const parsed = ledgerSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new GateError({
    code: 'ledger-corrupt',
    message: `${file}, gate's record of its changes, is damaged. Nothing was changed.`,
    file,
    fix: `Move ${file} away, then run gate setup and gate teardown: what gate wrote is recognised and removed.`,
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Replaces the ledger, while the engine lock is held. */
export async function writeLedger(host: Host, lock: HeldLock, ledger: Ledger): Promise<void> {
  await atomicWrite(host, gatePaths(host).ledger, `${JSON.stringify(ledger, null, 2)}\n`, {
    beforeRename: () => lock.assertHeld(),
  })
}

/** The ledger with the receipt of one client replaced, or removed. Pure. */
export function withReceipt(ledger: Ledger, clientId: string, receipt: Receipt | undefined): Ledger {
  const { [clientId]: _old, ...others } = ledger.receipts
  return { version: 1, receipts: receipt ? { ...others, [clientId]: receipt } : others }
}

/** The receipt of one client. Pure. */
export function receiptOf(ledger: Ledger, clientId: string): Receipt | undefined {
  return Object.hasOwn(ledger.receipts, clientId) ? ledger.receipts[clientId] : undefined
}

/** What {@link handOver} did. */
export interface HandOver {
  readonly ledger: Ledger
  /** Directories of `given` that nobody else's receipt needs, outermost first. */
  readonly directories: readonly string[]
}

/**
 * When gate takes its edits for one client out of a file that it made, and edits for another client stay in there, the
 * other client's receipt becomes the one that knows that gate made the file and its directories. Pure.
 *
 * @param ledger Without the receipt that `given` comes from.
 * @param given What is being undone.
 */
export function handOver(ledger: Ledger, given: readonly FileReceipt[], sep: string): HandOver {
  const kept = new Set<string>()
  const take = (file: FileReceipt): FileReceipt => {
    const created = file.created || given.some((other) => other.created && other.target === file.target)
    const directories = given
      .flatMap((other) => other.createdDirectories)
      .filter((directory) => file.target.startsWith(directory + sep))
    for (const directory of directories) kept.add(directory)
    const createdDirectories = [...new Set([...directories, ...file.createdDirectories])].toSorted(byDepth)
    return { ...file, created, createdDirectories }
  }
  const receipts = Object.entries(ledger.receipts).map(([id, receipt]): [string, Receipt] => [
    id,
    { ...receipt, files: receipt.files.map(take) },
  ])
  const directories = new Set(given.flatMap((file) => file.createdDirectories).filter((name) => !kept.has(name)))
  return {
    ledger: { version: 1, receipts: Object.fromEntries(receipts) },
    directories: [...directories].toSorted(byDepth),
  }
}

function byDepth(a: string, b: string): number {
  return a.length - b.length
}
