import type { FileChange } from '@gate/core'
import { maskSecrets } from '@gate/sdk'
import { createTwoFilesPatch } from 'diff'
import { forPeople } from './for-people.js'

/** Lines around a change. */
const CONTEXT = 3

/** A unified diff of what would be written, with everything that looks like a secret hidden. */
export function diffJson(changes: readonly FileChange[]): string {
  return changes.map(fileDiff).join('')
}

/** The same for people. */
export const diffText = forPeople(diffJson)

function fileDiff(change: FileChange): string {
  // Masked before the comparison would hide a change from one secret to another; masked after, both sides show.
  const patch = createTwoFilesPatch(
    change.before === undefined ? '/dev/null' : change.path,
    change.after === undefined ? '/dev/null' : change.path,
    visibleEndings(change.before ?? ''),
    visibleEndings(change.after ?? ''),
    undefined,
    undefined,
    { context: CONTEXT },
  )
  return maskSecrets(patch.slice(patch.indexOf('--- ')))
}

/** A carriage return would jump back to the start of the terminal's line. */
function visibleEndings(text: string): string {
  return text.replace(/\r/g, '␍')
}
