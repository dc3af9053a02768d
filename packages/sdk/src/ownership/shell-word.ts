/** A path as one word of a shell command that people can copy. Pure. */
export function shellWord(path: string): string {
  return /^[\w/.,:@%+=-]+$/.test(path) && !path.startsWith('-') ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
