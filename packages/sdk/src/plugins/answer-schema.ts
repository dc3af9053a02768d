import type {
  Answer,
  ClientStatus,
  ConfigureResult,
  Detection,
  FileChange,
  Finding,
  RevertResult,
  Situation,
} from '@gate/core'
import { GateError } from '@gate/core'
import * as z from 'zod/mini'
import { filled, finding, listOf, text } from './finding-schema.js'

/*
 * What a plugin of somebody else may answer, field by field. It comes as JSON, so it is plain data already; what is not
 * part of the contract is left out, and what is missing or odd is named.
 */

/** A file of a client, for `--dry-run`. */
const MAX_FILE = 16 * 1024 * 1024

const override = z.object({
  source: z.enum(['environment', 'project', 'local', 'user', 'managed', 'command-line', 'system']),
  location: text,
  displaces: text,
  effect: text,
  severity: z.enum(['override', 'info']),
})

const detection = z.object({
  installed: z.boolean(),
  version: z.exactOptional(text),
  location: z.exactOptional(text),
  evidence: listOf(text),
  places: z.exactOptional(z.record(text, listOf(text))),
})

const status = z.object({
  displayName: filled,
  state: z.enum(['not-installed', 'detected', 'connected', 'drifted', 'overridden', 'unknown']),
  version: z.exactOptional(text),
  files: listOf(z.object({ path: text, exists: z.boolean() })),
  reasons: listOf(finding),
  overrides: listOf(override),
  notes: listOf(finding),
})

const kind = z.enum(['json', 'toml', 'dotenv', 'file', 'plist'])
const editReport = z.object({ kind, file: text, path: text })
const content = z.exactOptional(z.string().check(z.maxLength(MAX_FILE)))
const change = z.object({ path: text, before: content, after: content })
const done = { changes: listOf(change), notes: listOf(finding), clientNotes: listOf(finding) }

const configured = z.object({
  ...done,
  result: z.enum(['configured', 'unchanged']),
  edits: listOf(editReport),
  overrides: z.exactOptional(listOf(override)),
})

const reverted = z.object({
  ...done,
  result: z.enum(['reverted', 'nothing-to-do']),
  edits: listOf(
    z.object({
      kind,
      file: text,
      path: text,
      outcome: z.enum(['restored', 'removed', 'kept-user-change', 'already-gone']),
    }),
  ),
})

const program = { program: filled, version: z.exactOptional(text) }
const answer = z.discriminatedUnion('kind', [
  z.object({ ...program, kind: z.literal('confirms') }),
  z.object({
    ...program,
    kind: z.literal('denies'),
    about: z.enum(['file', 'elsewhere']),
    reasons: listOf(finding).check(z.minLength(1)),
  }),
  z.object({ kind: z.literal('silent'), reason: finding }),
])

const situation = z.object({
  files: listOf(text),
  variables: listOf(text),
  more: z.exactOptional(listOf(text)),
  detection,
})

/** @throws GateError `plugin-invalid`, as all functions here, naming the fields. */
export function detectionOf(value: unknown): Detection {
  return parsed(detection, value, 'detect')
}

/** @param id The client's; a plugin cannot speak for another one. */
export function statusOf(value: unknown, id: string): ClientStatus {
  const { version, ...rest } = parsed(status, value, 'status')
  return { ...rest, id, version }
}

export function configuredOf(value: unknown): ConfigureResult {
  const { changes, ...rest } = parsed(configured, value, 'configure')
  return { ...rest, changes: changes.map(fileChange) }
}

export function revertedOf(value: unknown): RevertResult {
  const { changes, ...rest } = parsed(reverted, value, 'revert')
  return { ...rest, changes: changes.map(fileChange) }
}

export function answerOf(value: unknown): Answer {
  const said = parsed(answer, value, 'ask')
  return said.kind === 'denies' ? { ...said, reasons: said.reasons as [Finding, ...Finding[]] } : said
}

export function situationOf(value: unknown): Situation & { readonly detection: Detection } {
  return parsed(situation, value, 'situation')
}

/** JSON has no `undefined`. */
function fileChange({ path, before, after }: { path: string; before?: string; after?: string }): FileChange {
  return { path, before, after }
}

function parsed<Schema extends z.ZodMiniType>(schema: Schema, value: unknown, verb: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const fields = [...new Set(result.error.issues.map(({ path }) => path.map(String).join('.').slice(0, 100)))]
  const usable = fields.filter((field) => field !== '').slice(0, 5)
  const message =
    usable.length === 0
      ? `${verb}() answered with no object`
      : `${verb}() answered without a usable ${usable.map((field) => `"${field}"`).join(', ')}`
  throw new GateError({ code: 'plugin-invalid', message })
}
