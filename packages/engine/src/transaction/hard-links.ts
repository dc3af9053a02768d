import type { Step } from './step.js'

/** Notes on files with several names: replacing by rename, which is what makes a change atomic, leaves the others behind. */
export function hardLinkNotes(steps: readonly Step[]): string[] {
  return steps.flatMap(({ task, snapshot }) => {
    const links = snapshot.target.stat?.links ?? 1
    if (links < 2) return []
    return [
      `${task.path} had ${links} names (hard links). It is a file of its own now; the other names keep the old content.`,
    ]
  })
}
