import { isTable } from '@gate/core'
import { parse as parseToml } from 'smol-toml'
import { parseTOML } from 'toml-eslint-parser'
import type { CorpusKind } from './corpus.js'

/** Readers that share no code with the codecs' own way of reading, as far as there are any. */
export function reference(kind: CorpusKind, text: string): Record<string, unknown> {
  const body = text.replace(/^\uFEFF/, '')
  if (/^\s*$/.test(body)) return {}
  switch (kind) {
    case 'json':
      return JSON.parse(body)
    case 'jsonc':
      return JSON.parse(withoutTrailingCommas(withoutComments(body)))
    case 'toml': {
      const value = parseToml(body, { integersAsBigInt: 'asNeeded' })
      parseTOML(body, { tomlVersion: '1.1' })
      return value
    }
    case 'dotenv':
      return dotenv(body)
  }
}

export function isToml10(text: string): boolean {
  try {
    parseTOML(text.replace(/^\uFEFF/, ''), { tomlVersion: '1.0' })
    return true
  } catch {
    return false
  }
}

const STRING = '"(?:\\\\[\\s\\S]|[^"\\\\])*"'
const COMMENT = '//[^\\r\\n]*|/\\*[\\s\\S]*?\\*/'

function withoutComments(text: string): string {
  return text.replaceAll(new RegExp(`(${STRING})|${COMMENT}`, 'g'), (_, string?: string) => string ?? ' ')
}

function withoutTrailingCommas(text: string): string {
  return text.replaceAll(new RegExp(`(${STRING})|,(?=\\s*[}\\]])`, 'g'), (_, string?: string) => string ?? '')
}

/** The published expression of `dotenv` 17, verbatim in meaning: that is what Gemini CLI reads its file with. */
const LINE =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm

function dotenv(text: string): Record<string, string> {
  const result: Record<string, string> = {}
  for (const match of text.replaceAll(/\r\n?/g, '\n').matchAll(LINE)) {
    const raw = (match[2] ?? '').trim()
    const value = raw.replace(/^(['"`])([\s\S]*)\1$/gm, '$2')
    result[match[1] ?? ''] = raw[0] === '"' ? value.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : value
  }
  return result
}

/** Every comment of a text, in order. */
export function commentsOf(kind: CorpusKind, text: string): string[] {
  const body = text.replace(/^\uFEFF/, '')
  if (kind === 'json' || /^\s*$/.test(body)) return []
  if (kind === 'toml') return parseTOML(body, { tomlVersion: '1.1' }).comments.map(({ value }) => value.trimEnd())
  if (kind === 'dotenv') return [...body.matchAll(/^[ \t]*#[^\r\n]*/gm)].map(([comment]) => comment)
  const found = body.matchAll(new RegExp(`${STRING}|(${COMMENT})`, 'g'))
  return [...found].flatMap(([, comment]) => (comment === undefined ? [] : [comment.trimEnd()]))
}

/** A copy with the keys of all objects in another order, as a client that rewrites its file leaves them. */
export function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered)
  if (!isTable(value)) return value
  const entries = Object.entries(value).toReversed()
  return Object.fromEntries(entries.map(([key, item]) => [key, reordered(item)]))
}
