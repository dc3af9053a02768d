import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Path (relative to the home) → everything about the entry that undoing must give back. */
export type Snapshot = ReadonlyMap<string, string>

/** @param root Directory to read, without following links. */
export async function snapshot(root: string): Promise<Snapshot> {
  const entries = new Map<string, string>()
  for (const entry of await readdir(root, { recursive: true })) {
    const path = join(root, entry)
    const stats = await lstat(path)
    const mode = (stats.mode & 0o7777).toString(8)
    if (stats.isSymbolicLink()) entries.set(entry, `link ${await readlink(path)}`)
    else if (stats.isDirectory()) entries.set(entry, `directory ${mode}`)
    else entries.set(entry, `file ${mode} ${(await readFile(path)).toString('base64')}`)
  }
  return entries
}

/** Paths that appeared, vanished or differ. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path)).sort()
}
