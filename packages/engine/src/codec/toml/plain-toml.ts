import { parse } from 'smol-toml'

const KEY = String.raw`(?:[\w-]+|"[^"\\\p{Cc}]*")`
const TEXT = String.raw`"[^"\\\p{Cc}]*"`
const VALUE = String.raw`(?:${TEXT}|true|false|0|[1-9]\d{0,14}|\[ *(?:${TEXT} *(?:, *${TEXT} *)*)?\])`
/** Of a few parts, so that nothing is nested deep. */
const HEADER = String.raw`\[${KEY}(?:\.${KEY}){0,7}\]`
const LINE = new RegExp(String.raw`^ *(?:${HEADER}|${KEY} *= *${VALUE})? *(?:#[^\p{Cc}]*)?$`, 'u')

/**
 * The value of a text with nothing in it that two parsers could read in two ways: tables, and keys with texts, numbers and
 * lists of texts on one line.
 *
 * @returns Undefined for every other text. Pure.
 */
export function plainTomlValue(text: string): Record<string, unknown> | undefined {
  if (!text.split('\n').every((line) => LINE.test(line))) return undefined
  try {
    return parse(text)
  } catch {
    return undefined
  }
}
