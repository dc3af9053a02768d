import {
  anyOf,
  byField,
  fields,
  filledListOf,
  isFlag,
  isNumber,
  isPosition,
  isText,
  listOf,
  oneOf,
  recordOf,
  type Shape,
  textLike,
} from './shape.js'

/*
 * Plans and the ledger as quick checks, see `shape.ts`. `edit-schema.ts` and `receipt-schema.ts` say the same for what does
 * not pass; a test holds them together.
 */

const isClientId = textLike(/^[a-z0-9][a-z0-9-]{0,63}$/)
const isSha = textLike(/^[0-9a-f]{64}$/)

const isValue: Shape = (value) => isScalar(value) || isValues(value) || isNamedValues(value)
const isScalar = anyOf(isText, isNumber, isFlag, oneOf(null))
const isValues = listOf(isValue)
const isNamedValues = recordOf(isText, isValue)

const isStep = anyOf(isText, fields({ where: isText, equals: isText }))
const isOwn = fields(
  {},
  {
    proofs: listOf(anyOf(oneOf('helper'), fields({ begins: isText }), fields({ like: isValue }))),
    beside: anyOf(oneOf('same', 'alone'), fields({ begins: listOf(isText) }), fields({ with: filledListOf(isText) })),
  },
)
const every = { onForeign: oneOf('replace', 'refuse'), own: isOwn }
const isMode: Shape = (value) => isPosition(value) && (value as number) <= 0o777

const isEdit = byField('kind', {
  json: fields(
    {
      file: isText,
      kind: isText,
      dialect: oneOf('strict', 'jsonc'),
      path: filledListOf(isStep),
      value: isValue,
    },
    { ...every, names: fields({ array: filledListOf(isText), key: isText }) },
  ),
  toml: fields({ file: isText, kind: isText, path: filledListOf(isText), value: isValue }, every),
  dotenv: fields({ file: isText, kind: isText, name: isText, value: isText }, every),
  file: fields({ file: isText, kind: isText, content: isText }, { ...every, mode: isMode }),
})

const isExpectation = fields(
  {
    file: isText,
    kind: oneOf('json', 'toml'),
    path: listOf(isText),
    types: listOf(oneOf('string', 'number', 'boolean', 'object', 'array', 'null')),
  },
  {
    values: listOf(isText),
    requires: listOf(isText),
    range: fields({}, { integer: isFlag, least: isNumber, above: isNumber, most: isNumber }),
  },
)

/** A plan. */
export const isPlan = fields({ clientId: isClientId, edits: listOf(isEdit) }, { expectations: listOf(isExpectation) })

const isBefore = anyOf(
  fields(
    { present: oneOf(false), createdParents: isPosition },
    { replacedNull: oneOf(true), blankLine: oneOf('before', 'after') },
  ),
  fields({ present: oneOf(true), raw: isText }, { form: oneOf('tables'), named: oneOf(true) }),
)

const isFileReceipt = fields(
  {
    path: isText,
    target: isText,
    kind: oneOf('json', 'toml', 'dotenv', 'file'),
    created: isFlag,
    createdDirectories: listOf(isText),
    base: anyOf(oneOf(null), isSha),
    written: isSha,
    inverse: listOf(fields({ offset: isPosition, remove: isText, insert: isText })),
    owned: listOf(fields({ edit: isEdit, before: isBefore })),
  },
  { mode: isPosition, anchor: fields({ path: isText, id: isText }) },
)

const isReceipt = fields(
  { clientId: isClientId, profile: isText, appliedAt: isNumber, files: listOf(isFileReceipt) },
  { origin: fields({ home: isText, realHome: isText, state: isText }), rehomed: oneOf(true) },
)

/** `ledger.json`, version 1. */
export const isLedger = fields({ version: oneOf(1), receipts: recordOf(isClientId, isReceipt) })
