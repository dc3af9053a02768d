import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun'

/** Packages that a package manager keeps together, and how to tell it so. */
export interface ManagedPlace {
  readonly manager: PackageManager
  /** `global`: commands for the user. `project`: dependencies of one directory with a package.json. */
  readonly scope: 'global' | 'project'
  /**
   * What the manager knows the place by: npm's prefix, `PNPM_HOME`, yarn's global folder, `BUN_INSTALL`, or the
   * project's directory.
   */
  readonly directory: string
}

/** One start of a package manager, without a shell. */
export interface ManagerCall {
  readonly args: readonly string[]
  /** Default: anywhere. */
  readonly cwd?: string
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Directories that have to be on `PATH`, or the manager refuses. */
  readonly path?: readonly string[]
}

/**
 * The package manager behind a `node_modules` directory, told by where it lies. Layouts as npm 11, pnpm 12, yarn 1.22
 * and bun 1.4 make them.
 *
 * @returns `temporary` for the caches of `npx`, `pnpm dlx` and `bunx`; undefined for a directory that no manager calls
 *   its own, e.g. pnpm's store.
 */
export function managedPlace(nodeModules: string): ManagedPlace | 'temporary' | undefined {
  const parts = resolve(nodeModules).split(sep)
  const above = (steps: number) => parts.slice(0, parts.length - steps).join(sep) || sep
  const [name, parent, grandparent] = [parts.at(-2) ?? '', parts.at(-3) ?? '', parts.at(-4) ?? '']
  const inStore = parts.some((part, index) => part === 'links' && /^v\d+$/.test(parts[index - 1] ?? ''))
  if (parts.at(-1) !== 'node_modules' || parts.includes('.pnpm') || inStore) return undefined
  if (parent === '_npx' || parts.includes('dlx') || parts.some((part) => part.startsWith('bunx-'))) return 'temporary'
  // pnpm 11 and newer keep each package in a directory of its own; 10 and older all in one.
  if (grandparent === 'global' && /^v\d+$/.test(parent))
    return { manager: 'pnpm', scope: 'global', directory: above(4) }
  if (parent === 'global' && /^\d+$/.test(name)) return { manager: 'pnpm', scope: 'global', directory: above(3) }
  if (name === 'global' && parent === 'install') return { manager: 'bun', scope: 'global', directory: above(3) }
  if (name === 'global' && (parent === 'yarn' || (parent === 'Data' && grandparent === 'Yarn'))) {
    return { manager: 'yarn', scope: 'global', directory: above(1) }
  }
  const directory = above(1)
  if (existsSync(join(directory, 'package.json'))) {
    return { manager: projectManager(directory), scope: 'project', directory }
  }
  if (name === 'lib') return { manager: 'npm', scope: 'global', directory: above(2) }
  // npm on Windows has no `lib`, but the commands lie beside.
  return existsSync(join(directory, 'gate.cmd')) ? { manager: 'npm', scope: 'global', directory } : undefined
}

const LOCK_FILES: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
]

/** By the nearest lock file, because a workspace has its own at the top. */
function projectManager(project: string): PackageManager {
  for (let directory = project; ; directory = dirname(directory)) {
    const found = LOCK_FILES.find(([file]) => existsSync(join(directory, file)))
    if (found) return found[1]
    if (directory === dirname(directory)) return 'npm'
  }
}

/** How packages are added; their scripts are not run, because a plugin needs none. */
export function addCall(place: ManagedPlace, spec: string): ManagerCall {
  const { manager, directory } = place
  if (place.scope === 'project') {
    const add: Record<PackageManager, readonly string[]> = {
      npm: ['install', '--save-dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', spec],
      pnpm: ['add', '--save-dev', '--ignore-scripts', spec],
      yarn: isBerry(directory)
        ? ['add', '--dev', '--mode=skip-build', spec]
        : ['add', '--dev', '--ignore-scripts', '--non-interactive', spec],
      bun: ['add', '--dev', '--ignore-scripts', spec],
    }
    return { args: add[manager], cwd: directory }
  }
  return globalCall(place, {
    npm: ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', spec],
    pnpm: ['add', '--ignore-scripts', spec],
    yarn: ['add', '--ignore-scripts', '--non-interactive', spec],
    bun: ['add', '--ignore-scripts', spec],
  })
}

/**
 * How a package is taken away again. Without `--ignore-scripts` pnpm 12 ends with an error when another package of the
 * project has a build script that nobody has decided on.
 */
export function removeCall(place: ManagedPlace, name: string): ManagerCall {
  const { manager, directory } = place
  if (place.scope === 'project') {
    const remove: Record<PackageManager, readonly string[]> = {
      npm: ['uninstall', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', name],
      pnpm: ['remove', '--ignore-scripts', name],
      yarn: isBerry(directory) ? ['remove', name] : ['remove', '--ignore-scripts', '--non-interactive', name],
      bun: ['remove', name],
    }
    return { args: remove[manager], cwd: directory }
  }
  return globalCall(place, {
    npm: ['uninstall', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', name],
    pnpm: ['remove', '--ignore-scripts', name],
    yarn: ['remove', '--ignore-scripts', '--non-interactive', name],
    bun: ['remove', name],
  })
}

function globalCall(place: ManagedPlace, verbs: Record<PackageManager, readonly string[]>): ManagerCall {
  const { manager, directory } = place
  const args = verbs[manager]
  switch (manager) {
    case 'npm':
      return { args: [...args, '--global', '--prefix', directory] }
    case 'pnpm':
      return { args: [...args, '--global'], env: { PNPM_HOME: directory }, path: [join(directory, 'bin'), directory] }
    case 'yarn':
      return { args: ['global', ...args, '--global-folder', directory] }
    case 'bun':
      return { args: [...args, '--global'], env: { BUN_INSTALL: directory } }
  }
}

function isBerry(directory: string): boolean {
  return existsSync(join(directory, '.yarnrc.yml'))
}

/** The `node_modules` directory that a package lies in. */
export function rootOf(packageDirectory: string): string {
  const parent = dirname(packageDirectory)
  return basename(parent).startsWith('@') ? dirname(parent) : parent
}
