import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import type { GateDirectories } from '@gate/core'
import { directoriesOfThisProcess, foreignOwnership } from '@gate/sdk/ownership'
import { loadScript } from './load-script.js'
import type { Main } from './main-of.js'

/**
 * Keeps compiled code of the bundle in gate's cache directory (30 ms per start). Only where gate already has one, so
 * that a look at `gate status` leaves nothing behind, and not for `--purge`, because Node writes it again at exit.
 */
function enableCompileCache(argv: readonly string[], { cache }: GateDirectories): void {
  if (argv.includes('--purge')) return
  // Node 20 has no such function.
  if (existsSync(cache)) nodeModule.enableCompileCache?.(join(cache, 'compile'))
}

/** Loads the file with the command; those that are run often have one of their own. */
function load(command: string | undefined): Promise<{ readonly main: Main }> | { readonly main: Main } {
  switch (command) {
    case 'status':
    case 'setup':
      return loadScript(command, directories && !refusal ? directories.cache : undefined) as { readonly main: Main }
    default:
      return import('./main.js')
  }
}

const argv = process.argv.slice(2)
const directories = directoriesOfThisProcess()
// Before anything else: compiled code that another user left in the cache would run as this one.
const refusal = directories && foreignOwnership(directories)
if (directories && !refusal) enableCompileCache(argv, directories)
const { main } = await load(argv[0])
await main(argv, refusal)
