import { type promises, promises as real } from 'node:fs'
import type { HostFileSystem } from '@gate/core'

/** One file-system call, about to be made. */
export interface Call {
  /** Position in the order of calls, from 0. */
  readonly index: number
  /** `rename`, or for a method of an open file `handle.sync`. */
  readonly name: string
  /** The path it is about; of an open file the one it was opened with. */
  readonly path: string
  readonly args: readonly unknown[]
}

/** Runs a call; may throw instead of it, before it, or after it. */
export type Watcher = (call: Call, make: () => Promise<unknown>) => Promise<unknown>

const NAMES = [
  'chmod',
  'chown',
  'link',
  'lstat',
  'mkdir',
  'open',
  'readFile',
  'readdir',
  'readlink',
  'realpath',
  'rename',
  'rm',
  'rmdir',
  'stat',
  'symlink',
  'unlink',
  'utimes',
  'writeFile',
] as const satisfies readonly (keyof HostFileSystem)[]

type Method = (...args: unknown[]) => Promise<unknown>

/** The real file system with every call, also those of open files, led through a watcher. */
export function watchedFs(watcher: Watcher): HostFileSystem {
  let count = 0
  const watch = (name: string, path: string, args: readonly unknown[], make: () => Promise<unknown>) =>
    watcher({ index: count++, name, path, args }, make)
  const calls = NAMES.map((name) => {
    const method = real[name] as unknown as Method
    return [
      name,
      async (...args: unknown[]) => {
        const path = String(args[0])
        const result = await watch(name, path, args, () => method(...args))
        return name === 'open' ? watchedHandle(result as promises.FileHandle, path, watch) : result
      },
    ]
  })
  return Object.fromEntries(calls) as HostFileSystem
}

function watchedHandle(
  handle: promises.FileHandle,
  path: string,
  watch: (name: string, path: string, args: readonly unknown[], make: () => Promise<unknown>) => Promise<unknown>,
): promises.FileHandle {
  return new Proxy(handle, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        try {
          return await watch(`handle.${String(property)}`, path, args, () => (value as Method).apply(target, args))
        } catch (error) {
          // A descriptor must be closed whatever a test pretends, or Node complains about its garbage collection.
          if (property === 'close') await target.close().catch(() => {})
          throw error
        }
      }
    },
  })
}

/** A system error as Node throws it. */
export function systemError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: pretended, '${path}'`), { code, path })
}
