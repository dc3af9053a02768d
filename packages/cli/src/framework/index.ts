import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageDirectory } from '@gate/sdk'
import type { Interfaces } from '@oclif/core'
import { run } from '@oclif/core/run'
import { settings } from '@oclif/core/settings'
import { LOADERS } from '../commands/index.js'
import { oclifCommand } from './oclif-command.js'

// oclif would look for a TypeScript source tree when a caller's NODE_ENV says "test" or "development".
settings.enableAutoTranspile = false

/** Every command; oclif finds them here (`oclif.commands` of package.json). */
export const COMMANDS = Object.fromEntries(
  await Promise.all(
    Object.entries(LOADERS).map(async ([id, load]) => [id, oclifCommand(id, (await load()).default)] as const),
  ),
)

/** Runs a command line with all of oclif: help, whatever is no command or wrong, and what is not plain. */
export async function runFramework(argv: readonly string[]): Promise<void> {
  const root = packageDirectory()
  const pjson: Interfaces.PJSON = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // gate has plugins of its own kind; those of oclif would be code from directories that gate does not know.
  await run([...argv], { root, pjson, userPlugins: false, devPlugins: false })
}
