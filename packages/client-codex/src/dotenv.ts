/**
 * The variables of a `.env` file as Codex reads them (the Rust crate `dotenvy`, seen with 0.171.0): `#` begins a comment
 * after a blank, an unquoted value has no blanks, `"` and `'` may span lines, `$NAME` stands for a variable except in `'`,
 * a line that is wrong is passed over, and a quote that never ends takes the rest of the file with it. Pure.
 */
export function parseDotenv(text: string, env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const found: Record<string, string> = {}
  for (const line of logicalLines(text)) {
    const [, name, spelled] = /^[ \t]*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*([\s\S]*)$/.exec(line) ?? []
    const value = spelled === undefined ? undefined : unquoted(spelled, (other) => found[other] ?? env[other] ?? '')
    if (name !== undefined && value !== undefined) found[name] = value
  }
  return found
}

/** Lines, joined where a quote is open at their end. */
function logicalLines(text: string): string[] {
  const whole: string[] = []
  let open = ''
  for (const line of text.split(/\r?\n/)) {
    open = open === '' ? line : `${open}\n${line}`
    if (isOpen(open)) continue
    whole.push(open)
    open = ''
  }
  return whole
}

function isOpen(line: string): boolean {
  if (/^\s*#/.test(line)) return false
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? ''
    if (char === '\\' && quote !== "'") at++
    else if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '#' && /\s/.test(line[at - 1] ?? ' ')) return false
    else if (char === '"' || char === "'") quote = char
  }
  return quote !== ''
}

/** Undefined for a value that makes its line wrong. */
function unquoted(spelled: string, variable: (name: string) => string): string | undefined {
  let value = ''
  let rest = spelled
  while (rest !== '') {
    const piece =
      /^'(?<plain>[^']*)'/.exec(rest) ??
      /^"(?<quoted>(?:[^"\\]|\\[\s\S])*)"/.exec(rest) ??
      /^(?<bare>(?:[^\s'"\\]|\\[\s\S])+)/.exec(rest)
    if (piece === null) break
    const { plain, quoted, bare } = piece.groups ?? {}
    value += plain ?? expand(quoted ?? bare ?? '', variable)
    rest = rest.slice(piece[0].length)
  }
  return /^\s*(?:\s#.*|#.*)?$/.test(rest) ? value : undefined
}

function expand(text: string, variable: (name: string) => string): string {
  return text.replaceAll(
    /\\([\s\S])|\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)/g,
    (_, escaped?: string, braced?: string, bare?: string) => {
      if (escaped !== undefined) return escaped === 'n' ? '\n' : escaped
      return variable(braced ?? bare ?? '')
    },
  )
}
