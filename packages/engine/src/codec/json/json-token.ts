/**
 * Kinds of tokens as jsonc-parser's scanner numbers them (3.3.1). The package declares them as an ambient const enum,
 * which modules that are compiled one by one cannot read.
 */
export const TOKEN = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  lineComment: 12,
  blockComment: 13,
  endOfFile: 17,
} as const
