import { readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** A loop of symlinks in `argv[1]` must not hang the command; Linux itself gives up after 40 hops. */
const MAX_HOPS = 40

/** What discovery starts from. */
export interface RootOptions {
  /** Absolute path of a file of the running CLI. */
  readonly cliFile: string
  /** `process.argv[1]` as given: package managers put a link or a path there that the resolved file no longer shows. */
  readonly invokedAs?: string
}

/**
 * The `node_modules` directories in which plugins may be installed, nearest first: every ancestor of the CLI, of the
 * path it was called by and of each hop of that path's symlink chain, and the sibling installs of pnpm's isolated
 * globals. The working directory is not among them: that would run code from any checked-out repository.
 */
export function pluginRoots(options: RootOptions): readonly string[] {
  const roots = new Set<string>()
  for (const start of startPoints(options)) {
    for (const root of nodeModulesAbove(start)) roots.add(root)
  }
  // pnpm 12 `add -g a b` puts each package into its own directory, so siblings are not above the CLI.
  for (const root of [...roots]) {
    for (const sibling of pnpmGlobalSiblings(root)) roots.add(sibling)
  }
  return [...roots]
}

function startPoints(options: RootOptions): string[] {
  const starts = [realpathOrSelf(options.cliFile)]
  if (options.invokedAs === undefined) return starts
  let current = resolve(options.invokedAs)
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    starts.push(current)
    const target = linkTarget(current)
    if (target === undefined) break
    current = resolve(dirname(current), target)
  }
  starts.push(realpathOrSelf(options.invokedAs))
  return starts
}

function nodeModulesAbove(file: string): string[] {
  const found: string[] = []
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    if (basename(directory) === 'node_modules') {
      if (isDirectory(directory)) found.push(directory)
    } else {
      const child = join(directory, 'node_modules')
      if (isDirectory(child)) found.push(child)
    }
    if (directory === dirname(directory)) return found
  }
}

function pnpmGlobalSiblings(root: string): string[] {
  const install = dirname(root)
  const version = dirname(install)
  const global = dirname(version)
  if (!/^v\d+$/.test(basename(version)) || basename(global) !== 'global') return []
  const siblings: string[] = []
  for (const layout of entries(global)) {
    if (!/^v\d+$/.test(layout.name)) continue
    for (const entry of entries(join(global, layout.name))) {
      // The directories behind the links are old generations that pnpm has not collected yet.
      if (!entry.isSymbolicLink()) continue
      const candidate = join(global, layout.name, entry.name, 'node_modules')
      if (isDirectory(candidate)) siblings.push(candidate)
    }
  }
  return siblings
}

function entries(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function realpathOrSelf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}
