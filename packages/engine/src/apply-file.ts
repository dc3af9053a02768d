import { type Edit, type FileEdit, type FileExpectation, GateError } from '@gate/core'
import { addedTo } from './added-values.js'
import { codecOf } from './codec/codec-of.js'
import { stepsOf } from './codec/edit-path.js'
import { sameValue } from './codec/same-value.js'
import { invertSplices } from './codec/splice.js'
import type { OwnedEdit, TextSplice } from './codec/types.js'
import { modeOf } from './files/file-mode.js'
import { digest, holds, isText, type Snapshot } from './files/snapshot.js'
import { addedNotes, keptNotes } from './kept-notes.js'
import { findOrphans, type OrphanSearch, orphanNotes } from './orphans/orphans.js'
import { covers } from './plan/edit-overlap.js'
import { takeParents } from './receipts/adopt.js'
import type { Anchor } from './receipts/anchor.js'
import type { FileReceipt } from './receipts/receipt.js'
import { modeBefore, undoFile } from './receipts/undo-content.js'

/** What a file must say. */
export interface FileWish extends OrphanSearch {
  readonly expectations: readonly FileExpectation[]
  /** What gate did to the file before, for the same client. */
  readonly prior: FileReceipt | undefined
  /** The file of `prior` is not there, and nobody knows what became of it: what it remembers is not forgotten. */
  readonly away: boolean
  /** A file of the plan proves that a gate was here whose record is lost or elsewhere. */
  readonly proven: boolean
  /** See {@link FileReceipt.anchor}. */
  readonly anchor: Anchor | undefined
  readonly force: boolean
  /** Whether files have permission bits, as they do everywhere but on Windows. */
  readonly hasModes: boolean
}

/** A file with gate's edits. */
export interface AppliedFile {
  readonly text: string
  readonly receipt: FileReceipt
  /** The splices that led from the present text to `text`; undefined when they are not known. */
  readonly splices: readonly TextSplice[] | undefined
  /** Permission bits, where they are gate's business: of a whole file. */
  readonly mode?: number
  readonly notes: readonly string[]
}

/**
 * Writes edits into a file as it is now. Touches no disk.
 *
 * What gate did before is taken out first, in memory, so that a second setup remembers what was there before the first.
 *
 * @throws GateError what the codec throws; `file-foreign-value` when the place of a whole file is taken by another.
 */
export async function applyToFile(snapshot: Snapshot, wish: FileWish): Promise<AppliedFile> {
  if (wish.kind === 'file') return applyWholeFile(snapshot, wish)
  const codec = await codecOf(wish.kind)
  const orphans = wish.prior ? undefined : await findOrphans(snapshot, wish, wish.proven)
  const undone = wish.prior ? await takeOut(snapshot, wish, wish.prior) : undefined
  const base = undone ? undone.text : orphans ? orphans.text : snapshot.text
  const { text, splices, owned } = codec.apply(base, wish.edits, {
    file: wish.path,
    force: wish.force,
    expectations: wish.expectations,
  })
  const receipt: FileReceipt = {
    path: wish.path,
    target: snapshot.target.real,
    kind: wish.kind,
    created: wish.away
      ? (wish.prior?.created ?? true)
      : snapshot.text === undefined || (wish.prior?.created ?? (orphans !== undefined && orphans.text === undefined)),
    createdDirectories: directoriesOf(snapshot, wish.prior),
    base: base === undefined ? null : digest(base),
    written: digest(text),
    inverse: invertSplices(splices),
    // What the first setup made is still there when another client's values are in it.
    owned: wish.prior ? takeParents(wish.away ? remembered(owned, wish.prior) : owned, wish.prior) : owned,
    ...anchorOfReceipt(wish),
  }
  const direct = undone === undefined && orphans === undefined
  const notes = orphans
    ? orphanNotes(wish.path, orphans.edits)
    : [...awayNotes(wish), ...keptNotes(wish.path, undone?.kept ?? []), ...addedNotes(wish.path, undone?.added ?? [])]
  return { text, receipt, splices: direct ? splices : undefined, notes }
}

interface TakenOut {
  readonly text: string | undefined
  /** What the user changed and the new edits do not cover. */
  readonly kept: readonly Edit[]
  /** Dotted paths of what the user had added to a value of gate's that is written anew. */
  readonly added: readonly string[]
}

/**
 * What an earlier setup wrote is taken out whatever it says now, because the new edits take its place; but what they do
 * not cover stays when the user changed it.
 */
