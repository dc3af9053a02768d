const BOM = '\uFEFF'

/** Offset of the first character of the document: 1 behind a byte order mark. */
export function contentStart(text: string): number {
  return text.startsWith(BOM) ? BOM.length : 0
}

/** True for a text that clients treat like an absent file: nothing, white space, or a lone byte order mark. */
export function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text.slice(contentStart(text)))
}

/** A text with one more line end in front, behind its byte order mark. */
export function withFirstLineEnd(text: string, eol: string): string {
  const start = contentStart(text)
  return text.slice(0, start) + eol + text.slice(start)
}

/** A blank text without its lines: the byte order mark and the blanks of the last one. */
export function withoutLines(blank: string): string {
  const start = contentStart(blank)
  return blank.slice(0, start) + (/[^\r\n]*$/.exec(blank.slice(start))?.[0] ?? '')
}

/** The line end that most lines of the text have; `\n` when there is no line end or a draw. */
export function dominantEol(text: string): '\n' | '\r\n' {
  let crlf = 0
  let lf = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (text[at - 1] === '\r') crlf += 1
    else lf += 1
  }
  return crlf > lf ? '\r\n' : '\n'
}

/** A text with other line ends; one that mixes them is left as somebody wrote it. */
export function withLineEnds(text: string, eol: '\n' | '\r\n'): string {
  const isMixed = text.includes('\r\n') && /(?<!\r)\n/.test(text)
  return isMixed ? text : text.replaceAll(/\r?\n/g, eol)
}

/** Line and column of an offset, both counted from 1; a byte order mark takes no column. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const start = contentStart(text)
  let line = 1
  let lineStart = start
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    const next = match.index + match[0].length
    if (next > offset) break
    line += 1
    lineStart = next
  }
  return { line, column: Math.max(offset, start) - lineStart + 1 }
}

function isLineBreak(char: string | undefined): boolean {
  return char === '\n' || char === '\r'
}

/** Offset of the first character of the line that holds `offset`. */
export function lineStart(text: string, offset: number): number {
  const start = contentStart(text)
  let at = offset
  while (at > start && !isLineBreak(text[at - 1])) at -= 1
  return at
}

/** Offset of the line break (or end of text) that ends the line that holds `offset`. */
export function lineEnd(text: string, offset: number): number {
  let at = offset
  while (at < text.length && !isLineBreak(text[at])) at += 1
  return at
}

/** Offset behind the line break at `offset`; `offset` itself when there is none. */
export function afterLineBreak(text: string, offset: number): number {
  if (text.startsWith('\r\n', offset)) return offset + 2
  return isLineBreak(text[offset]) ? offset + 1 : offset
}

/** Offset of the line break that ends just before `offset`; `offset` itself when there is none. */
export function beforeLineBreak(text: string, offset: number): number {
  if (offset >= 2 && text.startsWith('\r\n', offset - 2)) return offset - 2
  return isLineBreak(text[offset - 1]) ? offset - 1 : offset
}

/** The blanks and tabs at the beginning of the line that holds `offset`. */
export function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset)
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? ''
}

/** `offset` moved back over blanks and tabs. */
export function skipBlanksBack(text: string, offset: number): number {
  let at = offset
  while (text[at - 1] === ' ' || text[at - 1] === '\t') at -= 1
  return at
}

/** `offset` moved forward over blanks and tabs. */
export function skipBlanks(text: string, offset: number): number {
  let at = offset
  while (text[at] === ' ' || text[at] === '\t') at += 1
  return at
}

export function isAtLineStart(text: string, offset: number): boolean {
  return offset <= contentStart(text) || isLineBreak(text[offset - 1])
}

export function isAtLineEnd(text: string, offset: number): boolean {
  return offset >= text.length || isLineBreak(text[offset])
}
