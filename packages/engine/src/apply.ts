import {
  type ApplyResult,
  advice,
  type Edit,
  type EngineOptions,
  GateError,
  type Host,
  type Plan,
  type RecoveryReport,
} from '@gate/core'
import { applyToFile, keptNotes, type WantedFile } from './apply-file.js'
import { codecOf } from './codec/codec-of.js'
import { reportOf } from './codec/edit-path.js'
import { sameValue } from './codec/same-value.js'
import { fileNotes } from './file-notes.js'
import { resolveTarget } from './files/resolve-target.js'
import type { Snapshot } from './files/snapshot.js'
import { throwIfInterrupted, underEngineLock } from './lock/engine-lock.js'
import { type OrphanSearch, someProof } from './orphans/orphans.js'
import { isStale } from './orphans/stale-receipt.js'
import { checkPlan, type FileEdits } from './plan/check-plan.js'
import { ownPlaces, refuseOwnFiles } from './plan/own-places.js'
import { adopt } from './receipts/adopt.js'
import { anchorOf, isAway } from './receipts/anchor.js'
import { readLedger, receiptOf, withReceipt } from './receipts/ledger.js'
import { locate } from './receipts/locate.js'
import { othersFiles, refuseOverlap } from './receipts/other-clients.js'
import type { FileReceipt, Receipt } from './receipts/receipt.js'
import { originOf } from './receipts/rehome.js'
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

interface ApplyFileResult extends FileResult {
  /** What to remember; undefined for a file that is not in the plan any more. */
  readonly receipt: FileReceipt | undefined
  /** What an earlier setup did to a file that is not in the plan any more. */
  readonly undone: FileReceipt | undefined
  readonly notes: readonly string[]
}

interface Draft {
  readonly transaction: Transaction<ApplyFileResult>
  readonly prior: Receipt | undefined
}

/** Applies a plan entirely or not at all and records its receipt. See {@link Engine.apply}. */
export async function apply(
  host: Host,
  plan: Plan,
  meta: { readonly profile: string },
  options: EngineOptions = {},
): Promise<ApplyResult> {
  const groups = await checkPlan(host, plan)
  throwIfInterrupted(options.signal)
  if (options.dryRun) {
    const { transaction, prior } = await draft(host, plan, groups, meta.profile, options)
    return report(plan, transaction, transaction.steps, prior, [])
  }
  return underEngineLock(
    host,
    async (lock) => {
      const recovered = await recoverUnderLock(host, lock)
      const { transaction, prior } = await draft(host, plan, groups, meta.profile, options)
      const planned = report(plan, transaction, transaction.steps, prior, recovered)
      if (planned.result === 'unchanged') return planned
      return report(plan, transaction, await carryOut(host, lock, transaction), prior, recovered)
    },
    options.signal,
  )
}

async function draft(
  host: Host,
  plan: Plan,
  groups: readonly FileEdits[],
  profile: string,
  options: EngineOptions,
): Promise<Draft> {
  const ledgerBefore = await readLedger(host)
  const recorded = receiptOf(ledgerBefore, plan.clientId)
  const prior = recorded && (await isStale(host, recorded)) ? undefined : recorded
  const unmatched = new Set(prior?.files)
  const located = new Map(
    await Promise.all(prior?.files.map(async (file) => [file, await locate(host, file)] as const) ?? []),
  )
  const own = await ownPlaces(host)
  const others = await othersFiles(host, ledgerBefore, plan.clientId)
  const searches = groups.map((group) => searchOf(host, group, options.traces ?? []))
  const matches = new Map<FileEdits, FileReceipt>()
  const reals = new Map<string, string>()
  for (const group of groups) {
    await refuseOwnFiles(host, own, plan, group.path, undefined)
    const target = await resolveTarget(host, group.path)
    await refuseOwnFiles(host, own, plan, group.path, target)
    const { real } = target
    const twin = reals.get(real)
    if (twin !== undefined) throw twoNames(twin, group.path)
    reals.set(real, group.path)
    refuseOverlap(others, group, real)
    const match = prior?.files.find((file) => {
      const place = located.get(file)
      return place ? place.real === real : file.path === group.path
    })
    if (!match) continue
    unmatched.delete(match)
    matches.set(group, match)
  }
  const unrecorded = searches.filter((_, index) => !matches.has(groups[index] as FileEdits))
  const proven = unrecorded.length > 0 && (await someProof(host, searches))
  const tasks: FileTask<ApplyFileResult>[] = []
  for (const [index, group] of groups.entries()) {
    const match = matches.get(group)
    const away = match !== undefined && !located.get(match) && (await isAway(host, match))
    const search = searches[index] as OrphanSearch
    tasks.push(applyTask(host, plan, search, { prior: match, away, proven, force: options.force ?? false }))
  }
  const steps: Step<ApplyFileResult>[] = []
  for (const task of tasks) steps.push(await prepareStep(host, task))
  const gone: FileReceipt[] = []
  const away: FileReceipt[] = []
  for (const file of unmatched) {
    const place = located.get(file)
    if (place) steps.push(await prepareStep(host, undoTask(host, file, place.path)))
    else if (!options.force && (await isAway(host, file))) away.push(file)
    else gone.push(file)
  }
  const origin = await originOf(host)
  const appliedAt = host.clock.now()
  return {
    prior,
    transaction: {
      clientId: plan.clientId,
      ledgerBefore,
      steps,
      signal: options.signal,
      settle: (done) => {
        const files = [...done.flatMap(({ result }) => result.receipt ?? []), ...away]
        const receipt = files.length > 0 ? { clientId: plan.clientId, profile, appliedAt, files, origin } : undefined
        const undone = [...gone, ...done.flatMap(({ result }) => result.undone ?? [])]
        const { ledger, directories } = adopt(withReceipt(ledgerBefore, plan.clientId, receipt), undone, host.path.sep)
        return { ledger, removedDirectories: directories }
      },
    },
  }
}

