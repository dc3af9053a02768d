import { advice, type Edit, type FileEdit, type FileExpectation, GateError } from '@gate/core'
import { addedTo } from './added-values.js'
import { codecOf } from './codec/codec-of.js'
import { reportOf, stepsOf } from './codec/edit-path.js'
import { sameValue } from './codec/same-value.js'
import { invertSplices } from './codec/splice.js'
import type { OwnedEdit, TextSplice } from './codec/types.js'
import { modeOf } from './files/file-mode.js'
import { digest, holds, isText, type Snapshot } from './files/snapshot.js'
import { findOrphans, type OrphanSearch, orphanNotes } from './orphans/orphans.js'
import { covers } from './plan/edit-overlap.js'
import { adoptParents } from './receipts/adopt.js'
import type { Anchor, FileReceipt } from './receipts/receipt.js'
import { modeBefore, undoContent } from './receipts/undo-content.js'

/** What a file must say. */
export interface WantedFile extends OrphanSearch {
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
export async function applyToFile(snapshot: Snapshot, wanted: WantedFile): Promise<AppliedFile> {
  if (wanted.kind === 'file') return applyWholeFile(snapshot, wanted)
  const codec = await codecOf(wanted.kind)
  const orphans = wanted.prior ? undefined : await findOrphans(snapshot, wanted, wanted.proven)
  const undone = wanted.prior ? await undoPrior(snapshot, wanted, wanted.prior) : undefined
  const base = undone ? undone.text : orphans ? orphans.text : snapshot.text
  const { text, splices, owned } = codec.apply(base, wanted.edits, {
    file: wanted.path,
    force: wanted.force,
    expectations: wanted.expectations,
  })
  const receipt: FileReceipt = {
    path: wanted.path,
    target: snapshot.target.real,
    kind: wanted.kind,
    created: wanted.away
      ? (wanted.prior?.created ?? true)
      : snapshot.text === undefined || (wanted.prior?.created ?? (orphans !== undefined && orphans.text === undefined)),
    createdDirectories: directoriesOf(snapshot, wanted.prior),
    base: base === undefined ? null : digest(base),
    written: digest(text),
    inverse: invertSplices(splices),
    // What the first setup made is still there when another client's values are in it.
    owned: wanted.prior ? adoptParents(wanted.away ? remembered(owned, wanted.prior) : owned, wanted.prior) : owned,
    ...anchorOfReceipt(wanted),
  }
  const direct = undone === undefined && orphans === undefined
  const notes = orphans
    ? orphanNotes(wanted.path, orphans.edits)
    : [
        ...awayNotes(wanted),
        ...keptNotes(wanted.path, undone?.kept ?? []),
        ...addedNotes(wanted.path, undone?.added ?? []),
      ]
  return { text, receipt, splices: direct ? splices : undefined, notes }
}

interface UndonePrior {
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
async function undoPrior(snapshot: Snapshot, wanted: WantedFile, prior: FileReceipt): Promise<UndonePrior> {
  const undone = await undoContent(snapshot, prior, wanted.force)
  const { outcomes } = undone
  const text = undone.stays ? snapshot.text : undone.text
  const changed = prior.owned.filter((_, index) => outcomes[index] === 'kept-user-change')
  const kept = changed.filter(({ edit }) => !wanted.edits.some((next) => covers(next, edit)))
  const names = kept.map(({ edit }) => edit)
  if (kept.length === changed.length) return { text, kept: names, added: [] }
  const covered = changed.filter((owned) => !kept.includes(owned)).map(({ edit }) => edit)
  const rest = { ...prior, owned: prior.owned.filter((owned) => !kept.includes(owned)) }
  const added = await addedTo(snapshot.text ?? '', covered, wanted)
  return { text: (await undoContent(snapshot, rest, true)).text, kept: names, added }
}

function awayNotes({ away, path }: WantedFile): string[] {
  if (!away) return []
  return [
    `The directory of ${path} is not the one that gate wrote in before. What had stood in the file there is still remembered.`,
  ]
}

/** Notes on values of an earlier setup that the plan does not name any more and that stay, because the user changed them. */
export function keptNotes(file: string, kept: readonly Edit[]): string[] {
  return kept.map((edit) => {
    const { path } = reportOf(edit)
    const what = path === '' ? file : `\`${path}\` in ${file}`
    return `${what} was changed since gate wrote it. gate does not need it any more and left it as it is.`
  })
}

/** Notes on what the user had added inside values of gate's that a setup wrote anew. */
function addedNotes(file: string, paths: readonly string[]): string[] {
  return paths.map(
    (path) => `\`${path}\` in ${file} had been added to what gate wrote. Setup wrote that anew, without the addition.`,
  )
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

function anchorOfReceipt({ anchor, away, prior }: WantedFile): Pick<FileReceipt, 'anchor'> {
  const kept = away ? prior?.anchor : anchor
  return kept === undefined ? {} : { anchor: kept }
}

function directoriesOf(snapshot: Snapshot, prior: FileReceipt | undefined): string[] {
  return [...new Set([...(prior?.createdDirectories ?? []), ...snapshot.target.missingDirectories])]
}

async function applyWholeFile(snapshot: Snapshot, wanted: WantedFile): Promise<AppliedFile> {
  const edit = wanted.edits[0] as FileEdit
  const { prior } = wanted
  const isThere = snapshot.bytes !== undefined
  const same = holds(snapshot, edit.content)
  const ours = prior !== undefined && snapshot.sha === prior.written
  const orphans =
    prior === undefined && isThere && isText(snapshot) ? await findOrphans(snapshot, wanted, false) : undefined
  const orphan = orphans !== undefined
  if (isThere && !same && !ours && !orphan && !(prior && wanted.force)) {
    throw new GateError({
      code: 'file-foreign-value',
      message: prior
        ? `${wanted.path} was changed since gate wrote it. Nothing was changed.`
        : `${wanted.path} exists already and is not gate's. Nothing was changed.`,
      file: wanted.path,
      fix: advice(`Move ${wanted.path} away and run the command again.`),
    })
  }
  const created = wanted.away ? (prior?.created ?? true) : !isThere || orphan || (prior?.created ?? false)
  const modes = wanted.hasModes ? modesOf(snapshot, edit, created, prior) : {}
  const receipt: FileReceipt = {
    path: wanted.path,
    target: snapshot.target.real,
    kind: 'file',
    created,
    createdDirectories: directoriesOf(snapshot, prior),
    base: created ? null : digest(edit.content),
    written: digest(edit.content),
    inverse: [],
    owned: [{ edit, before: created ? { present: false, createdParents: 0 } : { present: true, raw: '' } }],
    ...(modes.before === undefined ? {} : { mode: modes.before }),
    ...anchorOfReceipt(wanted),
  }
  const { mode } = modes
  const splices = same ? [] : undefined
  return {
    text: edit.content,
    receipt,
    splices,
    notes: orphan && !same ? orphanNotes(wanted.path, []) : [],
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
