import type { EditValue } from '@gate/core'
import * as z from 'zod/mini'

const editValue: z.ZodMiniType<EditValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(editValue), z.record(z.string(), editValue)]),
)
const jsonStep = z.union([z.string(), z.strictObject({ where: z.string(), equals: z.string() })])
const ownMark = z.strictObject({
  proofs: z.exactOptional(
    z.array(
      z.union([z.literal('helper'), z.strictObject({ begins: z.string() }), z.strictObject({ like: editValue })]),
    ),
  ),
  beside: z.exactOptional(
    z.union([
      z.enum(['same', 'alone']),
      z.strictObject({ begins: z.array(z.string()) }),
      z.strictObject({ with: z.tuple([z.string()], z.string()) }),
    ]),
  ),
})
const base = {
  file: z.string(),
  onForeign: z.exactOptional(z.enum(['replace', 'refuse'])),
  own: z.exactOptional(ownMark),
}

/** Shape of one edit, in plans and in receipts. */
export const editSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...base,
    kind: z.literal('json'),
    dialect: z.enum(['strict', 'jsonc']),
    path: z.tuple([jsonStep], jsonStep),
    value: editValue,
    names: z.exactOptional(z.strictObject({ array: z.tuple([z.string()], z.string()), key: z.string() })),
  }),
  z.strictObject({ ...base, kind: z.literal('toml'), path: z.tuple([z.string()], z.string()), value: editValue }),
  z.strictObject({ ...base, kind: z.literal('dotenv'), name: z.string(), value: z.string() }),
  z.strictObject({
    ...base,
    kind: z.literal('file'),
    content: z.string(),
    mode: z.exactOptional(z.int().check(z.minimum(0), z.maximum(0o777))),
  }),
])

const expectationSchema = z.strictObject({
  file: z.string(),
  kind: z.enum(['json', 'toml']),
  path: z.array(z.string()),
  types: z.array(z.enum(['string', 'number', 'boolean', 'object', 'array', 'null'])),
  values: z.exactOptional(z.array(z.string())),
  requires: z.exactOptional(z.array(z.string())),
  range: z.exactOptional(
    z.strictObject({
      integer: z.exactOptional(z.boolean()),
      least: z.exactOptional(z.number()),
      above: z.exactOptional(z.number()),
      most: z.exactOptional(z.number()),
    }),
  ),
})

/** Client ids become keys of the ledger and parts of commands. */
export const clientIdSchema = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,63}$/))

/** Shape of a plan. */
export const planSchema = z.strictObject({
  clientId: clientIdSchema,
  edits: z.array(editSchema),
  expectations: z.exactOptional(z.array(expectationSchema)),
})
