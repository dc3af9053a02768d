import { statSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageDirectory } from '../installation.js'

/*
 * A plugin states `@gate/core` as a peer dependency. npm 7 and newer, pnpm and bun install it then, but yarn 1 only warns,
 * and so does npm with `legacy-peer-deps`. gate has the package in its bundle, and lends it, also to what the plugin
 * depends on, such as `@gate/client-kit`.
 */

const CORE = '@gate/core'

let lent = false

/**
 * The module to lend to the plugin at `entry`; undefined when the plugin has a copy that Node would find.
 *
 * @param entry Absolute path of the plugin's module, symlinks resolved.
 */
export function coreToLend(entry: string): string | undefined {
  for (let directory = dirname(entry); ; directory = dirname(directory)) {
    if (exists(join(directory, 'node_modules', CORE, 'package.json'))) return undefined
    if (directory === dirname(directory)) return pathToFileURL(join(packageDirectory(), 'dist', 'own-core.js')).href
  }
}

/** Lets imports of `@gate/core` that Node cannot resolve lead to `url`, in this thread, from now on. */
export function lendCore(url: string): void {
  if (lent) return
  lent = true
  nodeModule.registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        if (specifier !== CORE) throw error
        return { url, shortCircuit: true }
      }
    },
  })
}

function exists(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
