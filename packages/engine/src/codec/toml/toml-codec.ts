import { advice, type EditValue, GateError, isTable, type TomlEdit, typeOfValue } from '@gate/core'
import { createCodec } from '../create-codec.js'
import type { DocumentFormat } from '../document-format.js'
import { dottedPath } from '../edit-path.js'
import { isBlank, positionAt, withFirstLineEnd } from '../text-layout.js'
import type { BeforeValue } from '../types.js'
import { getIn } from '../value-path.js'
import { isWellFormed } from '../well-formed.js'
import { plainTomlValue } from './plain-toml.js'
import { parseTomlDocument, type TomlDocument, textOf } from './toml-document.js'
import { areTables, blocksText, fragmentsOf, offsetOfPath, treeOf, wholePair } from './toml-fragments.js'
import { insertValue } from './toml-insert.js'
import { removeAt } from './toml-remove.js'
import { replaceAt } from './toml-replace.js'
import { restoreTables } from './toml-restore.js'
import { isTableNode, nodeOf, spellInline, spellPath, spellTables } from './toml-spelling.js'

type Present = Extract<BeforeValue, { present: true }>

function unspeakable(value: EditValue): string | undefined {
  if (value === null) return 'TOML has no null.'
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return 'An infinite number or NaN is no configuration.'
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? 'An integer beyond 2^53 is not exact.' : undefined
  }
  if (typeof value === 'string') return isWellFormed(value) ? undefined : 'TOML holds no lone surrogates.'
  if (typeof value !== 'object') return undefined
  const badKey = Array.isArray(value) ? undefined : Object.keys(value).find((key) => !isWellFormed(key))
  if (badKey !== undefined) return 'TOML holds no lone surrogates.'
  return Object.values(value)
    .map(unspeakable)
    .find((reason) => reason !== undefined)
}

/** Refuses a path that leads through something that is no table. */
function refuseBlocked(document: TomlDocument, path: readonly string[]): void {
  for (let depth = 1; depth < path.length; depth += 1) {
    const prefix = path.slice(0, depth)
    const value = getIn(document.value, prefix)
    if (value === undefined) return
    if (isTable(value)) continue
    throw new GateError({
      code: 'file-wrong-shape',
      message: `\`${dottedPath(prefix)}\` must be a table, but is ${typeOfValue(value) === 'array' ? 'an array' : `a ${typeOfValue(value) ?? 'date'}`}.`,
      file: document.file,
      ...positionAt(document.text, offsetOfPath(document, prefix) ?? 0),
      fix: advice('Correct or remove it, then run the command again.'),
    })
  }
}

const format: DocumentFormat<TomlEdit, TomlDocument> = {
  kind: 'toml',

  parse: (text, context) => parseTomlDocument(text, context),

  plainValueOf: plainTomlValue,

  valueOf: (document) => document.value,

  offsetOf: offsetOfPath,

  check(edit) {
    const reason = edit.path.every((key) => isWellFormed(key))
      ? unspeakable(edit.value)
      : 'TOML holds no lone surrogates.'
    if (reason !== undefined) throw new GateError({ code: 'edit-invalid', message: reason, file: edit.file })
  },

  find(document, edit, purpose) {
    if (purpose === 'write') refuseBlocked(document, edit.path)
    const value = getIn(document.value, edit.path)
    return value === undefined ? undefined : { value, offset: offsetOfPath(document, edit.path) ?? document.start }
  },

  spelling(document, edit): Present {
    const fragments = fragmentsOf(document, edit.path)
    const whole = wholePair(fragments, edit.path)
    if (whole !== undefined) return { present: true, raw: textOf(document, whole.value) }
    if (areTables(fragments)) {
      return { present: true, raw: blocksText(document, fragments), form: 'tables' }
    }
    const tree = treeOf(document, fragments, edit.path)
    return {
      present: true,
      raw: isTableNode(tree) ? spellTables(edit.path, tree, '\n') : spellInline(tree),
      form: 'tables',
    }
  },

  write(draft, edit) {
    const { document } = draft
    const node = nodeOf(edit.value)
    const fragments = fragmentsOf(document, edit.path)
    if (fragments.length > 0) {
      const before = format.spelling(document, edit)
      replaceAt(draft, edit.path, node, areTables(fragments) ? 'take' : 'leave')
      return before
    }
    const { splices, before } = insertValue(document, edit.path, node)
    draft.apply(splices)
    return before
  },

  parseSpelling({ raw, form }, edit) {
    const text = form === 'tables' ? raw : `${spellPath(edit.path)} = ${raw}`
    return getIn(parseTomlDocument(text, { file: edit.file }).value, edit.path)
  },

  restore(draft, edit, { raw, form }) {
    if (form === 'tables') restoreTables(draft, edit.path, raw)
    else replaceAt(draft, edit.path, { raw }, 'leave')
  },

  remove: (draft, edit, before) => ({ dropped: removeAt(draft, edit.path, before) }),

  blankRest: ({ text }, eol) => (isBlank(text) ? withFirstLineEnd(text, eol) : undefined),
}

/** TOML: positions from toml-eslint-parser, edits as our own splices, results checked with smol-toml. */
export const tomlCodec = createCodec(format)
