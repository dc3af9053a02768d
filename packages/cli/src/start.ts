import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import { gateDirectories, type Platform } from '@gate/core'

/**
 * Keeps compiled code of the bundle in gate's cache directory (30 ms per start). Only where gate already has one, so
 * that a look at `gate status` leaves nothing behind, and not for `--purge`, because Node writes it again at exit.
 */
function enableCompileCache(argv: readonly string[]): void {
  if (argv.includes('--purge')) return
  try {
    const { cache } = gateDirectories({
      platform: process.platform as Platform,
      env: process.env,
      home: () => process.env.HOME ?? process.env.USERPROFILE ?? '',
    })
    // Node 20 has no such function.
    if (existsSync(cache)) nodeModule.enableCompileCache?.(join(cache, 'compile'))
  } catch {
    // An unusable home directory is reported by the command itself.
  }
}

const argv = process.argv.slice(2)
enableCompileCache(argv)
const { main } = await import('./main.js')
await main(argv)
