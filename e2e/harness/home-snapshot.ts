import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Path (relative to the root) → everything about the entry that undoing must give back. */
export type Snapshot = ReadonlyMap<string, string>

/** @param root Directory to read, without following links. */
export async function snapshot(root: string): Promise<Snapshot> {
  const entries = new Map<string, string>()
  const walk = async (directory: string) => {
    // Not `recursive`: that follows links to directories.
    for (const entry of (await readdir(join(root, directory), { withFileTypes: true })).sort(byName)) {
      const path = join(directory, entry.name)
      entries.set(path, await describe(join(root, path)))
      if (entry.isDirectory()) await walk(path)
    }
  }
  await walk('')
  return entries
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)

async function describe(path: string): Promise<string> {
  const stats = await lstat(path)
  const access = `${(stats.mode & 0o7777).toString(8)} ${stats.uid}:${stats.gid}`
  if (stats.isSymbolicLink()) return `link to ${await readlink(path)}`
  if (stats.isDirectory()) return `directory ${access}`
  // Sockets and FIFOs of running clients have no content, and opening them would block.
  if (!stats.isFile()) return `special ${access}`
  return `file ${access} ${(await readFile(path)).toString('latin1')}`
}

/** Paths that appeared (`+`), vanished (`-`) or differ (`~`), sorted. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths.flatMap((path) => {
    const old = before.get(path)
    const now = after.get(path)
    if (old === now) return []
    return [`${old === undefined ? '+' : now === undefined ? '-' : '~'} ${path}`]
  })
}
