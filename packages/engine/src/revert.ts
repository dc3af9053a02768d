import type { EngineOptions, Host, RecoveryReport, UndoneEdit, UndoResult } from '@gate/core'
import { reportOf } from './codec/edit-path.js'
import { fileNotes } from './file-notes.js'
import { throwIfInterrupted, underEngineLock } from './lock/engine-lock.js'
import { reclaim } from './orphans/reclaim.js'
import { isStale } from './orphans/stale-receipt.js'
import { adopt } from './receipts/adopt.js'
import { awayError, isAway } from './receipts/anchor.js'
import { readLedger, receiptOf, withReceipt } from './receipts/ledger.js'
import { locate } from './receipts/locate.js'
import type { FileReceipt, Receipt } from './receipts/receipt.js'
import { undoFile } from './receipts/undo-file.js'
import { describeRecovery, recoverUnderLock } from './transaction/recover.js'
import {
  changes,
  changesOf,
  type FileResult,
  type FileTask,
  hardLinkNotes,
  prepareStep,
  type Step,
} from './transaction/step.js'
import { carryOut, type Transaction } from './transaction/transaction.js'

interface RevertFileResult extends FileResult {
  readonly outcomes: readonly UndoneEdit['outcome'][]
  readonly notes: readonly string[]
}

/** Undoes what the receipt of a client says. See {@link Engine.revert}. */
export async function revert(host: Host, clientId: string, options: EngineOptions = {}): Promise<UndoResult> {
  throwIfInterrupted(options.signal)
  if (options.dryRun) {
    const draft = await draftOf(host, clientId, options)
    if (draft) return report(draft, draft.transaction.steps, [])
    return (await reclaim(host, clientId, undefined, options)) ?? nothingToDo(clientId, [])
  }
  return underEngineLock(
    host,
    async (lock) => {
      const recovered = await recoverUnderLock(host, lock)
      const draft = await draftOf(host, clientId, options)
      if (!draft) {
        const reclaimed = await reclaim(host, clientId, lock, options)
        if (!reclaimed) return nothingToDo(clientId, recovered)
        return { ...reclaimed, notes: [...fileNotes(recovered.map(describeRecovery)), ...reclaimed.notes] }
      }
      return report(draft, await carryOut(host, lock, draft.transaction), recovered)
    },
    options.signal,
  )
}

interface Draft {
  readonly receipt: Receipt
  /** Files that are away, and forgotten all the same. */
  readonly givenUp: readonly FileReceipt[]
  /** Which file of the receipt a task is for. */
  readonly files: ReadonlyMap<FileTask<RevertFileResult>, FileReceipt>
  readonly transaction: Transaction<RevertFileResult>
}

async function draftOf(host: Host, clientId: string, options: EngineOptions): Promise<Draft | undefined> {
  const ledgerBefore = await readLedger(host)
  const receipt = receiptOf(ledgerBefore, clientId)
  if (!receipt) return undefined
  const files = new Map<FileTask<RevertFileResult>, FileReceipt>()
  const steps: Step<RevertFileResult>[] = []
  const givenUp: FileReceipt[] = []
  const stale = await isStale(host, receipt)
  // Backwards: what a client reads first was written last, and must not lead to what is gone already.
  for (const file of receipt.files.toReversed()) {
    const place = await locate(host, file)
    if (!place) {
      if (!(await isAway(host, file))) continue
      if (!options.force) throw awayError(host, file)
      givenUp.push(file)
      continue
    }
    if (stale) continue
    const task: FileTask<RevertFileResult> = {
      path: place.path === file.target ? file.target : file.path,
      compute: (snapshot) => undoFile(host, snapshot, file, options.force ?? false),
    }
    files.set(task, file)
    steps.push(await prepareStep(host, task))
  }
  const { ledger, directories } = adopt(withReceipt(ledgerBefore, clientId, undefined), receipt.files, host.path.sep)
  return {
    receipt,
    files,
    givenUp,
    transaction: {
      clientId,
      ledgerBefore,
      steps,
      signal: options.signal,
      settle: () => ({ ledger, removedDirectories: directories }),
    },
  }
}

function report(
  { receipt, files, givenUp }: Draft,
  steps: readonly Step<RevertFileResult>[],
  recovered: readonly RecoveryReport[],
): UndoResult {
  const outcomesOf = (file: FileReceipt) => steps.find(({ task }) => files.get(task) === file)?.result.outcomes
  return {
    result: 'reverted',
    edits: receipt.files.flatMap((file) => {
      const outcomes = outcomesOf(file)
      return file.owned.map(({ edit }, index) => ({ ...reportOf(edit), outcome: outcomes?.[index] ?? 'already-gone' }))
    }),
    changes: changesOf(steps),
    notes: fileNotes([
      ...recovered.map(describeRecovery),
      ...givenUp.map(({ path }) => `${path} is away and was given up. What gate wrote stays in it if it comes back.`),
      ...steps.flatMap(({ result }) => result.notes),
      ...hardLinkNotes(steps.filter(changes)),
    ]),
  }
}

function nothingToDo(clientId: string, recovered: readonly RecoveryReport[]): UndoResult {
  const note = `gate has no record of having changed anything for ${clientId}.`
  return {
    result: 'nothing-to-do',
    edits: [],
    changes: [],
    notes: fileNotes([...recovered.map(describeRecovery), note]),
  }
}
