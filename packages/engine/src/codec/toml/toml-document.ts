import { advice, GateError, type GateErrorInit } from '@gate/core'
import { parse, TomlError } from 'smol-toml'
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser'
import { contentStart, positionAt } from '../text-layout.js'
import type { CodecContext } from '../types.js'

/** Codex reads values that are nested no deeper, and keys of no more parts (0.171.0); any deeper is no configuration. */
const MAX_DEPTH = 80
/** For the parser alone, which counts the parts of a header, too. */
const PARSER_DEPTH = 400

/** A parsed TOML text; node ranges are offsets of `text`, byte order mark included. */
export interface TomlDocument {
  readonly text: string
  readonly file: string
  /** Offset of the first character behind a byte order mark. */
  readonly start: number
  /** Key-values of the root, then tables with theirs. */
  readonly nodes: readonly (AST.TOMLKeyValue | AST.TOMLTable)[]
  readonly comments: readonly AST.Comment[]
  readonly tokens: readonly AST.Token[]
  /** What a client reads: dates as `TomlDate`, integers beyond 2^53 as `bigint`. */
  readonly value: Record<string, unknown>
}

/**
 * Parses a text with both parsers: one knows positions, the other is the independent reader that every result is
 * checked with. TOML 1.1 is read; what gate writes is TOML 1.0.
 */
export function parseTomlDocument(text: string, { file }: CodecContext): TomlDocument {
  const start = contentStart(text)
  // Neither parser skips a byte order mark reliably; a blank in its place keeps all offsets.
  const source = start === 0 ? text : ` ${text.slice(start)}`
  const { value, program } = parsedTwice(source, text, file)
  const [{ body: nodes }] = program.body
  const deep = deepNode(nodes, 0)
  if (deep !== undefined) throw tooDeep(file, positionAt(text, deep.range[0]))
  const huge = program.tokens.find(isBeyondNumbers)
  if (huge !== undefined) {
    throw unparsable('number is beyond 64 bits, which Codex does not read', {
      file,
      ...positionAt(text, huge.range[0]),
    })
  }
  return { text, file, start, nodes, comments: program.comments, tokens: program.tokens, value }
}

/** A leap second is a time for Codex (0.171.0) and for TOML, and for neither parser: they get the second before. */
function parsedTwice(source: string, text: string, file: string) {
  const both = (from: string) => ({ value: read(from, text, file), program: positions(from, text, file) })
  try {
    return both(source)
  } catch (error) {
    const without = withoutLeapSeconds(source)
    if (without === source) throw error
    return both(without)
  }
}

const STRING_COMMENT_OR_LEAP =
  /"""(?:\\[\s\S]|(?!""")[\s\S])*"""|'''(?:(?!''')[\s\S])*'''|"(?:\\.|[^"\\\r\n])*"|'[^'\r\n]*'|#[^\r\n]*|(\d\d:\d\d:)60/g

function withoutLeapSeconds(source: string): string {
  return source.replace(STRING_COMMENT_OR_LEAP, (all, time?: string) => (time === undefined ? all : `${time}59`))
}

/** Codex reads integers of 64 bits, and floats that are infinite only where they are spelled so (0.171.0). */
function isBeyondNumbers(token: AST.Token): boolean {
  if (token.type === 'Integer') return BigInt.asIntN(64, token.bigint) !== token.bigint
  return token.type === 'Float' && !Number.isFinite(token.number) && /\d/.test(token.value)
}

function read(source: string, text: string, file: string): Record<string, unknown> {
  try {
    return parse(source, { integersAsBigInt: 'asNeeded', maxDepth: PARSER_DEPTH })
  } catch (error) {
    if (error instanceof TomlError) {
      const at = error.line === 1 ? error.column - contentStart(text) : error.column
      // Only the first line: the others quote the file, which may hold secrets.
      throw unparsable(error.message.split('\n', 1)[0] ?? '', { file, line: error.line, column: Math.max(at, 1) })
    }
    if (!(error instanceof RangeError)) throw error
    // Very long dotted keys exhaust the stack of this parser, which then names no position.
    const deep = deepNode(positions(source, text, file).body[0].body, 0)
    throw tooDeep(file, positionAt(text, deep?.range[0] ?? 0))
  }
}

/** The first key or value that is deeper than any configuration. A value's depth counts from its own key. */
function deepNode(nodes: readonly AST.TOMLNode[], depth: number): AST.TOMLNode | undefined {
  for (const node of nodes) {
    const found = deepNodeIn(node, depth)
    if (found !== undefined) return found
  }
  return undefined
}

function deepNodeIn(node: AST.TOMLNode, depth: number): AST.TOMLNode | undefined {
  if (depth > MAX_DEPTH) return node
  if (node.type === 'TOMLTable' || node.type === 'TOMLKeyValue') {
    if (node.key.keys.length > MAX_DEPTH) return node.key
    return deepNode(node.type === 'TOMLTable' ? node.body : [node.value], depth)
  }
  if (node.type === 'TOMLInlineTable') return depth >= MAX_DEPTH ? node : deepNode(node.body, depth + 1)
  if (node.type !== 'TOMLArray') return undefined
  return depth >= MAX_DEPTH ? node : deepNode(node.elements, depth + 1)
}

function tooDeep(file: string, position: { line: number; column: number }): GateError {
  return unparsable(`nested more than ${MAX_DEPTH} levels deep`, { file, ...position })
}

function positions(source: string, text: string, file: string): AST.TOMLProgram {
  try {
    // toml-eslint-parser 1.0.3 gives a last `0` without line end an empty range.
    return parseTOML(`${source}\n`, { tomlVersion: '1.1' })
  } catch (error) {
    if (error instanceof ParseError) throw unparsable(error.message, { file, ...positionAt(text, error.index) })
    if (error instanceof RangeError) throw tooDeep(file, positionAt(text, 0))
    throw error
  }
}

function unparsable(reason: string, where: Pick<GateErrorInit, 'file' | 'line' | 'column'>): GateError {
  const said = reason.replace(/^Invalid TOML document: /, '').replace(/\.$/, '')
  const isDuplicate = /redefine|multiple times/.test(said)
  return new GateError({
    code: isDuplicate ? 'file-duplicate-key' : 'file-unparsable',
    message: `The file is not valid TOML: ${said}.`,
    ...where,
    fix: advice('Correct the file, then run the command again.'),
  })
}

/** The decoded parts of a key. */
export function keyParts(key: AST.TOMLKey): string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value))
}

/** How a node is spelled. */
export function textOf(document: TomlDocument, node: { readonly range: AST.Range }): string {
  return document.text.slice(...node.range)
}

/** The comment on the line on which something ends at `offset`. */
export function trailingComment(document: TomlDocument, offset: number): AST.Comment | undefined {
  const comment = document.comments.find(({ range }) => range[0] >= offset)
  if (comment === undefined) return undefined
  return /^[ \t]*$/.test(document.text.slice(offset, comment.range[0])) ? comment : undefined
}

/** Offset behind the `]` or `]]` of a table's header. */
export function headerEnd(document: TomlDocument, table: AST.TOMLTable): number {
  const close = /^[ \t]*\][ \t]*\]?/.exec(document.text.slice(table.key.range[1]))?.[0] ?? ''
  const brackets = table.kind === 'array' ? close : close.slice(0, close.indexOf(']') + 1)
  return table.key.range[1] + brackets.length
}
