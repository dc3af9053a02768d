import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A directory tree: text = a file, `{ link }` = a symlink with that target, an object = a directory. */
export interface Tree {
  readonly [name: string]: string | { readonly link: string } | Tree
}

export interface BuiltTree {
  readonly root: string
  path(...parts: string[]): string
  remove(): Promise<void>
}

/** Writes a tree into a fresh directory. `{root}` in link targets stands for that directory. */
export async function buildTree(tree: Tree): Promise<BuiltTree> {
  const root = await mkdtemp(join(tmpdir(), 'gate-tree-'))
  await write(root, root, tree)
  return {
    root,
    path: (...parts) => join(root, ...parts),
    remove: () => rm(root, { recursive: true, force: true }),
  }
}

async function write(root: string, directory: string, tree: Tree): Promise<void> {
  await mkdir(directory, { recursive: true })
  for (const [name, entry] of Object.entries(tree)) {
    const path = join(directory, name)
    await mkdir(dirname(path), { recursive: true })
    if (typeof entry === 'string') await writeFile(path, entry)
    else if (isLink(entry)) await symlink(entry.link.replace('{root}', root), path)
    else await write(root, path, entry)
  }
}

function isLink(entry: Tree | { readonly link: string }): entry is { readonly link: string } {
  return typeof entry.link === 'string' && Object.keys(entry).length === 1
}

/** A plugin package as it is published; the module only has what is checked without running it. */
export function pluginPackage(name: string, gate: object = {}, version = '1.2.3'): Tree {
  const field = { client: './index.js', apiVersion: 1, ...gate }
  return {
    'package.json': JSON.stringify({ name, version, type: 'module', gate: field }),
    'index.js': 'export default {}\n',
  }
}

/** The CLI package as far as discovery looks at it. */
export function cliPackage(): Tree {
  return {
    'package.json': JSON.stringify({ name: '@gate/cli', version: '1.0.0' }),
    bin: { 'run.js': '' },
    dist: { 'main.js': '' },
  }
}
