import type { Host } from '@gate/core'

/** Why pi drops a file. */
export interface FileFault {
  /** In pi's words where it has any, but without values, which may be secrets. */
  readonly why: string
  /** Keys and indices that lead to the place; empty for the file as a whole. */
  readonly path: readonly string[]
  /** Known where the place is no key. */
  readonly line?: number
}

/** The line of a fault: of its value, or of the nearest thing around it for a key that is missing. Reads one file. */
export async function lineOfFault(
  host: Host,
  file: string,
  { path, line }: FileFault,
): Promise<{ readonly line?: number }> {
  if (line !== undefined) return { line }
  const read = await host.engine.readDocument(file, 'jsonc')
  if (read.state !== 'parsed') return {}
  for (let length = path.length; length > 0; length -= 1) {
    const found = read.lineOf(path.slice(0, length))
    if (found !== undefined) return { line: found }
  }
  return {}
}
