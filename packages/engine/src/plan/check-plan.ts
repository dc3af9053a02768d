import { advice, type Edit, type FileEdit, GateError, type Host, type Plan } from '@gate/core'
import { reportOf } from '../codec/edit-path.js'
import { isWellFormed } from '../codec/well-formed.js'
import { describeIssue } from '../describe-issue.js'
import { isPlan } from '../document-shapes.js'
import { covers, overlap } from './edit-overlap.js'

/** The edits of a plan for one file, in their order. */
export interface FileEdits {
  /** As the client names the file. */
  readonly path: string
  readonly kind: Edit['kind']
  readonly edits: readonly Edit[]
}

/**
 * Checks a plan, which may come from somebody else's plugin, and groups its edits by file.
 *
 * @throws GateError `edit-invalid` for a wrong shape, a path that is relative, not normalised or holds NUL, one file with
 * edits of two kinds, two edits on the same key or one inside the other, a whole file whose content is no text.
 */
export async function checkPlan(host: Pick<Host, 'path'>, plan: Plan): Promise<FileEdits[]> {
  if (!isPlan(plan)) await checkBySchema(plan)
  const groups = new Map<string, { path: string; kind: Edit['kind']; edits: Edit[] }>()
  for (const edit of plan.edits) {
    checkPath(host, plan, edit.file)
    if (edit.kind === 'file') checkContent(plan, edit)
    const group = groups.get(edit.file) ?? { path: edit.file, kind: edit.kind, edits: [] }
    if (group.kind !== edit.kind)
      throw invalidPlan(plan, `${edit.file} is edited both as ${group.kind} and as ${edit.kind}`)
    for (const other of group.edits) checkDisjoint(plan, edit, other)
    group.edits.push(edit)
    groups.set(edit.file, group)
  }
  for (const expectation of plan.expectations ?? []) checkPath(host, plan, expectation.file)
  return [...groups.values()]
}

async function checkBySchema(plan: Plan): Promise<void> {
  const { planSchema } = await import('./edit-schema.js')
  const parsed = planSchema.safeParse(plan)
  if (!parsed.success) throw invalidPlan(plan, parsed.error.issues.map(describeIssue).join('; '))
}

function checkPath(host: Pick<Host, 'path'>, plan: Plan, path: string): void {
  if (path.includes('\0') || !host.path.isAbsolute(path)) {
    throw invalidPlan(plan, `${JSON.stringify(path)} is not an absolute path`)
  }
  // With `..` in it, a path could leave the directory that its plugin checked it to be in.
  if (host.path.normalize(path) !== path || path.endsWith(host.path.sep)) {
    throw invalidPlan(plan, `${JSON.stringify(path)} is not a normalised path of a file`)
  }
}

/** Only in plans: what an earlier gate wrote must stay readable in its receipts. */
function checkContent(plan: Plan, { file, content }: FileEdit): void {
  if (content.includes('\0') || !isWellFormed(content)) {
    throw invalidPlan(plan, `the content of ${file} holds NUL or half a character, which no text file can hold`)
  }
}

function checkDisjoint(plan: Plan, edit: Edit, other: Edit): void {
  if (!overlap(edit, other)) return
  const { path } = reportOf(covers(edit, other) ? edit : other)
  throw invalidPlan(plan, `two edits own ${path === '' ? 'the whole file' : path} in ${edit.file}`)
}

/** The error for a plan that its plugin must not have made. */
export function invalidPlan(plan: Plan, problem: string): GateError {
  const id = typeof plan?.clientId === 'string' ? plan.clientId.slice(0, 64) : 'unknown'
  return new GateError({
    code: 'edit-invalid',
    message: `The plan for "${id}" is not valid: ${problem}. Nothing was changed.`,
    fix: advice('This is a fault of the client plugin; please report it there.'),
  })
}
