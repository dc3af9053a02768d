/** Everything that a terminal acts on or does not show: controls, marks of direction, blanks without width, line ends. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu

/**
 * Text from outside (a path, a key, an answer of a server, a plugin's words) as it may be put on a terminal: characters
 * that it would act on or hide are written as `\xNN` or `\u{N}`, so that a name cannot erase, hide or forge lines. Pure.
 */
export function printable(text: string): string {
  return text.replaceAll(UNSEEN, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16)
    return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`
  })
}
