import { advice, GateError, gatePaths, type Host, type ReceiptSummary } from '@gate/core'
import { isLedger } from '../document-shapes.js'
import { atomicWrite } from '../files/atomic-write.js'
import { readOwnFile } from '../files/read-own-file.js'
import type { HeldLock } from '../lock/lock.js'
import { type Ledger, type Receipt, summaryOf } from './receipt.js'
import { rehomed } from './rehome.js'

const EMPTY: Ledger = { version: 1, receipts: {} }

// A command reads the ledger once per client and more. What was found right is right again when not a letter differs.
let checked: { readonly text: string; readonly ledger: Ledger } | undefined

/**
 * Reads all receipts, with the paths of today (see {@link rehomed}). A missing file is an empty ledger.
 *
 * @throws GateError `file-foreign-owner` when somebody else wrote it, `ledger-corrupt` when it is not what gate writes,
 * `ledger-newer` when a newer gate wrote it. Nothing is guessed from a damaged ledger, because undoing by it could remove values of the user.
 */
export async function readLedger(host: Host): Promise<Ledger> {
  const file = gatePaths(host).ledger
  const text = await readOwnFile(host, file)
  if (text === undefined) return EMPTY
  if (checked?.text === text) return rehomed(host, checked.ledger)
  const value = parse(text)
  const version = typeof value === 'object' && value !== null ? (value as { version?: unknown }).version : undefined
  if (typeof version === 'number' && version > EMPTY.version) {
    throw new GateError({
      code: 'ledger-newer',
      message: `${file} was written by a newer gate, so this one cannot tell what to undo. Nothing was changed.`,
      file,
      fix: { action: 'update-gate' },
    })
  }
  // The checked value itself, because zod leaves keys named `__proto__` out of its copy.
  if (isLedger(value) || (await fitsSchema(value))) {
    checked = { text, ledger: value as Ledger }
    return rehomed(host, checked.ledger)
  }
  throw new GateError({
    code: 'ledger-corrupt',
    message: `${file}, gate's record of its changes, is damaged. Nothing was changed.`,
    file,
    fix: advice(`Move ${file} away, then {0}: what gate wrote is recognised and removed.`, { action: 'teardown' }),
  })
}

async function fitsSchema(value: unknown): Promise<boolean> {
  const { ledgerSchema } = await import('./receipt-schema.js')
  return ledgerSchema.safeParse(value).success
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** All receipts. See {@link Engine.receipts}. */
export async function receipts(host: Host): Promise<readonly ReceiptSummary[]> {
  const { receipts: byClient } = await readLedger(host)
  return Object.values(byClient).map(summaryOf)
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
