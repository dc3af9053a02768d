import { advice, type Edit, firstViolation, GateError, type JsonStep } from '@gate/core'
import type { DocumentFormat } from './document-format.js'
import { Draft } from './draft.js'
import { reportOf, stepsOf } from './edit-path.js'
import { sameValue } from './same-value.js'
import { dominantEol, isBlank, positionAt, withoutLines } from './text-layout.js'
import type { BeforeValue, Codec, CodecContext, CodecUndo, OwnedEdit } from './types.js'
import { deleteIn, getIn, isEmptyContainer, setIn } from './value-path.js'

type Outcome = CodecUndo['outcomes'][number]

/** Turns what is special about a format into a {@link Codec}. */
export function createCodec<E extends Edit, D>(format: DocumentFormat<E, D>): Codec {
  const isOurs = (edit: Edit): edit is E => edit.kind === format.kind

  function own(edits: readonly Edit[], context: CodecContext): E[] {
    const mine = edits.filter(isOurs)
    if (mine.length !== edits.length) {
      throw new GateError({ code: 'edit-invalid', message: `Not a ${format.kind} edit.`, file: context.file })
    }
    for (const [index, edit] of mine.entries()) {
      format.check(edit)
      const steps = stepsOf(edit)
      const rival = mine.slice(0, index).find((other) => collide(steps, stepsOf(other)))
      if (rival === undefined) continue
      throw new GateError({
        code: 'edit-invalid',
        message: `The edits of \`${reportOf(rival).path}\` and \`${reportOf(edit).path}\` exclude each other.`,
        file: context.file,
      })
    }
    return mine
  }

  function checkExpectations(document: D, text: string, context: CodecContext): void {
    const violation = firstViolation(format.valueOf(document), context.expectations ?? [])
    if (violation === undefined) return
    const offset = offsetNear(document, violation.path)
    throw new GateError({
      code: 'file-wrong-shape',
      message: `${violation.message}; the client ignores the whole file because of it.`,
      file: context.file,
      ...(offset === undefined ? {} : positionAt(text, offset)),
      fix: advice('Correct the value, then run the command again.'),
    })
  }

  /** Returns whether a plain text says what all edits say, and nothing that the client would trip over. */
  function isAsWanted(text: string, edits: readonly E[], context: CodecContext): boolean {
    const value = format.plainValueOf?.(text)
    if (value === undefined || firstViolation(value, context.expectations ?? []) !== undefined) return false
    return edits.every((edit) => sameValue(getIn(value, stepsOf(edit)), wantedValue(edit)))
  }

  /** Where a value stands, or the nearest container that a format can name. */
  function offsetNear(document: D, path: readonly string[]): number | undefined {
    for (let length = path.length; length > 0; length--) {
      const offset = format.offsetOf(document, path.slice(0, length))
      if (offset !== undefined) return offset
    }
    return undefined
  }

  /** Runs a step on a text that this codec has made: that such a text does not parse is our mistake, not the user's. */
  function changed<T>(context: CodecContext, step: () => T): T {
    try {
      return step()
    } catch (cause) {
      const isShape = GateError.isInstance(cause) && !['file-unparsable', 'file-duplicate-key'].includes(cause.code)
      throw isShape ? cause : mismatch(context, cause)
    }
  }

  /** Refuses, before anything is changed, so that positions are those of the file. */
  function refuseForeign(document: D, text: string, edit: E, context: CodecContext): void {
    const found = format.find(document, edit, 'write')
    if (found === undefined || edit.onForeign !== 'refuse' || context.force === true) return
    if (sameValue(found.value, wantedValue(edit))) return
    throw new GateError({
      code: 'file-foreign-value',
      message: `\`${reportOf(edit).path}\` is already set to something else.`,
      file: context.file,
      ...positionAt(text, found.offset),
      fix: advice('Remove it, or run the command again with --force to replace it until teardown.'),
    })
  }

  function applyOne(draft: Draft<D>, edit: E): BeforeValue {
    const found = format.find(draft.document, edit, 'write')
    if (found !== undefined && sameValue(found.value, wantedValue(edit))) return format.spelling(draft.document, edit)
    const { text } = draft
    const before = format.write(draft, edit)
    if (before.present || !isBlank(text)) return before
    const hadLines = /[\r\n]/.test(text) ? { replacedNull: true as const } : {}
    return { ...before, createdParents: before.createdParents + 1, ...hadLines }
  }

  function misread(document: D, text: string | undefined, context: CodecContext): GateError {
    if (format.ambiguousAt === undefined) return mismatch(context)
    return new GateError({
      code: 'file-unparsable',
      message:
        'The file is ambiguous: a quote that is not closed, or a name without a value, takes in what follows it.',
      file: context.file,
      ...positionAt(text ?? '', format.ambiguousAt(document)),
      fix: advice('Correct the line, then run the command again.'),
    })
  }

  function undoOne(draft: Draft<D>, { edit, before }: OwnedEdit<E>, model: unknown, force: boolean) {
    const steps = stepsOf(edit)
    const found = format.find(draft.document, edit, 'undo')
    if (found !== undefined && !sameValue(found.value, wantedValue(edit)) && !force) {
      return { outcome: 'kept-user-change' as const, model }
    }
    if (before.present) {
      if (found === undefined) return { outcome: 'already-gone' as const, model }
      const value = format.parseSpelling(before, edit)
      if (before.named && !format.namesItem?.(draft.document, edit, value)) {
        format.remove(draft, edit, { present: false, createdParents: 0 })
        return { outcome: 'removed' as const, model: deleteIn(model, steps) }
      }
      if (!sameValue(found.value, value)) format.restore(draft, edit, before)
      return { outcome: 'restored' as const, model: setIn(model, steps, value) }
    }
    const { dropped } = format.remove(draft, edit, before)
    return {
      outcome: found === undefined ? ('already-gone' as const) : ('removed' as const),
      model: dropContainers(deleteIn(model, steps), steps, dropped, before),
    }
  }

  return {
    apply(text, edits, context) {
      const mine = own(edits, context)
      const draft = new Draft(text ?? '', (current) => format.parse(current, context, mine))
      const original = draft.document
      checkExpectations(original, draft.text, context)
      for (const edit of mine) refuseForeign(original, draft.text, edit, context)
      let model: unknown = format.valueOf(original)
      const owned: OwnedEdit<E>[] = []
      for (const edit of mine) {
        owned.push({ edit, before: changed(context, () => applyOne(draft, edit)) })
        model = setIn(model, stepsOf(edit), wantedValue(edit))
      }
      const document = changed(context, () => draft.document)
      if (!sameValue(format.valueOf(document), model)) throw misread(original, text, context)
      return { text: draft.text, splices: draft.splices(), owned }
    },

    undo(text, owned, context) {
      const mine = own(
        owned.map(({ edit }) => edit),
        context,
      )
      const draft = new Draft(text, (current) => format.parse(current, context, mine))
      const original = draft.document
      for (const edit of mine) format.find(original, edit, 'undo')
      let model: unknown = format.valueOf(original)
      const outcomes: Outcome[] = []
      for (const [index, edit] of [...mine.entries()].toReversed()) {
        const before = owned[index]?.before
        if (before === undefined) continue
        const undone = changed(context, () => undoOne(draft, { edit, before }, model, context.force === true))
        model = undone.model
        outcomes.unshift(undone.outcome)
      }
      const document = changed(context, () => draft.document)
      if (!sameValue(format.valueOf(document), model)) throw misread(original, text, context)
      const madeRoot = owned.filter(
        ({ edit, before }) => !before.present && before.createdParents >= stepsOf(edit).length,
      )
      const rest = isBlank(text) ? text : format.blankRest(document, dominantEol(text))
      if (madeRoot.length === 0 || rest === undefined) return { text: draft.text, outcomes }
      const hadLines = isBlank(text) || madeRoot.some(({ before }) => !before.present && before.replacedNull)
      return { text: (hadLines ? rest : withoutLines(rest)) || undefined, outcomes }
    },

    inspect(text, edits, context) {
      const mine = own(edits, context)
      if (isAsWanted(text, mine, context)) return mine.map(() => undefined)
      const document = format.parse(text, context, mine)
      checkExpectations(document, text, context)
      return mine.map((edit) => {
        const found = format.find(document, edit, 'read')
        if (found === undefined) return { ...reportOf(edit), reason: 'missing' as const }
        if (sameValue(found.value, wantedValue(edit))) return undefined
        return { ...reportOf(edit), reason: 'changed' as const, line: positionAt(text, found.offset).line }
      })
    },

    read(text, context) {
      const plain = format.plainValueOf?.(text)
      // Positions are asked for where something is to be told.
      let document = plain === undefined ? format.parse(text, context, []) : undefined
      return {
        value: plain ?? format.valueOf(document as D),
        lineOf(path) {
          document ??= format.parse(text, context, [])
          const offset = format.offsetOf(document, path)
          return offset === undefined ? undefined : positionAt(text, offset).line
        },
      }
    },
  }
}

