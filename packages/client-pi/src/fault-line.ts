import type { Host } from '@gate/core'
import type { FileFault } from './models-file.js'

/** The line of a fault: of its value, or of the nearest thing around it for a key that is missing. Reads one file. */
export async function lineOfFault(
  host: Host,
  file: string,
  { path, line }: FileFault,
): Promise<{ readonly line?: number }> {
  if (line !== undefined) return { line }
  const read = await host.engine.readDocument(host, file, 'jsonc')
  if (read.state !== 'parsed') return {}
  for (let length = path.length; length > 0; length -= 1) {
    const found = read.lineOf(path.slice(0, length))
    if (found !== undefined) return { line: found }
  }
  return {}
}
