import { type Edit, GateError, isTable } from '@gate/core'
import { stringify } from 'smol-toml'
import { expect } from 'vitest'
import { codecOf } from '../../src/codec/codec-of.js'
import { reportOf, stepsOf } from '../../src/codec/edit-path.js'
import { sameValue } from '../../src/codec/same-value.js'
import { applySplices, invertSplices } from '../../src/codec/splice.js'
import type { Codec, OwnedEdit } from '../../src/codec/types.js'
import { deleteIn, getIn, isEmptyContainer } from '../../src/codec/value-path.js'
import type { CorpusKind } from './corpus.js'
import { FILE } from './plans.js'
import { commentsOf, isToml10, reference, reordered } from './reference.js'

const CONTEXT = { file: FILE }
const CODECS = { json: await codecOf('json'), toml: await codecOf('toml'), dotenv: await codecOf('dotenv') }

export function codecFor(kind: CorpusKind): Codec {
  return CODECS[kind === 'jsonc' ? 'json' : kind]
}

/** Errors that say that a user's file cannot be edited; anything else is a mistake of ours. */
const REFUSALS = ['file-unparsable', 'file-wrong-shape', 'file-duplicate-key']

/** True when the edits were refused as law 6 demands: with a code, the file and the line. */
export function isRefusal(error: unknown): boolean {
  if (!GateError.isInstance(error) || !REFUSALS.includes(error.code)) return false
  return error.file === FILE && Number.isInteger(error.line) && (error.line ?? 0) >= 1
}

/** What is left of a document when all that the edits own is taken out, together with what only they needed. */
export function foreign(value: unknown, edits: readonly Edit[]): unknown {
  return edits.reduce((rest, edit) => withoutOwn(rest, edit), value)
}

function withoutOwn(value: unknown, edit: Edit): unknown {
  const steps = stepsOf(edit)
  let rest = deleteIn(value, steps)
  for (let length = steps.length - 1; length > 0; length -= 1) {
    const path = steps.slice(0, length)
    const container = getIn(rest, path)
    if (container !== undefined && container !== null && !isEmptyContainer(container, steps, length)) break
    rest = deleteIn(rest, path)
  }
  return rest
}

function expectSame(actual: unknown, expected: unknown, what: string): void {
  if (!sameValue(actual, expected)) expect(actual, what).toEqual(expected)
  expect(sameValue(actual, expected), what).toBe(true)
}

function wanted(edit: Edit): unknown {
  return edit.kind === 'file' ? edit.content : edit.value
}

/** All spellings that undo will put back. */
function remembered(owned: readonly OwnedEdit[]): string {
  return owned
    .map(({ before }) => (before.present ? before.raw : before.replacedNull === true ? 'null' : ''))
    .join('\n')
}

