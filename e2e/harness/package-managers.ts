import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { npmRegistryAccess } from './npm-registry-access.ts'
import type { PackageRegistry } from './package-registry.ts'
import { type Finished, runProcess } from './run-process.ts'
import type { ThrowawayHome } from './throwaway-home.ts'

// What people have; a newer one may lay out its files in another way, and then this is where it shows.
const VERSIONS = ['pnpm@12.21.0', 'yarn@1.22.22', 'bun@1.4.5']

/** How one package manager installs for the user, below a directory of its own. */
export interface GlobalManager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun'
  /** Its environment and gate's: the commands of the manager are on PATH, its installs go below `directory`. */
  env(directory: string, path: string): Readonly<Record<string, string>>
  add(directory: string, ...packages: string[]): readonly string[]
  remove(directory: string, ...packages: string[]): readonly string[]
  /** The `gate` that it has installed. */
  gate(directory: string): string
}

export const GLOBAL_MANAGERS: readonly GlobalManager[] = [
  {
    name: 'npm',
    env: (directory, path) => ({ npm_config_prefix: directory, PATH: `${directory}/bin:${path}` }),
    add: (_, ...packages) => ['npm', 'install', '--global', '--no-audit', '--no-fund', ...packages],
    remove: (_, ...packages) => ['npm', 'uninstall', '--global', ...packages],
    gate: (directory) => join(directory, 'bin/gate'),
  },
  {
    name: 'pnpm',
    env: (directory, path) => ({ PNPM_HOME: directory, PATH: `${directory}/bin:${path}` }),
    add: (_, ...packages) => ['pnpm', 'add', '--global', ...packages],
    remove: (_, ...packages) => ['pnpm', 'remove', '--global', ...packages],
    gate: (directory) => join(directory, 'bin/gate'),
  },
  {
    name: 'yarn',
    env: (_, path) => ({ PATH: path }),
    add: (directory, ...packages) => ['yarn', 'global', 'add', ...yarnPlaces(directory), ...packages],
    remove: (directory, ...packages) => ['yarn', 'global', 'remove', ...yarnPlaces(directory), ...packages],
    gate: (directory) => join(directory, 'bin/gate'),
  },
  {
    name: 'bun',
    env: (directory, path) => ({ BUN_INSTALL: directory, PATH: `${directory}/bin:${path}` }),
    add: (_, ...packages) => ['bun', 'add', '--global', ...packages],
    remove: (_, ...packages) => ['bun', 'remove', '--global', ...packages],
    gate: (directory) => join(directory, 'bin/gate'),
  },
]

// For root, yarn's own default would be a directory of the system.
function yarnPlaces(directory: string): readonly string[] {
  return ['--prefix', directory, '--global-folder', join(directory, 'yarn/global')]
}

/** A home directory whose package managers use one registry, and keep their caches in it. */
export interface ManagedHome {
  /** `PATH` with Node and all package managers. */
  readonly path: string
  /** Runs a command line of words in the home's environment. */
  run(
    words: readonly string[],
    options?: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string },
  ): Promise<Finished>
}

/** Points the package managers of a home at a registry, and fetches those that the machine does not bring. */
export async function installManagers(place: ThrowawayHome, registry: PackageRegistry): Promise<ManagedHome> {
  const npmrc = [
    `registry=${registry.url}`,
    // Publishing asks for somebody who has signed in.
    `//${new URL(registry.url).host}/:_authToken=token-of-the-tests`,
    `cache=${join(place.root, 'npm-cache')}`,
    'update-notifier=false',
    'fund=false',
  ]
  await writeFile(join(place.home, '.npmrc'), npmrc.join('\n'))
  const tools = join(place.root, 'tools')
  await mkdir(tools)
  // Node's own directory comes last, so that `node` is the one of this test and `npm` that of the machine.
  const path = `${tools}/node_modules/.bin:${place.env.PATH}:${process.env.PATH}`
  const authority = npmRegistryAccess().NODE_EXTRA_CA_CERTS
  // pnpm and bun are no Node programs.
  const access = { ...npmRegistryAccess(), ...(authority ? { SSL_CERT_FILE: authority } : {}) }
  const run: ManagedHome['run'] = (words, options = {}) => {
    const [command = '', ...args] = words
    return runProcess('/usr/bin/env', [command, ...args], {
      cwd: options.cwd ?? place.work,
      env: {
        ...place.env,
        ...access,
        npm_config_registry: registry.url,
        PATH: path,
        NO_COLOR: '1',
        ...options.env,
      },
      timeoutMs: 240_000,
    })
  }
  const installed = await run(['npm', 'install', '--prefix', tools, '--no-audit', ...VERSIONS])
  if (installed.code !== 0) throw new Error(installed.stderr)
  return { path, run }
}
