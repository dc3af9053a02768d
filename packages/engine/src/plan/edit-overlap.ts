import type { Edit, JsonStep } from '@gate/core'
import { stepsOf } from '../codec/edit-path.js'
import { sameValue } from '../codec/same-value.js'

/** Whether everything that `inner` owns is `outer`'s, too, when both are edits of one file. Pure. */
export function covers(outer: Edit, inner: Edit): boolean {
  return startsWith(stepsOf(inner), stepsOf(outer))
}

/** Whether two edits of one file own the same value, or one a part of what the other owns. Pure. */
export function overlap(one: Edit, other: Edit): boolean {
  return covers(one, other) || covers(other, one)
}

/** Whether a path leads to `start` or into it. Pure. */
export function startsWith(steps: readonly JsonStep[], start: readonly JsonStep[]): boolean {
  return start.every((step, index) => sameValue(step, steps[index]))
}
