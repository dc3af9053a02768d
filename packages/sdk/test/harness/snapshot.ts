import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

// Node's own cache of compiled code: any command may add to it.
const COMPILE_CACHE = '.cache/gate/compile'

/** Every entry below a directory with its kind, mode and content, to compare two moments; without the compile cache. */
export async function snapshot(root: string): Promise<Readonly<Record<string, string>>> {
  const entries: Record<string, string> = {}
  for (const name of (await readdir(root, { recursive: true })).sort()) {
    if (name.startsWith(COMPILE_CACHE)) continue
    const path = join(root, name)
    const stats = await lstat(path)
    const mode = (stats.mode & 0o7777).toString(8)
    if (stats.isSymbolicLink()) entries[name] = `link ${await readlink(path)}`
    else if (stats.isFile()) entries[name] = `file ${mode} ${(await readFile(path)).toString('latin1')}`
    else entries[name] = `other ${mode}`
  }
  return entries
}
