import * as z from 'zod/mini'
import { clientIdSchema, editSchema } from '../plan/edit-schema.js'

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/))
const position = z.int().check(z.minimum(0))

const spliceSchema = z.strictObject({ offset: position, remove: z.string(), insert: z.string() })

const beforeSchema = z.discriminatedUnion('present', [
  z.strictObject({
    present: z.literal(false),
    createdParents: position,
    replacedNull: z.exactOptional(z.literal(true)),
    blankLine: z.exactOptional(z.enum(['before', 'after'])),
  }),
  z.strictObject({
    present: z.literal(true),
    raw: z.string(),
    form: z.exactOptional(z.literal('tables')),
    named: z.exactOptional(z.literal(true)),
  }),
])

const fileReceiptSchema = z.strictObject({
  path: z.string(),
  target: z.string(),
  kind: z.enum(['json', 'toml', 'dotenv', 'file']),
  created: z.boolean(),
  createdDirectories: z.array(z.string()),
  base: z.nullable(sha256),
  written: sha256,
  inverse: z.array(spliceSchema),
  owned: z.array(z.strictObject({ edit: editSchema, before: beforeSchema })),
  mode: z.exactOptional(position),
  anchor: z.exactOptional(z.strictObject({ path: z.string(), id: z.string() })),
})

const receiptSchema = z.strictObject({
  clientId: clientIdSchema,
  profile: z.string(),
  appliedAt: z.number(),
  files: z.array(fileReceiptSchema),
  origin: z.exactOptional(z.strictObject({ home: z.string(), realHome: z.string(), state: z.string() })),
  rehomed: z.exactOptional(z.literal(true)),
})

/** Shape of `ledger.json`, version 1. */
export const ledgerSchema = z.strictObject({
  version: z.literal(1),
  receipts: z.record(clientIdSchema, receiptSchema),
})

/** Shape of one file of the journal, version 1. */
export const journalSchema = z.discriminatedUnion('phase', [
  z.strictObject({
    version: z.literal(1),
    phase: z.literal('prepare'),
    clientId: clientIdSchema,
    files: z.array(z.string()),
    temps: z.array(z.string()),
    createdDirectories: z.array(z.string()),
  }),
  z.strictObject({
    version: z.literal(1),
    phase: z.literal('commit'),
    clientId: clientIdSchema,
    files: z.array(
      z.strictObject({
        path: z.string(),
        target: z.string(),
        temps: z.tuple([z.string(), z.string()]),
        before: z.nullable(sha256),
        after: z.nullable(sha256),
        inverse: z.array(spliceSchema),
        mode: position,
        owner: z.nullable(z.strictObject({ uid: position, gid: position })),
        original: z.exactOptional(z.string()),
        links: z.exactOptional(z.array(z.strictObject({ path: z.string(), to: z.string() }))),
      }),
    ),
    temps: z.array(z.string()),
    createdDirectories: z.array(z.string()),
    removedDirectories: z.array(z.string()),
    ledgerBefore: ledgerSchema,
    ledgerAfter: ledgerSchema,
  }),
])
