import { advice, GateError } from '@gate/core'
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { contentStart, isBlank, positionAt } from '../text-layout.js'
import type { CodecContext } from '../types.js'
import { setOwn } from '../value-path.js'
import { TOKEN } from './json-token.js'

export type Dialect = 'strict' | 'jsonc'

/** Nesting beyond this is no configuration; the recursive parser would exhaust the stack at some thousand levels. */
export const MAX_DEPTH = 500

/** A parsed JSON text; node offsets are offsets of `text`, byte order mark included. */
export interface JsonDocument {
  readonly text: string
  readonly file: string
  /** Offset of the first character behind a byte order mark. */
  readonly start: number
  /** The root object; `undefined` for a blank text. */
  readonly root: Node | undefined
}

/** Parses a text completely or throws `file-unparsable` or `file-wrong-shape` with the position. */
export function parseJsonDocument(text: string, dialect: Dialect, context: CodecContext): JsonDocument {
  const start = contentStart(text)
  const { file } = context
  if (isBlank(text)) return { text, file, start, root: undefined }
  // The parser takes a byte order mark for a syntax error; a blank in its place keeps all offsets.
  const source = start === 0 ? text : ` ${text.slice(start)}`
  refuseDeepNesting(source, file)
  const errors: ParseError[] = []
  const strict = dialect === 'strict'
  const root = parseTree(source, errors, { disallowComments: strict, allowTrailingComma: !strict })
  const [error] = errors
  if (error !== undefined) throw unparsable(text, error, dialect, file)
  if (root?.type !== 'object') {
    throw new GateError({
      code: 'file-wrong-shape',
      message: `The file must hold a JSON object, but holds ${root?.type === 'array' ? 'an array' : `a ${root?.type}`}.`,
      file,
      ...positionAt(text, root?.offset ?? start),
      fix: advice('Correct the file, then run the command again.'),
    })
  }
  return { text, file, start, root }
}

function refuseDeepNesting(source: string, file: string): void {
  const scanner = createScanner(source, true)
  let depth = 0
  for (let kind: number = scanner.scan(); kind !== TOKEN.endOfFile; kind = scanner.scan()) {
    if (kind === TOKEN.openBrace || kind === TOKEN.openBracket) depth += 1
    if (kind === TOKEN.closeBrace || kind === TOKEN.closeBracket) depth -= 1
    if (depth > MAX_DEPTH) {
      throw new GateError({
        code: 'file-unparsable',
        message: `The file is nested more than ${MAX_DEPTH} levels deep.`,
        file,
        ...positionAt(source, scanner.getTokenOffset()),
      })
    }
  }
}

function unparsable(text: string, error: ParseError, dialect: Dialect, file: string): GateError {
  const isComment = printParseErrorCode(error.error) === 'InvalidCommentToken'
  const isTrailingComma = dialect === 'strict' && /^[}\]]/.test(text.slice(error.offset)) && endsWithComma(text, error)
  const what = isComment
    ? 'a comment, which this client does not allow'
    : isTrailingComma
      ? 'a trailing comma, which this client does not allow'
      : words(printParseErrorCode(error.error))
  return new GateError({
    code: 'file-unparsable',
    message: `The file is not valid ${dialect === 'strict' ? 'JSON' : 'JSON with comments'}: ${what}.`,
    file,
    ...positionAt(text, error.offset),
    fix: advice('Correct the file, then run the command again.'),
  })
}

function endsWithComma(text: string, error: ParseError): boolean {
  return text.slice(0, error.offset).trimEnd().endsWith(',')
}

/** `PropertyNameExpected` → `property name expected`. */
function words(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase()
}

/**
 * The value of a node as `JSON.parse` would give it: of duplicate keys the last, `__proto__` as an ordinary key (the
 * parser's own conversion takes it for the prototype).
 */
export function valueOfNode(node: Node): unknown {
  switch (node.type) {
    case 'object': {
      const value: Record<string, unknown> = {}
      for (const property of node.children ?? []) {
        const [key, child] = property.children ?? []
        if (key !== undefined && child !== undefined) setOwn(value, key.value as string, valueOfNode(child))
      }
      return value
    }
    case 'array':
      return (node.children ?? []).map(valueOfNode)
    default:
      return node.value
  }
}

/** Something between two values: what may stand there is commas and comments. */
export interface GapToken {
  readonly kind: 'comma' | 'line-comment' | 'block-comment'
  readonly start: number
  readonly end: number
}

/** The commas and comments between two offsets that enclose no value. */
export function gapTokens(text: string, from: number, to: number): GapToken[] {
  const scanner = createScanner(text.slice(from, to))
  const tokens: GapToken[] = []
  for (let kind: number = scanner.scan(); kind !== TOKEN.endOfFile; kind = scanner.scan()) {
    const start = from + scanner.getTokenOffset()
    const end = start + scanner.getTokenLength()
    if (kind === TOKEN.comma) tokens.push({ kind: 'comma', start, end })
    if (kind === TOKEN.lineComment) tokens.push({ kind: 'line-comment', start, end })
    if (kind === TOKEN.blockComment) tokens.push({ kind: 'block-comment', start, end })
  }
  return tokens
}

export function endOf(node: Node): number {
  return node.offset + node.length
}
