import type { DocumentFormat, Host } from '@gate/core'
import { errnoOf, ioError } from './io-error.js'
import { resolveTarget } from './resolve-target.js'
import { takeSnapshot } from './snapshot.js'

/**
 * The text of a file as its client decodes it; undefined for an absent one, which a link to nothing is, too. The clients
 * with JSON files are JavaScript programs, for which a byte that is no UTF-8 is U+FFFD and no error; Codex refuses it
 * (0.169.0). What gate writes to is held to {@link takeSnapshot}, so that no byte is lost.
 */
export async function clientText(host: Host, path: string, format: DocumentFormat): Promise<string | undefined> {
  if (format === 'toml') return (await takeSnapshot(host, path)).text
  const { stat, real } = await resolveTarget(host, path)
  if (!stat) return undefined
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await host.fs.readFile(real))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw ioError(error, path, 'read')
  }
}

/**
 * The object in a text that the codec refuses, if its client would still find one: the codec that writes stops at some
 * hundred levels of nesting, JSON.parse and its like do not.
 *
 * @throws RangeError where the nesting is too deep to tell.
 */
export async function clientValue(
  text: string,
  format: DocumentFormat,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const source = text.replace(/^\uFEFF/, '')
  const value =
    format === 'json' ? parseStrict(source) : format === 'jsonc' ? await parseWithComments(source) : undefined
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined
}

function parseStrict(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

async function parseWithComments(text: string): Promise<unknown> {
  const { parseTree } = await import('jsonc-parser')
  const { valueOfNode } = await import('../codec/json/json-document.js')
  const errors: unknown[] = []
  const root = parseTree(text, errors as never[], { allowTrailingComma: true })
  return root && errors.length === 0 ? valueOfNode(root) : undefined
}
