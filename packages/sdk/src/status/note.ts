import type { Note } from '@gate/core'
import type { Healed } from '../teardown/heal.js'

/** Engine notes are plain lines; a note of `--json` always has a code. */
export function engineNotes(lines: readonly string[]): Note[] {
  return lines.map((message) => ({ code: 'file', message }))
}

/** What became of work that a killed gate had left, as notes. */
export function recoveryNotes({ recovered, pending }: Healed): Note[] {
  const notes = recovered.map(({ clientId, action, files }) => ({
    code: `recovery-${action}`,
    message:
      action === 'conflict'
        ? `An interrupted change of ${clientId} was left as it is, because ${files.join(', ')} was changed meanwhile.`
        : `An interrupted change of ${clientId} was ${action === 'finished' ? 'finished' : 'rolled back'}.`,
  }))
  return pending === undefined
    ? notes
    : [...notes, { code: 'recovery-pending', message: `An interrupted change is pending: ${pending.message}` }]
}
