import type { FileEdit } from '@gate/core'

/** The bits that let whoever runs a file act as its owner or group. Nothing that gate finishes or takes back has them. */
export const SET_ID = 0o6000

/**
 * The permission bits that a whole file shall have; undefined when gate does not care. Pure.
 *
 * @param created Whether gate made the file. One that was there keeps its bits unless the edit names others.
 */
export function modeOf(edit: FileEdit, created: boolean): number | undefined {
  return edit.mode ?? (created ? 0o600 : undefined)
}
