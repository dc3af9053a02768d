import { stepsOf } from '../codec/edit-path.js'
import type { OwnedEdit } from '../codec/types.js'
import { startsWith } from '../plan/edit-overlap.js'
import type { FileReceipt, Ledger, Receipt } from './receipt.js'

/** What {@link adopt} did. */
export interface Adoption {
  readonly ledger: Ledger
  /** Directories of `undone` that nobody else's receipt needs, outermost first. */
  readonly directories: readonly string[]
}

/**
 * When gate takes its edits for one client out of a file, and edits for another client stay in there, the other client's
 * receipt becomes the one that knows what gate made around them: the file, its directories, the objects and tables. Pure.
 *
 * @param ledger Without the receipt that `undone` comes from.
 * @param undone What is being undone.
 */
export function adopt(ledger: Ledger, undone: readonly FileReceipt[], sep: string): Adoption {
  const kept = new Set<string>()
  const adopting = (file: FileReceipt): FileReceipt => {
    const created = file.created || undone.some((other) => other.created && other.target === file.target)
    const directories = undone
      .flatMap((other) => other.createdDirectories)
      .filter((directory) => file.target.startsWith(directory + sep))
    for (const directory of directories) kept.add(directory)
    const owned = undone
      .filter((other) => other.target === file.target)
      .reduce((list, other) => adoptBrackets(adoptParents(list, other), other), file.owned)
    const createdDirectories = [...new Set([...directories, ...file.createdDirectories])].toSorted(byDepth)
    return { ...file, created, createdDirectories, owned }
  }
  const receipts = Object.entries(ledger.receipts).map(([id, receipt]): [string, Receipt] => [
    id,
    { ...receipt, files: receipt.files.map(adopting) },
  ])
  const directories = new Set(undone.flatMap((file) => file.createdDirectories).filter((name) => !kept.has(name)))
  return {
    ledger: { version: 1, receipts: Object.fromEntries(receipts) },
    directories: [...directories].toSorted(byDepth),
  }
}

function byDepth(a: string, b: string): number {
  return a.length - b.length
}

/**
 * `owned` where the line of a closing bracket was remembered for an edit that leaves an object which others are in, too: the
 * last of them leaves the bracket where it was. Pure.
 */
function adoptBrackets(owned: readonly OwnedEdit[], undone: FileReceipt): readonly OwnedEdit[] {
  return undone.owned.reduce((list, { edit, before }) => {
    if (before.present || before.createdParents > 0 || before.blankLine === undefined || edit.kind !== 'json')
      return list
    const container = edit.path.slice(0, -1)
    const { blankLine } = before
    return list.map((other) => {
      const isInside = other.edit.kind === 'json' && startsWith(stepsOf(other.edit), container)
      if (!isInside || other.before.present || other.before.blankLine !== undefined) return other
      if (stepsOf(other.edit).length - other.before.createdParents !== container.length + 1) return other
      return { ...other, before: { ...other.before, blankLine } }
    })
  }, owned)
}

/** `owned` with the objects and tables that were made for the edits of `undone` and that hold edits of `owned`, too. Pure. */
export function adoptParents(owned: readonly OwnedEdit[], undone: FileReceipt): readonly OwnedEdit[] {
  return undone.owned.reduce((list, { edit, before }) => {
    if (before.present || before.createdParents === 0) return list
    const made = stepsOf(edit).slice(0, stepsOf(edit).length - before.createdParents)
    return list.map((other) => {
      const steps = stepsOf(other.edit)
      const parents = steps.length - made.length
      if (other.before.present || other.before.createdParents >= parents || !startsWith(steps, made)) return other
      const replacedNull = before.replacedNull ? { replacedNull: true as const } : {}
      return { ...other, before: { ...other.before, createdParents: parents, ...replacedNull } }
    })
  }, owned)
}
