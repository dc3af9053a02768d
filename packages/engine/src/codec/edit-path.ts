import type { Edit, EditReport, JsonStep } from '@gate/core'

/** The steps from the root of the document to the value an edit owns; empty for a whole file. */
export function stepsOf(edit: Edit): readonly JsonStep[] {
  if (edit.kind === 'file') return []
  return edit.kind === 'dotenv' ? [edit.name] : edit.path
}

function stepText(step: JsonStep): string {
  if (typeof step !== 'string') return `[${step.where}=${JSON.stringify(step.equals)}]`
  return /^[\w-]+$/.test(step) ? step : JSON.stringify(step)
}

/** A path as people read it: `env.ANTHROPIC_BASE_URL`, `entries[id="x"].name`; odd keys are quoted. */
export function dottedPath(steps: readonly JsonStep[]): string {
  return steps.map((step, index) => (index > 0 && typeof step === 'string' ? '.' : '') + stepText(step)).join('')
}

/** An edit as reports name it. A variable's name is given as it is. */
export function reportOf(edit: Edit): EditReport {
  return {
    kind: edit.kind,
    file: edit.file,
    path: edit.kind === 'dotenv' ? edit.name : dottedPath(stepsOf(edit)),
  }
}
