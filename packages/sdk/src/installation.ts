import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A program with its arguments. */
export interface Command {
  readonly command: string
  readonly args: readonly string[]
}

/** The package that runs gate's code, and the programs that processes of gate start. */
export interface Installation {
  /** Name of the package; client plugins are looked for in the `node_modules` directories that hold it. */
  readonly packageName: string
  /** Absolute path of Node, which helpers start. */
  readonly node: string
  /** Version of Node, e.g. `24.21.0`. */
  readonly nodeVersion: string
  /** Variables that `node` needs to be Node, e.g. `ELECTRON_RUN_AS_NODE` for Electron. */
  readonly nodeEnvironment: Readonly<Record<string, string>>
  /** Absolute path of the script that prints a token, which helpers give to Node. */
  readonly tokenScript: string
  /** Returns the command that signs a profile in, which a helper starts in the background. */
  login(profile: string): Command
}

/**
 * Returns the installation of a program that has `@gate/sdk` among its packages: helpers start the Node, or the Electron,
 * that runs this.
 */
export function installationOfSdk(): Installation {
  const directory = packageDirectory()
  const node = process.execPath
  return {
    packageName: (JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { name: string }).name,
    node,
    nodeVersion: process.versions.node,
    nodeEnvironment: nodeEnvironment(),
    tokenScript: join(directory, 'dist', 'token.js'),
    login: (profile) => ({ command: node, args: [join(directory, 'dist', 'login.js'), profile] }),
  }
}

/** Returns the variables that make the program of this process run scripts as Node does. */
export function nodeEnvironment(): Readonly<Record<string, string>> {
  return process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }
}

/**
 * Returns the absolute directory of the package that this code is shipped in: the nearest one above this module that has a
 * package.json. The command line ships it in a bundle of its own.
 */
export function packageDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory)
  return directory
}
