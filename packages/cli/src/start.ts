import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import type { GateDirectories } from '@gate/core'
import { directoriesOfThisProcess, foreignOwnership } from '@gate/sdk/ownership'

/**
 * Keeps compiled code of the bundle in gate's cache directory (30 ms per start). Only where gate already has one, so
 * that a look at `gate status` leaves nothing behind, and not for `--purge`, because Node writes it again at exit.
 */
function enableCompileCache(argv: readonly string[], { cache }: GateDirectories): void {
  if (argv.includes('--purge')) return
  // Node 20 has no such function.
  if (existsSync(cache)) nodeModule.enableCompileCache?.(join(cache, 'compile'))
}

const argv = process.argv.slice(2)
const directories = directoriesOfThisProcess()
// Before anything else: compiled code that another user left in the cache would run as this one.
const refusal = directories && foreignOwnership(directories)
if (directories && !refusal) enableCompileCache(argv, directories)
const { main } = await import('./main.js')
await main(argv, refusal)
