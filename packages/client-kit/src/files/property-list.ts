import { type Host, isTable, type Table } from '@gate/core'

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

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 6).toString('latin1') === 'bplist'
}

function isDictionary(value: unknown): value is Table {
  return isTable(value) && !ArrayBuffer.isView(value)
}
