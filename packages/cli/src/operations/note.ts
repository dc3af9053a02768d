import type { Note } from '@gate/core'

/** Engine notes are plain lines; a note of `--json` always has a code. */
export function engineNotes(lines: readonly string[]): Note[] {
  return lines.map((message) => ({ code: 'file', message }))
}
