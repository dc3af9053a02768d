import type { Edit, Host, OwnBeside } from '@gate/core'
import { codecOf } from '../codec/codec-of.js'
import { reportOf, stepsOf } from '../codec/edit-path.js'
import { sameValue } from '../codec/same-value.js'
import type { OwnedEdit } from '../codec/types.js'
import { getIn } from '../codec/value-path.js'
import { type Snapshot, takeSnapshot } from '../files/snapshot.js'
import type { FileEdits } from '../plan/check-plan.js'
import { overlap } from '../plan/edit-overlap.js'
import { mayProve, provesOwn } from './own-marks.js'

/** Gate's values in a file that no record tells of. */
export interface Orphans {
  readonly edits: readonly Edit[]
  /** Without them; undefined = nothing of anybody is left. */
  readonly text: string | undefined
}

/** Where to look for gate's values, and by what. */
export interface OrphanSearch extends FileEdits {
  /** Further edits of the file, as an earlier gate may have made them. */
  readonly traces: readonly Edit[]
  /** gate's state directory: a value that names it was written by gate. */
  readonly ownDirectory: string
}

/** Whether a file holds a value that proves that a gate wrote it. @throws GateError what the codec throws. */
export async function holdsProof({ text }: Snapshot, search: OrphanSearch): Promise<boolean> {
  const candidates = candidatesOf(search)
  if (text === undefined || !mayProve(text, candidates, search.ownDirectory)) return false
  const value = await documentValue(text, search)
  return candidates.some((edit) => {
    return provesOwn(getIn(value, stepsOf(edit)), edit, search.ownDirectory) && isWhole(text, edit)
  })
}

/**
 * Finds and takes out what a gate wrote whose record is lost or elsewhere. Without that gate would remember its own values
 * as the user's.
 *
 * @param proven A file of the same plan proves that a gate was here.
 * @throws GateError what the codec throws.
 */
export async function findOrphans(
  { text }: Snapshot,
  search: OrphanSearch,
  proven: boolean,
): Promise<Orphans | undefined> {
  const { kind, ownDirectory } = search
  const candidates = candidatesOf(search)
  // Parsing twice is spared wherever it cannot matter.
  if (text === undefined || !(proven || mayProve(text, candidates, ownDirectory))) return undefined
  const value = await documentValue(text, search)
  const found = (edit: Edit) => getIn(value, stepsOf(edit))
  const there = candidates.filter((edit) => found(edit) !== undefined)
  const proofs = there.filter((edit) => provesOwn(found(edit), edit, ownDirectory) && isWhole(text, edit))
  if (proofs.length === 0 && !proven) return undefined
  const own = new Set(proofs)
  for (const edit of there) if (isBeside(found(edit), edit, edit.own?.beside ?? 'same')) own.add(edit)
  for (const edit of there) if (isWith(edit, own)) own.add(edit)
  if (kind === 'file') return own.size > 0 ? { edits: [...own], text: undefined } : undefined
  const last = there.find((edit) => edit.own?.beside === 'alone' && sameValue(found(edit), wantedBy(edit)))
  const without = await withoutEdits(text, [...own], search)
  if (!last) return own.size > 0 ? { edits: [...own], text: without } : undefined
  const edits = [...own, last]
  const nothing = await withoutEdits(text, edits, search)
  return isNothing(nothing) ? { edits, text: nothing } : own.size > 0 ? { edits: [...own], text: without } : undefined
}

/** Whether one of several files proves that a gate was here. A file that cannot be read proves nothing. */
export async function someProof(host: Host, searches: readonly OrphanSearch[]): Promise<boolean> {
  for (const search of searches) {
    const proves = await takeSnapshot(host, search.path)
      .then((snapshot) => holdsProof(snapshot, search))
      .catch(() => false)
    if (proves) return true
  }
  return false
}

async function withoutEdits(text: string, edits: readonly Edit[], search: OrphanSearch): Promise<string | undefined> {
  if (edits.length === 0) return text
  const codec = await codecOf(search.kind as Exclude<Edit['kind'], 'file'>)
  const owned = edits.map(
    (edit): OwnedEdit => ({ edit, before: { present: false, createdParents: stepsOf(edit).length } }),
  )
  return codec.undo(text, owned, { file: search.path, force: true }).text
}

/** The edits of the plan, and those traces that it does not cover. */
function candidatesOf({ edits, traces }: OrphanSearch): readonly Edit[] {
  return [...edits, ...traces.filter((trace) => !edits.some((edit) => overlap(edit, trace)))]
}

/** What a document says; of a whole file, its text. */
async function documentValue(text: string, { path, kind, edits, traces }: OrphanSearch): Promise<unknown> {
  if (kind === 'file') return text
  const isStrict = [...edits, ...traces].some((edit) => edit.kind === 'json' && edit.dialect === 'strict')
  return (await codecOf(kind)).read(text, { file: path, dialect: isStrict ? 'strict' : 'jsonc' }).value
}

function wantedBy(edit: Edit): unknown {
  return edit.kind === 'file' ? edit.content : edit.value
}

/** A whole file that only mentions a helper may be a script of the user's: it is gate's to the letter, or by its head. */
function isWhole(text: string, edit: Edit): boolean {
  if (edit.kind !== 'file' || text === edit.content) return true
  return (edit.own?.proofs ?? []).some((proof) => typeof proof === 'object' && 'begins' in proof)
}

function isBeside(found: unknown, edit: Edit, beside: OwnBeside): boolean {
  // A whole file has nothing beside it, and what the client makes of the same text is not known.
  if (edit.kind === 'file') return false
  if (beside === 'same') return sameValue(found, edit.value)
  if (typeof beside === 'string' || 'with' in beside) return false
  return typeof found === 'string' && beside.begins.some((text) => found.startsWith(text))
}

function isWith(edit: Edit, own: ReadonlySet<Edit>): boolean {
  const beside = edit.own?.beside
  if (typeof beside !== 'object' || !('with' in beside)) return false
  return [...own].some((other) => sameValue(stepsOf(other), beside.with))
}

function isNothing(text: string | undefined): boolean {
  return text === undefined || /^\uFEFF?\s*(\{\s*\})?\s*$/.test(text)
}

/** Tells of values whose record was lost or is elsewhere. */
export function orphanNotes(file: string, edits: readonly Edit[]): string[] {
  const names = edits.map((edit) => reportOf(edit).path).filter((path) => path !== '')
  const what = names.length > 0 ? ` (${names.join(', ')})` : ''
  return [
    `The record of an earlier setup of ${file} was lost; what gate had written there was recognised${what}. What stood there before is not known.`,
  ]
}
