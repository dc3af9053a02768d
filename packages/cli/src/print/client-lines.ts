import type { Finding } from '@gate/core'
import { actionText } from './action.js'
import { noteText, placeText } from './finding.js'
import { forPeople } from './for-people.js'
import { paint } from './paint.js'

/** What is told about one client below its headline. */
export interface ClientDetails {
  readonly edits: readonly { readonly file: string; readonly path: string; readonly outcome?: string }[]
  readonly error?: Finding
  readonly notes: readonly Finding[]
}

/** A headline with a mark, then files with their keys, the error, and the notes. */
export const clientLines = forPeople(
  (colour: 'green' | 'yellow' | 'red' | 'dim', mark: string, headline: string, details: ClientDetails): string[] => {
    const lines = [`${paint(colour, mark)} ${headline}`]
    for (const [file, keys] of byFile(details.edits)) {
      lines.push(`    ${file}${keys.length === 0 ? '' : paint('dim', `  ${keys.join(', ')}`)}`)
    }
    if (details.error) {
      lines.push(`    ${details.error.message}`)
      const place = placeText(details.error)
      if (place !== undefined && !details.error.message.includes(place)) lines.push(`    at ${place}`)
      if (details.error.fix !== undefined) lines.push(`    ${actionText(details.error.fix)}`)
    }
    for (const note of details.notes) lines.push(`    ${paint('yellow', '→')} ${noteText(note)}`)
    return lines
  },
)

function byFile(edits: ClientDetails['edits']): Map<string, string[]> {
  const files = new Map<string, string[]>()
  for (const { file, path, outcome } of edits) {
    const keys = files.get(file) ?? []
    if (path !== '') keys.push(outcome === undefined ? path : `${path} (${outcome})`)
    files.set(file, keys)
  }
  return files
}
