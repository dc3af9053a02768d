import { isAbsolute, join, posix, sep, win32 } from 'node:path'
import type { Platform } from '@gate/core'

/** How the paths of a host lie below a real directory. */
export interface PathMapping {
  /** The real path of an absolute path of the host. `..` never leaves the root. */
  toNative(path: string): string
  /** The host's path of a real one; `undefined` when it lies outside of the root. */
  toHost(native: string): string | undefined
}

/**
 * Puts a file tree of any platform below a real directory: `/home/x` at `<root>/home/x`, `C:\x` at `<root>/C/x`.
 *
 * @param root Absolute real path without symbolic links.
 */
export function mapPaths(root: string, platform: Platform): PathMapping {
  const below = (parts: readonly string[]) => join(root, ...parts)
  return {
    toNative(path) {
      if (platform !== 'win32') {
        if (!posix.isAbsolute(path)) throw new TypeError(`A host is asked for the relative path ${path}`)
        return below(posix.normalize(path).split('/'))
      }
      if (!win32.isAbsolute(path)) throw new TypeError(`A host is asked for the relative path ${path}`)
      const normal = win32.normalize(path)
      const drive = /^([A-Za-z]):/.exec(normal)?.[1]?.toUpperCase()
      return below([drive ?? 'UNC', ...normal.replace(/^[A-Za-z]:/, '').split('\\')])
    },
    toHost(native) {
      if (!isAbsolute(native) || !(native === root || native.startsWith(root + sep))) return undefined
      const parts = native.slice(root.length + 1).split(sep)
      if (platform !== 'win32') return `/${parts.join('/')}`
      const [drive = 'C', ...rest] = parts
      return drive === 'UNC' ? `\\\\${rest.join('\\')}` : `${drive}:\\${rest.join('\\')}`
    },
  }
}
