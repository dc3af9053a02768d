/** Writes any text as one word of a POSIX shell: blanks, quotes, `$()` and newlines in it mean nothing. Pure. */
export function quotePosix(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
