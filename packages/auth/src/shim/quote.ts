import { GateError } from '@gate/core'

/** The text of a word that core's `quotePosix` made; undefined for anything else. */
export function unquotePosix(word: string): string | undefined {
  return /^'(?:[^']|'\\'')*'$/.test(word) ? word.slice(1, -1).replaceAll("'\\''", "'") : undefined
}

/**
 * A value inside `set "NAME=…"` or `"…"` of a batch file. Windows allows no quotation mark in paths; `%` is doubled.
 *
 * @throws GateError `invalid-argument` for what a batch file cannot hold.
 */
export function escapeBatch(text: string): string {
  if (/["\r\n\0]/.test(text)) {
    throw new GateError({
      code: 'invalid-argument',
      message: 'A path with a quotation mark or a line break cannot be called.',
    })
  }
  return text.replaceAll('%', '%%')
}