async function takeOut(snapshot: Snapshot, wish: FileWish, prior: FileReceipt): Promise<TakenOut> {
  const undone = await undoFile(snapshot, prior, wish.force)
  const { outcomes } = undone
  const text = undone.stays ? snapshot.text : undone.text
  const changed = prior.owned.filter((_, index) => outcomes[index] === 'kept-user-change')
  const kept = changed.filter(({ edit }) => !wish.edits.some((next) => covers(next, edit)))
  const names = kept.map(({ edit }) => edit)
  if (kept.length === changed.length) return { text, kept: names, added: [] }
  const covered = changed.filter((owned) => !kept.includes(owned)).map(({ edit }) => edit)
  const rest = { ...prior, owned: prior.owned.filter((owned) => !kept.includes(owned)) }
  const added = await addedTo(snapshot.text ?? '', covered, wish)
  return { text: (await undoFile(snapshot, rest, true)).text, kept: names, added }
}

function awayNotes({ away, path }: FileWish): string[] {
  if (!away) return []
  return [
    `The directory of ${path} is not the one that gate wrote in before. What had stood in the file there is still remembered.`,
  ]
}

/** What was in the file that is away, for the same edits: it may come back. */
function remembered(owned: readonly OwnedEdit[], prior: FileReceipt): readonly OwnedEdit[] {
  return owned.map((one) => {
    const old = prior.owned.find(
      ({ edit }) => edit.kind === one.edit.kind && sameValue(stepsOf(edit), stepsOf(one.edit)),
    )
    return old ? { ...one, before: old.before } : one
  })
}

function anchorOfReceipt({ anchor, away, prior }: FileWish): Pick<FileReceipt, 'anchor'> {
  const kept = away ? prior?.anchor : anchor
  return kept === undefined ? {} : { anchor: kept }
}

function directoriesOf(snapshot: Snapshot, prior: FileReceipt | undefined): string[] {
  return [...new Set([...(prior?.createdDirectories ?? []), ...snapshot.target.missingDirectories])]
}

async function applyWholeFile(snapshot: Snapshot, wish: FileWish): Promise<AppliedFile> {
  const edit = wish.edits[0] as FileEdit
  const { prior } = wish
  const isThere = snapshot.bytes !== undefined
  const same = holds(snapshot, edit.content)
  const ours = prior !== undefined && snapshot.sha === prior.written
  const orphans =
    prior === undefined && isThere && isText(snapshot) ? await findOrphans(snapshot, wish, false) : undefined
  const orphan = orphans !== undefined
  if (isThere && !same && !ours && !orphan && !(prior && wish.force)) {
    throw new GateError({
      code: 'file-foreign-value',
      message: prior
        ? `${wish.path} was changed since gate wrote it. Nothing was changed.`
        : `${wish.path} exists already and is not gate's. Nothing was changed.`,
      file: wish.path,
      fix: `Move ${wish.path} away and run the command again.`,
    })
  }
  const created = wish.away ? (prior?.created ?? true) : !isThere || orphan || (prior?.created ?? false)
  const modes = wish.hasModes ? modesOf(snapshot, edit, created, prior) : {}
  const receipt: FileReceipt = {
    path: wish.path,
    target: snapshot.target.real,
    kind: 'file',
    created,
    createdDirectories: directoriesOf(snapshot, prior),
    base: created ? null : digest(edit.content),
    written: digest(edit.content),
    inverse: [],
    owned: [{ edit, before: created ? { present: false, createdParents: 0 } : { present: true, raw: '' } }],
    ...(modes.before === undefined ? {} : { mode: modes.before }),
    ...anchorOfReceipt(wish),
  }
  const { mode } = modes
  const splices = same ? [] : undefined
  return {
    text: edit.content,
    receipt,
    splices,
    notes: orphan && !same ? orphanNotes(wish.path, []) : [],
    ...(mode === undefined ? {} : { mode }),
  }
}

/** The permission bits to set, and those to remember: the first that were not gate's. */
function modesOf(
  snapshot: Snapshot,
  edit: FileEdit,
  created: boolean,
  prior: FileReceipt | undefined,
): { readonly mode?: number | undefined; readonly before?: number | undefined } {
  const mode = modeOf(edit, created)
  if (mode === undefined) return prior ? modeBefore(snapshot, prior, false) : {}
  const before = created ? undefined : (prior?.mode ?? snapshot.target.stat?.mode)
  return { mode, before: before === mode ? undefined : before }
}
