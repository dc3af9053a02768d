import type { Finding } from '@gate/core'
import { actionText } from './action.js'

/** A finding as `--json` gives it; absent values are null. */
export interface FindingJson {
  readonly code: string
  readonly message: string
  readonly file: string | null
  readonly line: number | null
  readonly fix: string | null
}

export function findingJson({ code, message, place, fix }: Finding): FindingJson {
  return {
    code,
    message,
    file: place?.file ?? null,
    line: place?.line ?? null,
    fix: fix === undefined ? null : actionText(fix),
  }
}

/** A finding that is one sentence in `--json`, with what helps at its end. */
export function noteJson(note: Finding): { readonly code: string; readonly message: string } {
  return { code: note.code, message: noteText(note) }
}

/** Returns a finding as one line: what was found, then what helps. */
export function noteText({ message, fix }: Finding): string {
  if (fix === undefined) return message
  const help = actionText(fix)
  // Words that go on with the sentence, as opposed to a command or a sentence of their own.
  const goesOn = fix.action === 'advice' && /^[^A-Z]/.test(help)
  return goesOn ? `${message.replace(/\.$/, '')}; ${help}` : `${message} ${help}`
}

/** Returns `file:line:column`, as far as they are known. */
export function placeText({ place }: Pick<Finding, 'place'>): string | undefined {
  if (place === undefined) return undefined
  return [place.file, place.line, place.line === undefined ? undefined : place.column]
    .filter((part) => part !== undefined)
    .join(':')
}
