/** What Codex printed when it refused its configuration. */
export interface ClientWords {
  /** One line, without values that could be secrets. */
  readonly text: string
  /** The file that it names. */
  readonly file?: string
  readonly line?: number
  /** The key that it names, else empty. */
  readonly key: readonly string[]
}

const MAX_LENGTH = 400

/** `file:line:column: message`, as the reader of TOML writes it. */
const AT_FRONT = /^(?<file>.+?):(?<line>\d+):\d+: (?<text>.+)$/
/** `--> file:line:column`, as the reader of rules writes it. */
const BEHIND = /^--> (?<file>.+):(?<line>\d+):\d+$/

/** Takes Codex's own words out of an error with its chain of causes (seen with 0.120.0, 0.134.0 and 0.171.0). Pure. */
export function clientWords(stderr: string): ClientWords {
  const lines = (stderr.split('\nStack backtrace:')[0] ?? '').split('\n').filter((line) => !line.startsWith('WARNING'))
  const told = lines.map((line) => line.replace(/^(?:Error:|\s*\d+:)?\s*/, '').trim()).filter(Boolean)
  const first = (...patterns: readonly RegExp[]) =>
    patterns.flatMap((pattern) => told.map((line) => pattern.exec(line)?.groups)).find((found) => found !== undefined)
  const place = first(AT_FRONT, BEHIND)
  const cause = first(/^(?:starlark error: )?error: (?<text>.+)$/)
  const text = place?.text ?? cause?.text ?? told[told.indexOf('Caused by:') + 1] ?? told[0] ?? 'it says nothing'
  const key = /^(?:[\w-]+\.)+[\w-]+(?=: )/.exec(text)?.[0] ?? first(/^in `(?<key>[^`]+)`$/)?.key
  return {
    text: withoutValues(key === undefined || text.startsWith(key) ? text : `${text} in \`${key}\``),
    ...(place?.file === undefined ? {} : { file: place.file, line: Number(place.line) }),
    key: key === undefined ? [] : key.split('.'),
  }
}

/** A value that was written into the wrong place can be a secret; a short word of a list of choices is told. */
function withoutValues(text: string): string {
  return text
    .replaceAll(/string "((?:[^"\\]|\\.)*)"/g, (whole, value: string) => (value.length > 12 ? 'a string' : whole))
    .replaceAll(/unknown variant `([^`]*)`/g, (whole, value: string) => (value.length > 24 ? 'unknown variant' : whole))
    .slice(0, MAX_LENGTH)
}
