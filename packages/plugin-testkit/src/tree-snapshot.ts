import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** One entry of a directory tree. */
export type TreeEntry =
  | { readonly kind: 'file'; readonly mode: number; readonly bytes: Buffer }
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'other'; readonly mode: number }

/** Everything below a directory, by path relative to it with `/`. */
export type Tree = ReadonlyMap<string, TreeEntry>

/**
 * Bytes, permission bits and link targets of everything below a real directory. Links are not followed.
 *
 * @param directory Absolute real path; an absent one gives an empty tree.
 */
export async function treeSnapshot(directory: string): Promise<Tree> {
  const entries = new Map<string, TreeEntry>()
  const visit = async (current: string): Promise<void> => {
    for (const name of (await readdir(current)).toSorted()) {
      const path = join(current, name)
      const entry = await entryAt(path)
      entries.set(relative(directory, path).replaceAll(sep, '/'), entry)
      if (entry.kind === 'directory') await visit(path)
    }
  }
  try {
    await visit(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || entries.size > 0) throw error
  }
  return entries
}

async function entryAt(path: string): Promise<TreeEntry> {
  const stat = await lstat(path)
  const mode = stat.mode & 0o7777
  if (stat.isSymbolicLink()) return { kind: 'link', target: await readlink(path) }
  if (stat.isDirectory()) return { kind: 'directory', mode }
  return stat.isFile() ? { kind: 'file', mode, bytes: await readFile(path) } : { kind: 'other', mode }
}

/** A tree without the entries that a test does not look at. Pure. */
export function treeWithout(tree: Tree, ignore: (path: string) => boolean): Tree {
  return new Map([...tree].filter(([path]) => !ignore(path)))
}

/** One sentence per difference; empty = the same. Pure. */
export function treeDifferences(actual: Tree, expected: Tree): readonly string[] {
  const paths = new Set([...expected.keys(), ...actual.keys()])
  return [...paths].toSorted().flatMap((path) => {
    const [found, wanted] = [actual.get(path), expected.get(path)]
    if (!found || !wanted) return found ? [`${path} is there, but should not be`] : [`${path} is gone`]
    return difference(path, found, wanted)
  })
}

/**
 * Compares two trees.
 *
 * @throws Error that names every difference.
 */
export function expectSameTree(actual: Tree, expected: Tree): void {
  const differences = treeDifferences(actual, expected)
  if (differences.length > 0) throw new Error(`The trees differ:\n${differences.join('\n')}`)
}

function difference(path: string, found: TreeEntry, wanted: TreeEntry): readonly string[] {
  if (found.kind !== wanted.kind) return [`${path} is a ${found.kind}, but should be a ${wanted.kind}`]
  if (found.kind === 'link' || wanted.kind === 'link') {
    const [to, should] = [found, wanted].map((entry) => (entry.kind === 'link' ? entry.target : ''))
    return to === should ? [] : [`${path} leads to ${to}, but should lead to ${should}`]
  }
  const lines: string[] = []
  if (found.mode !== wanted.mode) {
    lines.push(`${path} has mode ${found.mode.toString(8)}, but should have ${wanted.mode.toString(8)}`)
  }
  if (found.kind === 'file' && wanted.kind === 'file' && !found.bytes.equals(wanted.bytes)) {
    lines.push(
      `${path} holds ${excerpt(found.bytes, wanted.bytes)}, but should hold ${excerpt(wanted.bytes, found.bytes)}`,
    )
  }
  return lines
}

function excerpt(bytes: Buffer, other: Buffer): string {
  let start = 0
  while (start < bytes.length && bytes[start] === other[start]) start++
  const from = Math.max(0, start - 20)
  return `${JSON.stringify(bytes.subarray(from, start + 60).toString('utf8'))} at byte ${from}`
}
