import type { Edit } from '@gate/core'
import { reportOf } from './codec/edit-path.js'

/** Notes on values of an earlier setup that the plan does not name any more and that stay, because the user changed them. */
export function keptNotes(file: string, kept: readonly Edit[]): string[] {
  return kept.map((edit) => {
    const { path } = reportOf(edit)
    const what = path === '' ? file : `\`${path}\` in ${file}`
    return `${what} was changed since gate wrote it. gate does not need it any more and left it as it is.`
  })
}

/** Notes on what the user had added inside values of gate's that a setup wrote anew. */
export function addedNotes(file: string, paths: readonly string[]): string[] {
  return paths.map(
    (path) => `\`${path}\` in ${file} had been added to what gate wrote. Setup wrote that anew, without the addition.`,
  )
}
