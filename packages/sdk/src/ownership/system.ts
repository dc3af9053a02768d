import { spawnSync } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'

/** What ownership is judged by, of anything in a file system. */
export interface Seen {
  readonly uid: number
  readonly gid: number
  /** Permission bits with set-id and sticky bits. */
  readonly mode: number
  readonly kind: 'directory' | 'link' | 'other'
}

/** The calls that a check of ownership makes. None of them throws; undefined = it cannot be told. */
export interface OwnershipSystem {
  /** Effective ids of this process. */
  readonly uid: number
  readonly gid: number
  look(path: string): Seen | undefined
  readLink(path: string): string | undefined
  list(path: string): readonly string[]
  /** A file of the system, e.g. `/etc/group`. */
  read(path: string): string | undefined
  /** The long listing of `ls`, by which lists of rights are noticed; undefined where `ls` does not tell. */
  listing(paths: readonly string[]): string | undefined
  /** The list of rights of one path as `getfacl` writes it, with numbers. */
  accessList(path: string): string | undefined
}

/** This machine, without the detour through promises: it is asked before anything else is loaded. */
export function thisSystem(uid: number, gid: number): OwnershipSystem {
  return {
    uid,
    gid,
    look: (path) => attempt(() => seenAt(path)),
    readLink: (path) => attempt(() => readlinkSync(path)),
    list: (path) => attempt(() => readdirSync(path)) ?? [],
    read: (path) => attempt(() => readFileSync(path, 'utf8')),
    // busybox and toybox have an `ls` that says nothing of lists of rights.
    listing: (paths) => (tellsAccessLists('/bin/ls') ? output('/bin/ls', ['-ldn', '--', ...paths]) : undefined),
    accessList: (path) => output('/usr/bin/getfacl', ['-cpn', '--', path]),
  }
}

function seenAt(path: string): Seen {
  const stats = lstatSync(path)
  const kind = stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : 'other'
  return { uid: stats.uid, gid: stats.gid, mode: stats.mode & 0o7777, kind }
}

function tellsAccessLists(program: string): boolean {
  const real = attempt(() => realpathSync(program))
  return real !== undefined && !/(?:busy|toy)box/.test(real)
}

function output(program: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 2_000,
  })
  return status === 0 ? stdout : undefined
}

function attempt<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch {
    return undefined
  }
}
