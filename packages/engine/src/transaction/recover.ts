import { gatePaths, type Host, type RecoveryReport } from '@gate/core'
import { discard, removeAllLeftovers, removeFile, removeLeftovers, renameOver } from '../files/atomic-write.js'
import { removeEmptyDirectories } from '../files/directories.js'
import { removeLink } from '../files/file-link.js'
import { SET_ID } from '../files/file-mode.js'
import { errnoOf, ioError, naming } from '../files/io-error.js'
import { assertWritable, resolveTarget } from '../files/resolve-target.js'
import { underEngineLock } from '../lock/engine-lock.js'
import type { HeldLock } from '../lock/lock.js'
import { writeLedger } from '../receipts/ledger.js'
import { listJournals, readJournal, removeJournal } from './journal.js'
import { digestOf, journalFileState, readyTemp } from './journal-state.js'
import type { CommitJournal, JournalFile } from './journal-types.js'
import { rollBack } from './roll-back.js'

/** Finishes or takes back what killed processes left. See {@link Engine.recover}. */
export async function recover(host: Host): Promise<readonly RecoveryReport[]> {
  if ((await listJournals(host)).length === 0) return []
  return underEngineLock(host, (lock) => recoverUnderLock(host, lock))
}

/** The same for callers that hold the engine lock. With it, no living process has a transaction. */
export async function recoverUnderLock(host: Host, lock: HeldLock): Promise<readonly RecoveryReport[]> {
  await removeLeftovers(host, gatePaths(host).ledger)
  const reports: RecoveryReport[] = []
  for (const path of await listJournals(host)) {
    const report = await recoverOne(host, lock, path)
    if (report) reports.push(report)
  }
  await removeAllLeftovers(host, gatePaths(host).journal)
  return reports
}

/** One sentence for people. Pure. */
export function describeRecovery({ clientId, action, files }: RecoveryReport): string {
  const what = `An earlier change for ${clientId} had been interrupted`
  if (action === 'finished') return `${what}; it was finished first (${files.join(', ')}).`
  if (action === 'rolled-back') return `${what}; it was taken back first (${files.join(', ')}).`
  return `${what}, and ${files.join(', ')} changed meanwhile; everything else was taken back, gate's values in there stayed.`
}

async function recoverOne(host: Host, lock: HeldLock, path: string): Promise<RecoveryReport | undefined> {
  const journal = await readJournal(host, path)
  if (!journal) return undefined
  if (journal.phase === 'prepare') {
    for (const temp of journal.temps) await discard(host, temp)
    await removeEmptyDirectories(host, journal.createdDirectories)
    await removeJournal(host, path)
    return { clientId: journal.clientId, action: 'rolled-back', files: journal.files }
  }
  const files = journal.files.map((file) => file.path)
  if (await rollForward(host, lock, path, journal)) return { clientId: journal.clientId, action: 'finished', files }
  const kept = await rollBack(host, lock, path, journal)
  return kept.length > 0
    ? { clientId: journal.clientId, action: 'conflict', files: kept }
    : { clientId: journal.clientId, action: 'rolled-back', files }
}

/** @returns False, with nothing done, when a file was changed by somebody else before gate could replace it. */
async function rollForward(host: Host, lock: HeldLock, path: string, journal: CommitJournal): Promise<boolean> {
  const states = await Promise.all(journal.files.map((file) => journalFileState(host, file)))
  if (states.includes('foreign-pending')) return false
  for (const [index, file] of journal.files.entries()) {
    if (states[index] === 'pending' && !(await finish(host, lock, file))) return false
  }
  await writeLedger(host, lock, journal.ledgerAfter)
  await removeEmptyDirectories(host, journal.removedDirectories)
  for (const temp of journal.temps) await discard(host, temp)
  await removeJournal(host, path)
  return true
}

async function finish(host: Host, lock: HeldLock, file: JournalFile): Promise<boolean> {
  const ready = file.after === null ? undefined : await claimContent(host, file)
  if (ready === undefined && file.after !== null) return false
  if (ready !== undefined && !(await isOwnContent(host, ready))) return false
  const target = await resolveTarget(host, file.target)
  if (target.real !== file.target) return false
  await assertWritable(host, target)
  await lock.assertHeld()
  if ((await digestOf(host, file.target)) !== file.before) return false
  if (ready !== undefined) {
    await renameOver(host, ready, file.target)
    return true
  }
  for (const link of file.links ?? []) await removeLink(host, link)
  await removeFile(host, file.target)
  return true
}

/** Whether gate itself wrote it: nobody else's, and without the rights of its owner for whoever runs it. */
async function isOwnContent(host: Host, temp: string): Promise<boolean> {
  const { uid, mode } = await naming(temp, 'look at', () => host.fs.lstat(temp))
  return (host.process.uid === undefined || uid === host.process.uid) && (mode & SET_ID) === 0
}

/** Takes the new content away from the process that made it, in case that one is only suspended. */
async function claimContent(host: Host, file: JournalFile): Promise<string | undefined> {
  const ready = await readyTemp(host, file)
  if (ready !== file.temps[0]) return ready
  try {
    await host.fs.rename(ready, file.temps[1])
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw ioError(error, file.target, 'replace')
  }
  return file.temps[1]
}
