import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute directory of this package: the nearest one above this module that has a package.json. */
export function packageDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory)
  return directory
}

/** What `gate` is started with. */
export function gateScript(): string {
  return join(packageDirectory(), 'bin', 'run.js')
}

/** What the helper shim starts: the token command without the command framework. */
export function tokenScript(): string {
  return join(packageDirectory(), 'dist', 'token.js')
}
