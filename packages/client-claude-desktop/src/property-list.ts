import type { Host } from '@gate/core'

/** A property list; `absent` when there is no file, `unreadable` when it cannot be read or is none. */
export type PropertyList =
  | { readonly state: 'absent' }
  | { readonly state: 'parsed'; readonly values: Readonly<Record<string, unknown>>; readonly bytes: Buffer }
  | { readonly state: 'unreadable' }

/** Reads a property list of either form, XML or binary, without running `plutil`. */
export async function readPropertyList(host: Host, file: string): Promise<PropertyList> {
  let bytes: Buffer
  try {
    bytes = await host.fs.readFile(file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return { state: code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unreadable' }
  }
  try {
    const { parse, parseBinary } = await import('plist')
    const isBinary = bytes.subarray(0, 6).toString('latin1') === 'bplist'
    const text = isBinary ? '' : bytes.toString('utf8')
    // The parser would tell the terminal about a text that is cut off.
    if (!isBinary && !/<\/plist>\s*$/.test(text)) return { state: 'unreadable' }
    const value: unknown = isBinary ? parseBinary(bytes) : parse(text)
    return isDictionary(value) ? { state: 'parsed', values: value, bytes } : { state: 'unreadable' }
  } catch {
    return { state: 'unreadable' }
  }
}

function isDictionary(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  return !Array.isArray(value) && !(value instanceof Date) && !ArrayBuffer.isView(value)
}
