import { readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** A loop of symlinks in `argv[1]` must not hang the command; Linux itself gives up after 40 hops. */
const MAX_HOPS = 40

/** What discovery starts from. */
export interface RootOptions {
  /** Absolute path of a file of the package that gate runs from. */
  readonly packageFile: string
  /** Name of that package, e.g. `@gate/cli`. */
  readonly packageName: string
  /** `process.argv[1]` as given: package managers put a link or a path there that the resolved file no longer shows. */
  readonly invokedAs?: string
}

/**
 * The `node_modules` directories of the installation that gate belongs to, nearest first: those that the running package lies
 * in, by its real path and by each hop of the path it was called by, up to the outermost one, and the sibling installs of
 * pnpm's isolated globals. What lies beyond is no part of that installation: anybody may make `C:\node_modules`, or one
 * beside a checkout in a shared directory. Nor is the working directory: a repository would run its code.
 */
export function pluginRoots(options: RootOptions): readonly string[] {
  const own = packageOf(realpathOrSelf(options.packageFile))
  const roots = new Set<string>()
  for (const start of startPoints(options)) {
    const installation = nodeModulesAround(start)
    // A path that leads here by chance, e.g. through a link of somebody else, says nothing about where gate is installed.
    if (!installation.some((root) => isHome(root, own, options.packageName))) continue
    for (const root of installation) roots.add(root)
  }
  // A checkout: nothing but what is installed for this package itself.
  const nested = join(own, 'node_modules')
  if (roots.size === 0 && isDirectory(nested)) roots.add(nested)
  // pnpm 12 `add -g a b` puts each package into its own directory, so siblings are not above gate's own.
  for (const root of [...roots]) {
    for (const sibling of pnpmGlobalSiblings(root)) roots.add(sibling)
  }
  return [...roots]
}

/** Where an installation ends: the parent of the outermost `node_modules` that a path lies in; undefined outside of any. */
export function installationOf(path: string): string | undefined {
  let found: string | undefined
  for (let directory = path; ; directory = dirname(directory)) {
    if (basename(directory) === 'node_modules') found = dirname(directory)
    if (directory === dirname(directory)) return found
  }
}

function startPoints(options: RootOptions): string[] {
  const starts = [realpathOrSelf(options.packageFile)]
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

/** Every `node_modules` from a file up to the end of its installation. */
function nodeModulesAround(file: string): string[] {
  const end = installationOf(file)
  if (end === undefined) return []
  const found: string[] = []
  for (let directory = dirname(file); directory !== end; directory = dirname(directory)) {
    const candidate = basename(directory) === 'node_modules' ? directory : join(directory, 'node_modules')
    if (!found.includes(candidate) && isDirectory(candidate)) found.push(candidate)
  }
  return found
}

/** Returns whether the package that gate runs from is what a `node_modules` holds under its name. */
function isHome(root: string, own: string, name: string): boolean {
  return realpathOrSelf(join(root, name)) === own
}

function packageOf(file: string): string {
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    if (isFile(join(directory, 'package.json')) || directory === dirname(directory)) return directory
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

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
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
