import type { Host, ReceiptSummary } from '@gate/core'
import { readLedger } from './ledger.js'
import { summaryOf } from './receipt.js'

/** All receipts. See {@link Engine.receipts}. */
export async function receipts(host: Host): Promise<readonly ReceiptSummary[]> {
  const { receipts: byClient } = await readLedger(host)
  return Object.values(byClient).map(summaryOf)
}
