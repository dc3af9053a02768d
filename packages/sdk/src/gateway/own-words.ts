import type { Secret } from '@gate/core'
import { maskSecrets } from './mask.js'
import type { GatewayAnswer } from './request.js'

/** Characters that are shown of what a gateway says. */
const LIMIT = 200
/** Characters of a token that, repeated in a text, are hidden. */
const SHARED = 8

/**
 * What a gateway says about its answer in words: the message of an error, the title of a page, or the first line of plain
 * text. Bounded, printable, and without the token or parts of it, which some servers repeat. Pure.
 *
 * @returns Undefined when it says nothing.
 */
export function ownWords(answer: Pick<GatewayAnswer, 'headers' | 'body'>, token?: Secret): string | undefined {
  const text = printable(rawWords(answer).slice(0, 4_096))
  if (text === '') return undefined
  const hidden = maskSecrets(token ? withoutParts(text, token.reveal()) : text)
  return hidden.length > LIMIT ? `${hidden.slice(0, LIMIT - 1).trimEnd()}…` : hidden
}

/** Whether an answer is a page for people: of a login, a portal, or a site that is no gateway. Pure. */
export function isWebPage({ headers, body }: Pick<GatewayAnswer, 'headers' | 'body'>): boolean {
  const type = headers['content-type'] ?? ''
  return /\bx?html\b/i.test(type) || (!/json|event-stream/i.test(type) && /^\s*(?:<!doctype html|<html)\b/i.test(body))
}

function rawWords(answer: Pick<GatewayAnswer, 'headers' | 'body'>): string {
  const { body } = answer
  if (isWebPage(answer)) return /<title[^>]*>([^<]*)<\/title>/i.exec(body.slice(0, 16_384))?.[1] ?? ''
  try {
    return messageIn(JSON.parse(body)) ?? ''
  } catch {
    return body.trim().split(/\r?\n/, 1)[0] ?? ''
  }
}

const MESSAGE_KEYS = ['message', 'error', 'error_description', 'detail', 'title', 'errors', 'reason', 'msg'] as const

/** Gateways use many envelopes; in all of them the sentence is under one of a few names. */
function messageIn(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return depth < 4 ? messageIn(value[0], depth + 1) : undefined
  if (typeof value !== 'object' || value === null || depth >= 4) return undefined
  const record = value as Record<string, unknown>
  // The sentence inside `error` beats the one beside it.
  const keys = typeof record.error === 'object' ? (['error', ...MESSAGE_KEYS] as const) : MESSAGE_KEYS
  for (const key of keys) {
    const found = Object.hasOwn(record, key) ? messageIn(record[key], depth + 1) : undefined
    if (found !== undefined && found.trim() !== '') return found
  }
  return undefined
}

/** Control characters would move a cursor, and those that turn the direction of writing would hide what follows. */
function printable(text: string): string {
  return text.replace(/[\p{C}\p{Z}\s]+/gu, ' ').trim()
}

/** Hides everything of a certain length that is in the token as well. */
function withoutParts(text: string, token: string): string {
  let result = ''
  let index = 0
  while (index < text.length) {
    let length = 0
    while (index + length < text.length && token.includes(text.slice(index, index + length + 1))) length++
    // A short token is hidden whole.
    if (length >= Math.min(SHARED, token.length)) {
      result += '•••'
      index += length
    } else {
      result += text[index]
      index++
    }
  }
  return result
}