/** The values on removed lines of TOML; keys and headers may be remembered in another spelling. */
function tomlValues(lines: string): string[] {
  const values = lines.split('\n').map((line) => line.replace(/^[^=[]*=/, '').trim())
  return values.filter((value) => !value.startsWith('['))
}

/** Laws 1, 2, 5 and 8 on one text; the applied text and its receipts for more. */
export function checkApply(kind: CorpusKind, text: string, edits: readonly Edit[]) {
  const codec = codecFor(kind)
  const applied = codec.apply(text, edits, CONTEXT)
  const owned: OwnedEdit[] = JSON.parse(JSON.stringify(applied.owned))
  const before = reference(kind, text)
  const after = reference(kind, applied.text)

  // Law 1: what goes is white space or a value that is remembered; all values of others stay.
  for (const { remove } of applied.splices) {
    for (const piece of kind === 'toml' ? tomlValues(remove) : [remove.trim()]) {
      expect(remembered(owned)).toContain(piece)
    }
  }

  expectSame(foreign(after, edits), foreign(before, edits), 'foreign values after apply')
  for (const edit of edits) expectSame(getIn(after, stepsOf(edit)), wanted(edit), reportOf(edit).path)

  // What is TOML 1.0 stays TOML 1.0: a client's parser may know no later one.
  if (kind === 'toml' && isToml10(text)) expect(isToml10(applied.text)).toBe(true)

  // Law 2, pure: the recorded changes turn the result back into the very text.
  expect(applySplices(text, applied.splices)).toBe(applied.text)
  expect(applySplices(applied.text, invertSplices(applied.splices))).toBe(text)

  // Law 5: the second time there is nothing to do.
  expect(codec.inspect(applied.text, edits, CONTEXT)).toEqual(edits.map(() => undefined))
  expect(codec.apply(applied.text, edits, CONTEXT)).toMatchObject({ text: applied.text, splices: [] })
  return { text: applied.text, owned, before, after }
}

/** Surgical undo of a text gives the values of before, whatever became of the layout. */
export function checkUndo(
  kind: CorpusKind,
  text: string,
  owned: readonly OwnedEdit[],
  before: Record<string, unknown>,
  force = false,
) {
  const undone = codecFor(kind).undo(text, owned, { ...CONTEXT, force })
  expectSame(reference(kind, undone.text ?? ''), before, 'values after undo')
  for (const [index, { before }] of owned.entries()) {
    expect(undone.outcomes[index]).toBe(before.present ? 'restored' : 'removed')
  }
  return undone
}

/** All laws on one text. */
export function checkLaws(kind: CorpusKind, text: string, edits: readonly Edit[]): void {
  const { text: after, owned, before, after: value } = checkApply(kind, text, edits)
  const undone = checkUndo(kind, after, owned, before)
  const lost = owned.flatMap(({ before }) => (before.present ? [before.raw] : [])).join('\n')
  const kept = commentsOf(kind, text).filter((comment) => !lost.includes(comment))
  expect(commentsOf(kind, after)).toEqual(expect.arrayContaining(kept))
  expect(commentsOf(kind, undone.text ?? '')).toEqual(expect.arrayContaining(commentsOf(kind, text)))
  checkUndo(kind, rewritten(kind, value), owned, before)
  checkUserChanges(kind, after, owned, value)
}

/** The document as a client leaves it that parses its file and writes it anew. */
function rewritten(kind: CorpusKind, value: Record<string, unknown>): string {
  if (kind === 'json' || kind === 'jsonc') return `${JSON.stringify(reordered(value), null, 2)}\n`
  if (kind === 'toml') return stringify(reordered(value) as Record<string, unknown>)
  const quote = (text: string) => {
    const mark = ["'", '`', '"'].find((candidate) => !text.includes(candidate)) ?? ''
    return mark + text + mark
  }
  return Object.entries(value)
    .map(([name, text]) => `${name}=${quote(String(text))}\n`)
    .join('')
}

/** Law 3: each key in turn is changed, then deleted, by the user. */
function checkUserChanges(
  kind: CorpusKind,
  after: string,
  owned: readonly OwnedEdit[],
  value: Record<string, unknown>,
): void {
  const codec = codecFor(kind)
  for (const [index, { edit }] of owned.entries()) {
    const mine = changedByUser(edit)
    const changed = codec.apply(after, [mine], CONTEXT)
    const kept = codec.undo(changed.text, owned, CONTEXT)
    expect(kept.outcomes[index]).toBe('kept-user-change')
    expectSame(getIn(reference(kind, kept.text ?? ''), stepsOf(edit)), wanted(mine), 'the value of the user')
    expect(codec.inspect(changed.text, [edit], CONTEXT)[0]?.reason).toBe('changed')
    expect(codec.undo(changed.text, owned, { ...CONTEXT, force: true }).outcomes).not.toContain('kept-user-change')

    const deleted = deleteIn(value, stepsOf(edit))
    if (!isTable(deleted)) throw new Error('The root is always an object.')
    const gone = codec.undo(rewritten(kind, deleted), owned, CONTEXT)
    expect(gone.outcomes[index]).toBe('already-gone')
    expect(getIn(reference(kind, gone.text ?? ''), stepsOf(edit))).toBe(undefined)
  }
}

function changedByUser(edit: Edit): Edit {
  if (edit.kind !== 'json') return { ...edit, value: 'changed by the user' } as Edit
  const step = edit.path.at(-1)
  const value = typeof step === 'object' ? { [step.where]: step.equals, user: true } : 'changed by the user'
  return { ...edit, value }
}

/**
 * Law 3 for everything around our keys: what somebody else writes into the file between setup and teardown is what it
 * would be had gate never been there.
 */
export function checkTheirEdits(kind: CorpusKind, text: string, ours: readonly Edit[], theirs: readonly Edit[]): void {
  const codec = codecFor(kind)
  const alone = codec.apply(text, theirs, CONTEXT)
  const applied = codec.apply(text, ours, CONTEXT)
  const both = codec.apply(applied.text, theirs, CONTEXT)
  checkUndo(kind, both.text, applied.owned, reference(kind, alone.text))
  checkUndo(kind, rewritten(kind, reference(kind, both.text)), applied.owned, reference(kind, alone.text))
}
