import { advice, GateError, type Host, undoFile } from '@gate/core'
import { CLIENT_ID } from '../options.js'
import { readUndoRecord, type WrittenKeys } from '../property-list/undo-record.js'
import { managedLocations } from './location.js'
import { isManagedKey } from './values.js'

/**
 * What gate wrote into the managed property list; undefined when there is nothing to undo. The record lies in the user's
 * home, and root works by it, so it counts only when it is about gate's own keys in the one file that gate ever writes.
 *
 * @throws GateError `ledger-corrupt` when it is damaged, or about anything else.
 */
export async function ownRecord(host: Host): Promise<WrittenKeys | undefined> {
  const record = await readUndoRecord(host, CLIENT_ID)
  if (record === undefined) return undefined
  const { user } = managedLocations(host)
  const keys = Object.keys(record.values).filter((key) => !isManagedKey(key))
  if (record.location === user && keys.length === 0) return record
  const file = undoFile(host, CLIENT_ID)
  const what = record.location === user ? `the key ${keys[0]}` : record.location
  throw new GateError({
    code: 'ledger-corrupt',
    message: `${file}, gate's record of ${user}, is about ${what}, which gate never writes. Nothing was changed.`,
    file,
    fix: advice(`Move ${file} away; what gate wrote is then for an administrator to remove.`),
  })
}