function wantedValue(edit: Edit): unknown {
  return edit.kind === 'file' ? edit.content : edit.value
}

/** True when one path leads into what the other one owns, or when they want an object and an array in one place. */
function collide(one: readonly JsonStep[], other: readonly JsonStep[]): boolean {
  const index = one.findIndex((step, at) => JSON.stringify(step) !== JSON.stringify(other[at]))
  if (index === -1 || index === other.length) return true
  return typeof one[index] !== typeof other[index]
}

function dropContainers(
  model: unknown,
  steps: readonly JsonStep[],
  dropped: number,
  before: Extract<BeforeValue, { present: false }>,
): unknown {
  let result = model
  for (let depth = 1; depth <= dropped; depth += 1) {
    const path = steps.slice(0, steps.length - depth)
    const container = getIn(result, path)
    // TOML containers that no header names are gone with their last key.
    if (container === undefined) continue
    if (!isEmptyContainer(container, steps, path.length)) return undefined
    const isTopmost = depth === before.createdParents
    result = before.replacedNull && isTopmost ? setIn(result, path, null) : deleteIn(result, path)
  }
  return result
}

function mismatch(context: CodecContext, cause?: unknown): GateError {
  return new GateError({
    code: 'result-mismatch',
    message: 'The changed text would not say exactly what it said before plus the change; nothing was written.',
    file: context.file,
    fix: advice('Please report this with the layout of the file.'),
    cause,
  })
}
