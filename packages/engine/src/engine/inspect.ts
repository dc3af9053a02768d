import type { Drift, Edit, FileEdit, FileExpectation, Host, Inspection, Plan } from '@gate/core'
import { codecOf } from '../codec/codec.js'
import { reportOf } from '../codec/edit-path.js'
import { checkPlan } from './check-plan.js'
import { isEngineLocked } from './engine-lock.js'
import { listJournals, readJournal } from './journal.js'
import { readLedger, receiptOf } from './ledger.js'
import { asGateError } from './read-document.js'
import { type Receipt, summaryOf } from './receipt.js'
import { takeSnapshot } from './snapshot.js'

interface Group {
  readonly path: string
  readonly kind: Edit['kind']
  readonly edits: readonly Edit[]
  /** A value that breaks one makes the client drop the file, edits and all. */
  readonly expectations: readonly FileExpectation[]
}

/** Compares files with a plan, or with the receipt. See {@link Engine.inspect}. */
export async function inspect(host: Host, clientId: string, plan?: Plan): Promise<Inspection> {
  const receipt = receiptOf(await readLedger(host), clientId)
  const groups = plan ? plannedGroups(host, plan) : groupsOf(receipt)
  const looks = await Promise.all(groups.map((group) => look(host, group)))
  return {
    receipt: receipt && summaryOf(receipt),
    drifts: looks.flatMap(({ drifts }) => drifts),
    files: looks.map(({ path, exists }) => ({ path, exists })),
    ...((await isInterrupted(host, clientId)) ? { interrupted: true as const } : {}),
  }
}

function plannedGroups(host: Host, plan: Plan): Group[] {
  return checkPlan(host, plan).map((group) => ({
    ...group,
    expectations: (plan.expectations ?? []).filter(({ file }) => file === group.path),
  }))
}

function groupsOf(receipt: Receipt | undefined): Group[] {
  return (receipt?.files ?? []).map(({ path, kind, owned }) => ({
    path,
    kind,
    edits: owned.map(({ edit }) => edit),
    expectations: [],
  }))
}

async function look(host: Host, group: Group): Promise<{ path: string; exists: boolean; drifts: readonly Drift[] }> {
  const { path, edits } = group
  const all = (drift: Omit<Drift, 'kind' | 'file' | 'path'>) => edits.map((edit) => ({ ...reportOf(edit), ...drift }))
  try {
    const { text, target } = await takeSnapshot(host, path)
    if (text === undefined) return { path, exists: false, drifts: all({ reason: 'file-missing' }) }
    const drifts = await compare(text, target.stat?.mode, group, host)
    return { path, exists: true, drifts }
  } catch (error) {
    const known = asGateError(error, path)
    return {
      path,
      exists: known.code !== 'file-dangling-link',
      drifts: all({ reason: 'file-unreadable', error: known }),
    }
  }
}

async function compare(
  text: string,
  mode: number | undefined,
  { path, kind, edits, expectations }: Group,
  host: Host,
): Promise<Drift[]> {
  if (kind !== 'file') {
    const codec = await codecOf(kind)
    return codec.inspect(text, edits, { file: path, expectations }).flatMap((drift) => drift ?? [])
  }
  return edits.flatMap((edit): Drift[] => {
    const { content, mode: wanted = 0o600 } = edit as FileEdit
    const same = text === content && (host.platform === 'win32' || mode === wanted)
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
