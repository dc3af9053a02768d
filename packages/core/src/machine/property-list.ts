import type { Host } from '../contract/host.js'
import { GateError } from '../errors/gate-error.js'

/** A property list; `absent` when there is no file, `unreadable` when it cannot be read or is none. */
export type PropertyList =
  | { readonly state: 'absent' }
  | { readonly state: 'parsed'; readonly values: Readonly<Record<string, unknown>>; readonly bytes: Buffer }
  | { readonly state: 'unreadable' }

const PROGRAM_TIME_LIMIT_MS = 3000

/** Reads a property list of either form, XML or binary, without running `plutil`. */
export async function readPropertyList(host: Host, file: string): Promise<PropertyList> {
  let bytes: Buffer
  try {
    bytes = await host.fs.readFile(file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return { state: code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unreadable' }
  }
  const values = await propertyListValues(bytes)
  return values === undefined ? { state: 'unreadable' } : { state: 'parsed', values, bytes }
}

/** What a property list of either form says; undefined when it is none. */
export async function propertyListValues(bytes: Buffer): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const { parse, parseBinary } = await import('plist')
    const binary = isBinary(bytes)
    const text = binary ? '' : bytes.toString('utf8')
    // The parser would tell the terminal about a text that is cut off.
    if (!binary && !/<\/plist>\s*$/.test(text)) return undefined
    const value: unknown = binary ? parseBinary(bytes) : parse(text)
    return isDictionary(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * An XML property list of values.
 *
 * @param file Where it is to stand, for the error.
 * @throws GateError `result-mismatch` when what is read back is something else, e.g. for characters that XML cannot hold.
 */
export async function propertyListOf(values: Readonly<Record<string, unknown>>, file: string): Promise<Buffer> {
  const { build, parse } = await import('plist')
  const { isDeepStrictEqual } = await import('node:util')
  let cause: unknown
  try {
    const bytes = Buffer.from(`${build(values as Parameters<typeof build>[0])}\n`)
    if (isDeepStrictEqual({ ...(parse(bytes.toString('utf8')) as object) }, { ...values })) return bytes
  } catch (error) {
    cause = error
  }
  throw new GateError({
    code: 'result-mismatch',
    message: `What gate would write into ${file} cannot be told in a property list. Nothing was changed.`,
    file,
    cause,
  })
}

/** A property list as people read it: a binary one is told as the XML that it stands for. */
export async function propertyListText(bytes: Buffer): Promise<string> {
  if (!isBinary(bytes)) return bytes.toString('utf8')
  const { build, parseBinary } = await import('plist')
  return `${build(parseBinary(bytes))}\n`
}

/**
 * A property list as JSON, as `plutil` of macOS says it; for the clients that read theirs in this way. Undefined where it
 * says nothing, as for values that JSON does not have.
 */
export async function propertyListJson(host: Host, file: string): Promise<string | undefined> {
  const args = ['-convert', 'json', '-o', '-', '--', file]
  const run = host.process.run('/usr/bin/plutil', args, { timeoutMs: PROGRAM_TIME_LIMIT_MS })
  const answer = await run.catch(() => undefined)
  return answer?.code === 0 ? answer.stdout : undefined
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 6).toString('latin1') === 'bplist'
}

function isDictionary(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  return !Array.isArray(value) && !(value instanceof Date) && !ArrayBuffer.isView(value)
}
