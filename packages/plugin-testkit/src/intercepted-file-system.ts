import type { FileHandle } from 'node:fs/promises'
import type { HostFileSystem } from '@gate/core'

/** One call that a host makes; calls on an open file are named `handle.…`. */
export interface FileSystemCall {
  readonly name: string
  /** The path, where the call has one. */
  readonly path: string | undefined
}

/**
 * A file system that asks before every call, those on open files included.
 *
 * @param before What it throws is what the call ends with, and the call is not made.
 */
export function interceptedFileSystem(
  fs: HostFileSystem,
  before: (call: FileSystemCall) => void | Promise<void>,
): HostFileSystem {
  const wrap = (name: string, call: (...args: unknown[]) => Promise<unknown>) => {
    return async (...args: unknown[]) => {
      await before({ name, path: typeof args[0] === 'string' ? args[0] : undefined })
      const result = await call(...args)
      return name === 'open' ? interceptedHandle(result as FileHandle, before) : result
    }
  }
  const calls = Object.entries(fs).map(([name, call]) => [
    name,
    wrap(name, call as (...args: unknown[]) => Promise<unknown>),
  ])
  return Object.fromEntries(calls) as HostFileSystem
}

function interceptedHandle(handle: FileHandle, before: (call: FileSystemCall) => void | Promise<void>): FileHandle {
  return new Proxy(handle, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      const method = value as (...args: unknown[]) => Promise<unknown>
      return async (...args: unknown[]) => {
        try {
          await before({ name: `handle.${String(key)}`, path: undefined })
        } catch (error) {
          // What stands for the death of a process closes its files, too.
          await target.close().catch(() => {})
          throw error
        }
        return method.apply(target, args)
      }
    },
  })
}