function twoNames(one: string, other: string): GateError {
  return new GateError({
    code: 'edit-invalid',
    message: `${one} and ${other} are the same file, so edits of one would undo edits of the other. Nothing was changed.`,
    file: other,
    fix: advice(`Replace the link ${other} by a file of its own.`),
  })
}

function searchOf(host: Host, group: FileEdits, traces: readonly Edit[]): OrphanSearch {
  return {
    ...group,
    traces: traces.filter(({ file, kind }) => file === group.path && kind === group.kind),
    ownDirectory: host.directories.state,
  }
}

function applyTask(
  host: Host,
  plan: Plan,
  search: OrphanSearch,
  { prior, ...circumstances }: Pick<WantedFile, 'prior' | 'away' | 'proven' | 'force'>,
): FileTask<ApplyFileResult> {
  const { path } = search
  return {
    path,
    compute: async (snapshot) => {
      const { real, missingDirectories } = snapshot.target
      const created = [...(prior?.createdDirectories ?? []), ...missingDirectories]
      const wanted: WantedFile = {
        ...search,
        ...circumstances,
        expectations: (plan.expectations ?? []).filter((expectation) => expectation.file === path),
        prior,
        anchor: await anchorOf(host, real, created),
        hasModes: host.platform !== 'win32',
      }
      if (prior && (await saysSoAlready(snapshot, wanted, prior))) {
        const receipt = { ...prior, path, target: real }
        return { text: snapshot.text, splices: [], receipt, undone: undefined, notes: [] }
      }
      return { ...(await applyToFile(snapshot, wanted)), undone: undefined }
    },
  }
}

/** Whether the file holds every edit and the receipt covers exactly these: then nothing is touched. */
async function saysSoAlready(snapshot: Snapshot, wanted: WantedFile, prior: FileReceipt): Promise<boolean> {
  // A whole file is compared without looking into it; applying it again says the same.
  if (wanted.kind === 'file') return false
  const { text } = snapshot
  const known = prior.owned.map(({ edit }): Edit => ({ ...edit, file: wanted.path }))
  if (text === undefined || prior.kind !== wanted.kind || !sameValue(known, wanted.edits)) return false
  const codec = await codecOf(wanted.kind)
  const context = { file: wanted.path, force: wanted.force, expectations: wanted.expectations }
  if (codec.inspect(text, wanted.edits, context).some((drift) => drift !== undefined)) return false
  // Besides, the checks of a setup hold for a file that needs no change, too.
  return codec.apply(text, wanted.edits, context).text === text
}

/** Takes back what an earlier setup did to a file that the plan does not name any more; what the user changed stays. */
function undoTask(host: Host, file: FileReceipt, path: string): FileTask<ApplyFileResult> {
  return {
    path,
    compute: async (snapshot) => {
      const { outcomes, notes, ...result } = await undoFile(host, snapshot, file, false)
      const kept = file.owned.filter((_, index) => outcomes[index] === 'kept-user-change')
      const names = kept.map(({ edit }) => edit)
      return { ...result, receipt: undefined, undone: file, notes: [...notes, ...keptNotes(path, names)] }
    },
  }
}

function report(
  plan: Plan,
  transaction: Transaction<ApplyFileResult>,
  steps: readonly Step<ApplyFileResult>[],
  prior: Receipt | undefined,
  recovered: readonly RecoveryReport[],
): ApplyResult {
  const after = receiptOf(transaction.settle(steps).ledger, plan.clientId)
  const same = !steps.some(changes) && sameReceipt(prior, after)
  return {
    result: same ? 'unchanged' : 'configured',
    edits: plan.edits.map(reportOf),
    changes: changesOf(steps),
    notes: fileNotes([
      ...recovered.map(describeRecovery),
      ...steps.flatMap(({ result }) => result.notes),
      ...hardLinkNotes(steps.filter(changes)),
    ]),
  }
}

function sameReceipt(prior: Receipt | undefined, after: Receipt | undefined): boolean {
  if (!prior || !after) return prior === after
  return prior.profile === after.profile && sameValue(prior.files, after.files)
}
