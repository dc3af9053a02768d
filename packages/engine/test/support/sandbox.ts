import {
  type Dirent,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host } from '@gate/core'
import { afterEach } from 'vitest'
import { createNodeHost, type NodeHostInit } from '../../src/host/index.js'

/** A throwaway home directory with a host that lives in it. */
export interface Sandbox {
  readonly root: string
  readonly home: string
  readonly host: Host
  /** A further host in the same home, as another process would have it. */
  hostWith(init: NodeHostInit): Host
  path(...parts: string[]): string
}

const roots: string[] = []

// Thousands of flushed writes are too slow on a disk; that they are flushed is the business of one test of its own.
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Directories that were made, with everything in them, go after each test. */
export function removeSandboxesAfterEach(): void {
  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
  })
}

export function createSandbox(): Sandbox {
  const root = mkdtempSync(join(place, 'gate-engine-'))
  roots.push(root)
  const home = join(root, 'home')
  mkdirSync(home)
  const env = { HOME: home, GATE_HOME: join(root, 'gate') }
  const hostWith = (init: NodeHostInit) => createNodeHost({ env, cwd: home, ...init })
  return { root, home, host: hostWith({}), hostWith, path: (...parts) => join(home, ...parts) }
}

/** Everything below a directory: path → what it is. Two trees are equal exactly when bytes, modes and links are. */
export function treeOf(directory: string, prefix = ''): Record<string, string> {
  const tree: Record<string, string> = {}
  for (const entry of readdirSync(directory, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = prefix + entry.name
    const path = join(directory, entry.name)
    tree[name] = describe(entry, path)
    if (entry.isDirectory()) Object.assign(tree, treeOf(path, `${name}/`))
  }
  return tree
}

function describe(entry: Dirent, path: string): string {
  if (entry.isSymbolicLink()) return `link to ${readlinkSync(path)}`
  const stat = statSync(path)
  const mode = (stat.mode & 0o7777).toString(8)
  if (entry.isDirectory()) return `directory ${mode}`
  if (!entry.isFile()) return `special ${mode}`
  return `file ${mode} ${stat.uid}:${stat.gid} ${readFileSync(path).toString('latin1')}`
}

/** Names of temporary files of gate anywhere below a directory. */
export function leftoversIn(directory: string): string[] {
  return Object.keys(treeOf(directory)).filter((name) => /\.gate-.*\.tmp$/.test(name))
}
