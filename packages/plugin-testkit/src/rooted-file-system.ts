import fs from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import type { HostFileSystem, Platform } from '@gate/core'
import type { PathMapping } from './path-mapping.js'

/** Calls whose first argument is the only path, and whose result holds none. */
const ONE_PATH = [
  'access',
  'chmod',
  'chown',
  'lstat',
  'open',
  'readFile',
  'readdir',
  'rm',
  'rmdir',
  'stat',
  'unlink',
  'utimes',
  'writeFile',
] as const

type AnyCall = (...args: unknown[]) => Promise<unknown>

/** The real file system, seen through a mapping: every path in and out is one of the host, in errors, too. */
export function rootedFileSystem(mapping: PathMapping, platform: Platform): HostFileSystem {
  const path = platform === 'win32' ? win32 : posix
  const native = (value: unknown) => (typeof value === 'string' ? mapping.toNative(value) : value)
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw inHostPaths(error, mapping)
    }
  }
  const onePath = Object.fromEntries(
    ONE_PATH.map((name) => {
      const call = fs[name] as unknown as AnyCall
      return [name, (first: unknown, ...rest: unknown[]) => told(call(native(first), ...rest))]
    }),
  )
  const others = {
    mkdir: async (directory: string, options?: Parameters<typeof fs.mkdir>[1]) => {
      const made = await told(fs.mkdir(mapping.toNative(directory), options))
      return made === undefined ? undefined : mapping.toHost(made)
    },
    rename: (from: string, to: string) => told(fs.rename(mapping.toNative(from), mapping.toNative(to))),
    link: (from: string, to: string) => told(fs.link(mapping.toNative(from), mapping.toNative(to))),
    symlink: (target: string, at: string) => {
      // A relative target is relative to the link on both sides; an absolute one has to stay below the root.
      const real = path.isAbsolute(target) ? mapping.toNative(target) : target.replaceAll('\\', '/')
      return told(fs.symlink(real, mapping.toNative(at)))
    },
    readlink: async (at: string) => {
      const target = await told(fs.readlink(mapping.toNative(at)))
      return mapping.toHost(target) ?? target
    },
    realpath: async (at: string) => {
      const real = await told(fs.realpath(mapping.toNative(at)))
      const host = mapping.toHost(real)
      if (host === undefined) throw new Error(`${at} leads out of the test host, to ${real}`)
      return host
    },
  }
  return { ...onePath, ...others } as unknown as HostFileSystem
}

function inHostPaths(error: unknown, mapping: PathMapping): unknown {
  if (!(error instanceof Error)) return error
  const system = error as NodeJS.ErrnoException & { dest?: string }
  for (const key of ['path', 'dest'] as const) {
    const native = system[key]
    const host = native === undefined ? undefined : mapping.toHost(native)
    if (native === undefined || host === undefined) continue
    system[key] = host
    system.message = system.message.replaceAll(native, host)
  }
  return system
}
