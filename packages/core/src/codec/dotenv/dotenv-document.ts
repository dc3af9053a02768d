import { contentStart, lineEnd, lineStart, skipBlanks } from '../text-layout.js'

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
 * The grammar of the npm package `dotenv` 17, which the clients read these files with, to the letter: optional `export`,
 * blanks around `=` or behind `:`, quotes over several lines, `#` ends an unquoted value, and its blanks include line
 * ends.
 */
const PAIR =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/dgm

/** Finds the lines that set variables; comments, blank and malformed lines are what is between them. */
export function parseDotenvDocument(text: string): DotenvDocument {
  return { text, start: contentStart(text), pairs: [...text.matchAll(PAIR)].map((match) => pairOf(text, match)) }
}

function pairOf(text: string, match: RegExpMatchArray): DotenvPair {
  const [, name = '', spelled = ''] = match
  const [nameStart = 0, nameEnd = 0] = match.indices?.[1] ?? []
  const raw = spelled.trim()
  const separator = /^\s*[=:]/.exec(text.slice(nameEnd))?.[0] ?? ''
  const valueStart = match.indices?.[2]?.[0] ?? nameEnd + separator.length
  const rawStart = raw === '' ? valueStart : valueStart + spelled.indexOf(raw)
  const rawEnd = rawStart + raw.length
  const end = lineEnd(text, rawEnd)
  const comment = skipBlanks(text, rawEnd)
  return {
    name,
    value: decode(raw),
    start: lineStart(text, nameStart),
    raw,
    rawStart,
    comment: text[comment] === '#' ? comment : undefined,
    end,
  }
}

/** The first line whose quotes do not pair up or that has a name without a value; else the beginning. */
export function ambiguousAt({ text, start, pairs }: DotenvDocument): number {
  const values = pairs.map(({ rawStart, raw }) => ({ from: rawStart, to: rawStart + raw.length, raw }))
  for (const match of text.matchAll(/["'`]|[:=][ \t]*$/gm)) {
    const value = values.find(({ from, to }) => from <= match.index && match.index < to)
    if (value === undefined || !/^(["'`])[\s\S]*\1$/.test(value.raw)) return match.index
  }
  return start
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
