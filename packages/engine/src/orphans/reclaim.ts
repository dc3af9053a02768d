import type { Edit, EditReport, EngineOptions, Host, UndoResult } from '@gate/core'
import { reportOf } from '../codec/edit-path.js'
import { fileNotes } from '../file-notes.js'
import { removeEmptyDirectories } from '../files/directories.js'
import { takeSnapshot } from '../files/snapshot.js'
import type { HeldLock } from '../lock/lock.js'
import { checkPlan } from '../plan/check-plan.js'
import { readLedger } from '../receipts/ledger.js'
import { changesOf, type FileResult, type FileTask, prepareStep, type Step } from '../transaction/step.js'
import { carryOut } from '../transaction/transaction.js'
import { findOrphans, holdsProof, type OrphanSearch, orphanNotes, someProof } from './orphans.js'

interface ReclaimedFile extends FileResult {
  readonly edits: readonly Edit[]
}

/** What stands in the places of `traces` and is gate's by its marks. See {@link Engine.recognise}. */
export async function recognise(host: Host, traces: readonly Edit[]): Promise<readonly EditReport[]> {
  const searches = await searchesOf(host, traces)
  if (!(await someProof(host, searches))) return []
  const found = await Promise.all(
    searches.map(async (search) => {
      const snapshot = await takeSnapshot(host, search.path).catch(() => undefined)
      return snapshot && (await findOrphans(snapshot, search, true).catch(() => undefined))
    }),
  )
  return found.flatMap((orphans) => orphans?.edits.map(reportOf) ?? [])
}

/**
 * Takes out what a gate wrote for a client that no receipt tells of. What stood there before nobody knows any more.
 *
 * @param lock Undefined: nothing is written.
 * @returns Undefined when there is nothing of gate's.
 */
export async function reclaim(
  host: Host,
  clientId: string,
  lock: HeldLock | undefined,
  { traces = [], signal }: EngineOptions,
): Promise<UndoResult | undefined> {
  const searches = await searchesOf(host, traces)
  if (!(await isProven(host, searches))) return undefined
  const steps: Step<ReclaimedFile>[] = []
  for (const search of searches) steps.push(await prepareStep(host, reclaimTask(search)))
  const ledgerBefore = await readLedger(host)
  const emptied = searches.filter(({ kind }) => kind === 'file').map(({ path }) => host.path.dirname(path))
  const settle = () => ({ ledger: ledgerBefore, removedDirectories: [] })
  const done = lock ? await carryOut(host, lock, { clientId, ledgerBefore, steps, signal, settle }) : steps
  if (lock) await removeEmptyDirectories(host, emptied)
  const edits = done.flatMap(({ result }) =>
    result.edits.map((edit) => ({ ...reportOf(edit), outcome: 'removed' as const })),
  )
  const notes = done.flatMap(({ task, result }) =>
    result.edits.length > 0 ? orphanNotes(task.path, result.edits) : [],
  )
  return { result: 'reverted', edits, changes: changesOf(done), notes: fileNotes(notes) }
}

/** Unlike {@link someProof}, a file that cannot be read is an error here: it may hold what is to be undone. */
async function isProven(host: Host, searches: readonly OrphanSearch[]): Promise<boolean> {
  for (const search of searches) {
    if (await holdsProof(await takeSnapshot(host, search.path), search)) return true
  }
  return false
}

function reclaimTask(search: OrphanSearch): FileTask<ReclaimedFile> {
  return {
    path: search.path,
    compute: async (snapshot) => {
      const orphans = await findOrphans(snapshot, search, true)
      if (!orphans) return { text: snapshot.text, stays: true, splices: [], edits: [] }
      const isEmpty = orphans.text === undefined || /^\uFEFF?\s*(\{\s*\})?\s*$/.test(orphans.text)
      return { text: isEmpty ? undefined : orphans.text, splices: undefined, edits: orphans.edits }
    },
  }
}

async function searchesOf(host: Host, traces: readonly Edit[]): Promise<OrphanSearch[]> {
  if (traces.length === 0) return []
  return (await checkPlan(host, { clientId: 'traces', edits: traces })).map((group) => ({
    ...group,
    traces: [],
    ownDirectory: host.directories.state,
  }))
}
