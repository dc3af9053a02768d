import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Action, advice } from '@gate/core'
import { installationOf } from './roots.js'

/** Why code at a place is not run, and what helps. */
export interface Distrust {
  /** Fits after the name of a package and "is refused: ". */
  readonly reason: string
  readonly fix: Action
}

/** Whether the places that plugins lie in are nobody else's. */
export interface Provenance {
  /** A `node_modules` directory, with its parents up to the end of its installation. */
  ofRoot(directory: string): Distrust | undefined
  /**
   * A package, with the module that is run; links followed.
   *
   * @param installed False for a directory that the configuration names: all of its parents count then.
   */
  ofPackage(directory: string, entry: string | undefined, installed: boolean): Distrust | undefined
}

/**
 * Who may own what gate runs: the user, root, and whoever owns the CLI itself, for that one's code is running already.
 * Whatever others may write is refused, however it came there. On Windows access control lists decide, and nothing is
 * refused here.
 *
 * @param packageFile A file of the package that gate runs from. Absent: only the user and root are trusted.
 * @param uid Who runs gate. Default: this process.
 */
export function createProvenance(packageFile?: string, uid = process.geteuid?.()): Provenance {
  if (uid === undefined) return { ofRoot: () => undefined, ofPackage: () => undefined }
  const trusted = new Set([uid, 0, ...(packageFile === undefined ? [] : ownerOf(packageFile))])
  const seen = new Map<string, Distrust | undefined>()
  const reals = new Map<string, string>()
  const realOf = (path: string): string => {
    const real = reals.get(path) ?? realpathOf(path)
    reals.set(path, real)
    return real
  }
  const look = (path: string, isParent: boolean): Distrust | undefined => {
    const key = `${isParent} ${path}`
    if (!seen.has(key)) seen.set(key, distrust(path, trusted, isParent))
    return seen.get(key)
  }
  /** `first` and its parents up to `last`, or to the root of the file system. */
  const chain = (first: string, last: string | undefined): Distrust | undefined => {
    for (let current = dirname(first); first !== last; current = dirname(current)) {
      const found = look(current, true)
      if (found) return found
      if (current === last || current === dirname(current)) break
    }
    return undefined
  }
  return {
    ofRoot(directory) {
      const real = realOf(directory)
      return look(real, false) ?? chain(real, installationOf(real))
    },
    ofPackage(directory, entry, installed) {
      const real = realOf(directory)
      // The link itself decides which package it is.
      const paths = [...(real === directory ? [] : [directory]), real, join(real, 'package.json')]
      for (const path of entry === undefined ? paths : [...paths, realOf(entry)]) {
        const found = look(path, false)
        if (found) return found
      }
      return chain(real, installed ? installationOf(real) : undefined)
    },
  }
}

function distrust(path: string, trusted: ReadonlySet<number>, isParent: boolean): Distrust | undefined {
  const stats = statsOf(path)
  if (stats === undefined) return undefined
  if (!trusted.has(stats.uid)) {
    return {
      reason: `${path} belongs to another user (${stats.uid})`,
      fix: advice('Install the plugin as yourself, or let root own it', {
        action: 'run',
        command: `chown root ${path}`,
      }),
    }
  }
  // A link has no mode of its own.
  if (stats.isSymbolicLink() || (stats.mode & 0o002) === 0) return undefined
  // In a sticky directory others may add entries, but not take this one's place.
  if (isParent && (stats.mode & 0o1000) !== 0) return undefined
  return { reason: `anybody may write ${path}`, fix: { action: 'run', command: `chmod o-w ${path}` } }
}

function ownerOf(path: string): number[] {
  const stats = statsOf(realpathOf(path))
  return stats === undefined ? [] : [stats.uid]
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

function realpathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
