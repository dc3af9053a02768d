import { contentStart, lineEnd, lineStart, skipBlanks } from '../text-layout.js'

/** A line (or, in quotes, several) that sets a variable. */
export interface DotenvPair {
  readonly name: string
  readonly value: string
  /** Where the line begins. */
  readonly start: number
  /** The value as it is spelled, quotes included. */
  readonly raw: string
  /** The blanks in front of the value that are not needed where there is none. */
  readonly lead: string
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
  const toOffset = offsetsOf(text)
  // `dotenv` makes every line end a line feed first, and its grammar tells `:\r\n` from `:\n`.
  const matches = text.replaceAll(/\r\n?/g, '\n').matchAll(PAIR)
  return { text, start: contentStart(text), pairs: [...matches].map((match) => pairOf(text, match, toOffset)) }
}

/** Maps an offset in the text whose line ends are single characters to one in the text itself. */
function offsetsOf(text: string): (offset: number) => number {
  const shortened = [...text.matchAll(/\r\n/g)].map(({ index }, count) => index - count)
  return (offset) => {
    let [low, high] = [0, shortened.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((shortened[middle] ?? 0) < offset) low = middle + 1
      else high = middle
    }
    return offset + low
  }
}

function pairOf(text: string, match: RegExpMatchArray, toOffset: (offset: number) => number): DotenvPair {
  const [whole, name = '', spelled = ''] = match
  const [nameStart = 0, nameEnd = 0] = match.indices?.[1] ?? []
  const separator = /^\s*(?:=|:[ \t]*)/.exec(whole.slice(nameEnd - (match.index ?? 0)))?.[0] ?? ''
  const valueStart = match.indices?.[2]?.[0] ?? nameEnd + separator.length
  const value = spelled.trim()
  const from = value === '' ? valueStart : valueStart + spelled.indexOf(value)
  const rawStart = toOffset(from)
  const rawEnd = toOffset(from + value.length)
  const comment = skipBlanks(text, rawEnd)
  return {
    name,
    value: decode(value),
    start: lineStart(text, toOffset(nameStart)),
    raw: text.slice(rawStart, rawEnd),
    lead: /^[ \t]*$/.exec(text.slice(toOffset(valueStart), rawStart))?.[0] ?? '',
    rawStart,
    comment: text[comment] === '#' ? comment : undefined,
    end: lineEnd(text, rawEnd),
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
