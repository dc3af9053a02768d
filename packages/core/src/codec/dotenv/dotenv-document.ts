import { contentStart, lineEnd, lineStart } from '../text-layout.js'

/** A line (or, in quotes, several) that sets a variable. */
export interface DotenvPair {
  readonly name: string
  readonly value: string
  /** Where the line begins. */
  readonly start: number
  /** The value as it is spelled, quotes included. */
  readonly raw: string
  readonly rawStart: number
  /** Where a comment behind the value begins. */
  readonly comment: number | undefined
  /** Where the (last) line ends, without its line break. */
  readonly end: number
}

export interface DotenvDocument {
  readonly text: string
  readonly start: number
  readonly pairs: readonly DotenvPair[]
}

/**
 * The grammar of the npm package `dotenv` (17), which the clients read these files with: optional `export`, blanks
 * around `=`, quotes over several lines, `#` ends an unquoted value.
 */
const PAIR =
  /[ \t]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*=|:[ \t])[ \t]*('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]*)[ \t]*(#[^\r\n]*)?(?=[\r\n]|$)/y

/** Finds the lines that set variables; comments, blank and malformed lines are what is between them. */
export function parseDotenvDocument(text: string): DotenvDocument {
  const start = contentStart(text)
  const pairs: DotenvPair[] = []
  let at = start
  while (at < text.length) {
    PAIR.lastIndex = at
    const match = PAIR.exec(text)
    if (match !== null) pairs.push(pairOf(text, match))
    at = lineEnd(text, match === null ? at : at + match[0].length) + 1
  }
  return { text, start, pairs }
}

function pairOf(text: string, match: RegExpExecArray): DotenvPair {
  const [whole, name = '', spelled = '', comment] = match
  const end = match.index + whole.length
  const raw = spelled.trim()
  const behind = whole.length - (comment?.length ?? 0)
  const rawStart = match.index + whole.slice(0, behind).trimEnd().lastIndexOf(raw)
  return {
    name,
    value: decode(raw),
    start: lineStart(text, match.index),
    raw,
    rawStart: raw === '' ? match.index + whole.slice(0, behind).length : rawStart,
    comment: comment === undefined ? undefined : match.index + behind,
    end,
  }
}

/** The value that a spelling stands for. */
export function decode(raw: string): string {
  const text = raw.replaceAll(/\r\n?/g, '\n')
  const quoted = /^(['"`])([\s\S]*)\1$/.exec(text)
  if (quoted === null) return text
  const [, quote, inner = ''] = quoted
  return quote === '"' ? inner.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : inner
}

/**
 * Spells a value so that `dotenv`, a shell and Docker Compose all read the same; `undefined` when there is no such
 * spelling.
 */
export function spellVariable(value: string): string | undefined {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value
  if (/^[^'\r\n]*[^'\r\n\\]$/.test(value)) return `'${value}'`
  if (/["`$\\]/.test(value)) return undefined
  return `"${value.replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`
}
