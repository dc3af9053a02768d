import { createHash } from 'node:crypto'
import type { Connection, Detection, Host, Situation } from '@gate/core'

/** Bytes of a file that are read for a digest; of a larger one size and time count. */
const MAX_READ_BYTES = 1024 * 1024

/** What a question depends on, as a plugin's `situation` and gate know it. */
export interface AskedSituation extends Situation {
  readonly detection: Detection
}

/**
 * One text for a situation, the same as long as nothing that counts has changed: the client's program, the plugin, the
 * connection, the directory, and the files and variables that the plugin names. Values are only hashed.
 */
export async function situationDigest(
  host: Host,
  plugin: { readonly id: string; readonly version: string | undefined },
  connection: Connection | undefined,
  { detection, files, variables, more = [] }: AskedSituation,
): Promise<string> {
  const { location, version } = detection
  const paths = [...new Set([...(location === undefined ? [] : [location]), ...files])].sort()
  const seen = await Promise.all(paths.map(async (path) => [path, await fileMark(host, path, path === location)]))
  const values = [...new Set(variables)].sort().map((name) => [name, host.env[name] ?? null])
  const facts = [plugin, version ?? null, connection ?? null, host.platform, host.home, host.cwd, seen, values, more]
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url')
}

/** What of a path counts: content, names in a directory, or that it cannot be read. A program is too large to be read. */
async function fileMark(host: Host, path: string, isProgram: boolean): Promise<string> {
  const native = host.toNative(path)
  try {
    const stats = await host.fs.stat(native)
    if (stats.isDirectory()) return JSON.stringify((await host.fs.readdir(native)).sort())
    if (isProgram || !stats.isFile() || stats.size > MAX_READ_BYTES) {
      return `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.mode}`
    }
    return createHash('sha256')
      .update(await host.fs.readFile(native))
      .digest('base64url')
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code ?? error)
  }
}
