import { advice, GateError, type Host } from '@gate/core'
import { applySplices } from '../codec/splice.js'
import { discard, type Owner, removeFile, renameOver, writeTemp } from '../files/atomic-write.js'
import { removeEmptyDirectories } from '../files/directories.js'
import { restoreLink } from '../files/file-link.js'
import { SET_ID } from '../files/file-mode.js'
import { assertWritable, resolveTarget } from '../files/resolve-target.js'
import { digest, takeSnapshot } from '../files/snapshot.js'
import type { HeldLock } from '../lock/lock.js'
import { readLedger, receiptOf, withReceipt, writeLedger } from '../receipts/ledger.js'
import type { FileReceipt, Ledger } from '../receipts/receipt.js'
import { removeJournal } from './journal.js'
import { journalFileState } from './journal-state.js'
import type { CommitJournal, JournalFile } from './journal-types.js'

/**
 * Takes an unfinished transaction back: files that were replaced become what they were before, byte for byte. A file that
 * somebody changed after it was replaced stays as it is, and the receipt for it is kept, so that it can still be undone.
 *
 * @returns Paths of those files; mostly none.
 * @throws GateError when a file cannot be written; the journal stays for the next attempt.
 */
export async function rollBack(
  host: Host,
  lock: HeldLock,
  journalPath: string,
  journal: CommitJournal,
): Promise<readonly string[]> {
  const kept: JournalFile[] = []
  for (const file of journal.files.toReversed()) {
    const state = await journalFileState(host, file)
    if (state === 'committed') await restore(host, lock, file)
    if (state === 'foreign-committed') kept.push(file)
    for (const link of file.links ?? []) await restoreLink(host, link)
  }
  const ledger = keepReceipts(journal, kept)
  if (JSON.stringify(await readLedger(host)) !== JSON.stringify(ledger)) await writeLedger(host, lock, ledger)
  for (const temp of journal.temps) await discard(host, temp)
  await removeEmptyDirectories(host, journal.createdDirectories)
  await removeJournal(host, journalPath)
  return kept.map((file) => file.path)
}

async function restore(host: Host, lock: HeldLock, file: JournalFile): Promise<void> {
  const target = await resolveTarget(host, file.target)
  if (target.real !== file.target) throw movedAway(file)
  await assertWritable(host, target)
  if (file.before === null) {
    await lock.assertHeld()
    return removeFile(host, file.target)
  }
  const restored = await contentBefore(host, file)
  if (digest(restored) !== file.before) throw new Error(`The journal does not lead back to what ${file.path} was.`)
  const temp = file.temps[1]
  await discard(host, temp)
  const owner = target.stat?.owner ?? ownerBefore(host, file)
  await writeTemp(host, temp, file.target, restored, {
    mode: file.mode & ~SET_ID,
    replaces: file.after !== null,
    ...(owner ? { owner } : {}),
  })
  await lock.assertHeld()
  await renameOver(host, temp, file.target)
}

/** The owner of a file that is gone by now. Whatever the journal says, it was this user: gate removes nothing of others. */
function ownerBefore(host: Host, { owner }: JournalFile): Owner | undefined {
  return owner && (host.process.uid === undefined || owner.uid === host.process.uid) ? owner : undefined
}

function movedAway({ path, target }: JournalFile): GateError {
  return new GateError({
    code: 'recovery-conflict',
    message: `${target} leads somewhere else since a change of ${path} was interrupted. Nothing was changed.`,
    file: path,
    fix: advice(`Look at the links on the way to ${target}.`),
  })
}

async function contentBefore(host: Host, file: JournalFile): Promise<string | Uint8Array> {
  if (file.original !== undefined) return Buffer.from(file.original, 'base64')
  if (file.after === null) return applySplices('', file.inverse)
  const now = await takeSnapshot(host, file.target)
  // Only the permissions were changed, of whatever the file holds.
  if (file.after === file.before && now.bytes) return now.bytes
  return applySplices(now.text ?? '', file.inverse)
}

function keepReceipts(journal: CommitJournal, kept: readonly JournalFile[]): Ledger {
  const { clientId, ledgerBefore, ledgerAfter } = journal
  const targets = new Set(kept.map((file) => file.target))
  const before = receiptOf(ledgerBefore, clientId)
  const after = receiptOf(ledgerAfter, clientId)
  if (targets.size === 0 || !after) return ledgerBefore
  const isKept = (file: FileReceipt) => targets.has(file.target)
  const files = [...(before?.files ?? []).filter((file) => !isKept(file)), ...after.files.filter(isKept)]
  return withReceipt(ledgerBefore, clientId, { ...after, files })
}
