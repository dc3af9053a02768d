import { type DotenvEdit, GateError } from '@gate/core'
import { createCodec } from '../create-codec.js'
import type { DocumentFormat } from '../document-format.js'
import type { Draft } from '../draft.js'
import { afterLineBreak, beforeLineBreak, dominantEol, isBlank, withFirstLineEnd } from '../text-layout.js'
import type { BeforeValue } from '../types.js'
import { setOwn } from '../value-path.js'
import { isWellFormed } from '../well-formed.js'
import {
  ambiguousAt,
  type DotenvDocument,
  type DotenvPair,
  decode,
  parseDotenvDocument,
  spellVariable,
} from './dotenv-document.js'

/** The line that counts: of several for one variable every reader takes the last. */
function lastPair(document: DotenvDocument, name: string | undefined): DotenvPair | undefined {
  return document.pairs.findLast((pair) => pair.name === name)
}

/** Stands for an empty value with a comment right behind it, which a value has to be kept apart from. */
const EMPTY_AT_COMMENT = '#'

function rememberedSpelling({ raw, rawStart, comment }: DotenvPair): string {
  return raw === '' && comment === rawStart ? EMPTY_AT_COMMENT : raw
}

/** Puts another value in a line. Without one, the blanks in front of it would count as those behind it. */
function replaceValue(draft: Draft<DotenvDocument>, pair: DotenvPair, raw: string): BeforeValue {
  const lead = raw === '' ? pair.lead : ''
  const spelled = rememberedSpelling(pair)
  const insert = spelled === EMPTY_AT_COMMENT ? `${raw} ` : raw
  draft.apply([{ offset: pair.rawStart - lead.length, remove: lead + pair.raw, insert }])
  return { present: true, raw: lead + spelled }
}

function restoreValue(draft: Draft<DotenvDocument>, pair: DotenvPair, raw: string): void {
  const { text } = draft.document
  const isAtComment = raw === EMPTY_AT_COMMENT
  const end = isAtComment && pair.comment !== undefined ? pair.comment : pair.rawStart + pair.raw.length
  const remove = text.slice(pair.rawStart, end)
  draft.apply([{ offset: pair.rawStart, remove, insert: isAtComment ? '' : raw }])
}

function appendLine(draft: Draft<DotenvDocument>, line: string): void {
  const { text, start } = draft.document
  const eol = dominantEol(text)
  if (isBlank(text)) {
    draft.apply([{ offset: start, remove: '', insert: /[\r\n]/.test(text) ? line : line + eol }])
    return
  }
  const endsLine = /[\r\n]$/.test(text)
  draft.apply([{ offset: text.length, remove: '', insert: endsLine ? line + eol : eol + line }])
}

function removeLine(draft: Draft<DotenvDocument>, pair: DotenvPair): void {
  const { text, start } = draft.document
  const behind = afterLineBreak(text, pair.end)
  let from = pair.start
  let to = pair.comment ?? behind
  // The last line of a text without final line end takes the line end before it along.
  if (to === text.length && behind === pair.end) from = Math.max(beforeLineBreak(text, from), start)
  to = Math.max(to, from)
  draft.apply([{ offset: from, remove: text.slice(from, to), insert: '' }])
}

const format: DocumentFormat<DotenvEdit, DotenvDocument> = {
  kind: 'dotenv',

  parse: (text) => parseDotenvDocument(text),

  valueOf(document) {
    const value: Record<string, unknown> = {}
    for (const pair of document.pairs) setOwn(value, pair.name, pair.value)
    return value
  },

  offsetOf: (document, [name]) => lastPair(document, name)?.start,

  check(edit) {
    if (!/^[A-Za-z_]\w*$/.test(edit.name)) {
      throw new GateError({ code: 'edit-invalid', message: 'Not a name for a variable.', file: edit.file })
    }
    if (!isWellFormed(edit.value) || edit.value.includes('\0') || spellVariable(edit.value) === undefined) {
      const message = `The value of ${edit.name} has no spelling that all readers of dotenv files agree on.`
      throw new GateError({ code: 'edit-invalid', message, file: edit.file })
    }
  },

  find(document, edit) {
    const pair = lastPair(document, edit.name)
    return pair === undefined ? undefined : { value: pair.value, offset: pair.start }
  },

  spelling(document, edit) {
    const pair = lastPair(document, edit.name)
    return { present: true, raw: pair === undefined ? '' : rememberedSpelling(pair) }
  },

  write(draft, edit) {
    const raw = spellVariable(edit.value) ?? ''
    const pair = lastPair(draft.document, edit.name)
    if (pair === undefined) {
      appendLine(draft, `${edit.name}=${raw}`)
      return { present: false, createdParents: 0 }
    }
    return replaceValue(draft, pair, raw)
  },

  parseSpelling: ({ raw }) => (raw === EMPTY_AT_COMMENT ? '' : decode(raw.trim())),

  restore(draft, edit, { raw }) {
    const pair = lastPair(draft.document, edit.name)
    if (pair !== undefined) restoreValue(draft, pair, raw)
  },

  remove(draft, edit) {
    const pair = lastPair(draft.document, edit.name)
    if (pair !== undefined) removeLine(draft, pair)
    return { dropped: 0 }
  },

  ambiguousAt,

  blankRest: ({ text }, eol) => (isBlank(text) ? withFirstLineEnd(text, eol) : undefined),
}

/** Dotenv files: `NAME=value` lines as the npm package `dotenv` reads them. */
export const dotenvCodec = createCodec(format)
