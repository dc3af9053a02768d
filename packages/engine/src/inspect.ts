import type { Drift, Edit, FileEdit, FileExpectation, Host, Inspection, Plan } from '@gate/core'
import { codecOf } from './codec/codec-of.js'
import { reportOf } from './codec/edit-path.js'
import { modeOf } from './files/file-mode.js'
import { asGateError } from './files/read-document.js'
import { holds, type Snapshot, takeSnapshot } from './files/snapshot.js'
import { isEngineLocked } from './lock/engine-lock.js'
import { checkPlan } from './plan/check-plan.js'
import { isAway } from './receipts/anchor.js'
import { readLedger, receiptOf } from './receipts/ledger.js'
import { locate } from './receipts/locate.js'
import { type Receipt, summaryOf } from './receipts/receipt.js'
import { listJournals, readJournal } from './transaction/journal.js'

interface Group {
  readonly path: string
  readonly kind: Edit['kind']
  readonly edits: readonly Edit[]
  /** A value that breaks one makes the client drop the file, edits and all. */
  readonly expectations: readonly FileExpectation[]
  /** Whether gate made the file. */
  readonly created: boolean
}

/** Compares files with a plan, or with the receipt. See {@link Engine.inspect}. */
export async function inspect(host: Host, clientId: string, plan?: Plan): Promise<Inspection> {
  const receipt = receiptOf(await readLedger(host), clientId)
  const groups = plan ? await plannedGroups(host, plan, receipt) : groupsOf(receipt)
  const looks = await Promise.all(groups.map((group) => look(host, group)))
  const away = await awayFiles(host, receipt)
  return {
    receipt: receipt && summaryOf(receipt),
    drifts: looks.flatMap(({ drifts }) => drifts),
    files: looks.map(({ path, exists }) => ({ path, exists })),
    ...(away.length > 0 ? { away } : {}),
    ...((await isInterrupted(host, clientId)) ? { interrupted: true as const } : {}),
  }
}

async function plannedGroups(host: Host, plan: Plan, receipt: Receipt | undefined): Promise<Group[]> {
  return (await checkPlan(host, plan)).map((group) => ({
    ...group,
    expectations: (plan.expectations ?? []).filter(({ file }) => file === group.path),
    created: receipt?.files.some(({ path, created }) => created && path === group.path) ?? false,
  }))
}

async function awayFiles(host: Host, receipt: Receipt | undefined): Promise<string[]> {
  const found = await Promise.all(
    (receipt?.files ?? []).map(async (file) => {
      const isThere = await host.fs.stat(file.target).then(
        () => true,
        () => false,
      )
      // A link in its place, or a place that cannot be looked at, is what the comparison tells of.
      const place = isThere ? { path: file.target } : await locate(host, file).catch(() => ({ path: file.path }))
      return !place && (await isAway(host, file).catch(() => false)) ? [file.path] : []
    }),
  )
  return found.flat()
}

function groupsOf(receipt: Receipt | undefined): Group[] {
  return (receipt?.files ?? []).map(({ path, kind, owned, created }) => ({
    path,
    kind,
    created,
    edits: owned.map(({ edit }) => edit),
    expectations: [],
  }))
}

async function look(host: Host, group: Group): Promise<{ path: string; exists: boolean; drifts: readonly Drift[] }> {
  const { path, edits } = group
  const all = (drift: Omit<Drift, 'kind' | 'file' | 'path'>) => edits.map((edit) => ({ ...reportOf(edit), ...drift }))
  try {
    const snapshot = await takeSnapshot(host, path)
    if (!snapshot.bytes) return { path, exists: false, drifts: all({ reason: 'file-missing' }) }
    return { path, exists: true, drifts: await compare(snapshot, group, host) }
  } catch (error) {
    const known = asGateError(error, path)
    return {
      path,
      exists: known.code !== 'file-dangling-link',
      drifts: all({ reason: 'file-unreadable', error: known }),
    }
  }
}

async function compare(snapshot: Snapshot, group: Group, host: Host): Promise<Drift[]> {
  const { path, kind, edits, expectations, created } = group
  if (kind !== 'file') {
    const codec = await codecOf(kind)
    return codec.inspect(snapshot.text ?? '', edits, { file: path, expectations }).flatMap((drift) => drift ?? [])
  }
  return edits.flatMap((edit): Drift[] => {
    const { content } = edit as FileEdit
    const wanted = host.platform === 'win32' ? undefined : modeOf(edit as FileEdit, created)
    const same = holds(snapshot, content) && (wanted === undefined || snapshot.target.stat?.mode === wanted)
    return same ? [] : [{ ...reportOf(edit), reason: 'changed' }]
  })
}

/** A journal whose process is at work is no interruption. */
async function isInterrupted(host: Host, clientId: string): Promise<boolean> {
  const journals = await listJournals(host)
  if (journals.length === 0 || (await isEngineLocked(host))) return false
  for (const path of journals) if ((await readJournal(host, path))?.clientId === clientId) return true
  return false
}
