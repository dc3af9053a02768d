import * as fs from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { HostFileSystem } from '@gate/core'

/**
 * The file system for one command line, done at once on the main thread. A set-up makes 250 small calls one after the
 * other, and each detour through the thread pool costs 0.1 to 0.3 ms: a quarter of its time. Nothing else is waiting in
 * the process meanwhile, but for timers, which get a turn now and then. Same functions and errors as `node:fs/promises`.
 */
export const syncFileSystem: HostFileSystem = {
  access: promised(fs.accessSync),
  chmod: promised(fs.chmodSync),
  chown: promised(fs.chownSync),
  link: promised(fs.linkSync),
  lstat: promised(fs.lstatSync) as HostFileSystem['lstat'],
  mkdir: promised(fs.mkdirSync) as HostFileSystem['mkdir'],
  open: promised(openHandle) as HostFileSystem['open'],
  readFile: promised(fs.readFileSync) as HostFileSystem['readFile'],
  readdir: promised(fs.readdirSync) as HostFileSystem['readdir'],
  readlink: promised(fs.readlinkSync) as HostFileSystem['readlink'],
  // Not `realpathSync` itself, which walks the path in JavaScript; the asynchronous one asks the system, too.
  realpath: promised(fs.realpathSync.native) as HostFileSystem['realpath'],
  rename: promised(fs.renameSync),
  rm: promised(fs.rmSync),
  rmdir: promised(fs.rmdirSync),
  stat: promised(fs.statSync) as HostFileSystem['stat'],
  symlink: promised(fs.symlinkSync) as HostFileSystem['symlink'],
  unlink: promised(fs.unlinkSync),
  utimes: promised(fs.utimesSync),
  writeFile: promised(fs.writeFileSync) as HostFileSystem['writeFile'],
}

function promised<Args extends unknown[], Result>(call: (...args: Args) => Result): (...args: Args) => Promise<Result> {
  return async (...args) => {
    if (performance.now() - lastTurn > TURN_MS) await letTimersRun()
    return call(...args)
  }
}

// A held lock shows its signs of life by a timer, and others take it over when none came for long. On a disk that needs
// a tenth of a second for a call, a set-up would show none until its end.
const TURN_MS = 200
let lastTurn = performance.now()

async function letTimersRun(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0))
  lastTurn = performance.now()
}

/** The methods of a file handle that make sense for small files; streams are none of them. */
type SmallFileHandle = Pick<
  FileHandle,
  | 'fd'
  | 'chmod'
  | 'chown'
  | 'close'
  | 'datasync'
  | 'read'
  | 'readFile'
  | 'stat'
  | 'sync'
  | 'truncate'
  | 'utimes'
  | 'write'
  | 'writeFile'
>

function openHandle(...args: Parameters<typeof fs.openSync>): SmallFileHandle {
  const fd = fs.openSync(...args)
  const on = <Rest extends unknown[], Result>(call: (fd: number, ...rest: Rest) => Result) =>
    promised((...rest: Rest) => call(fd, ...rest))
  return {
    fd,
    chmod: on(fs.fchmodSync),
    chown: on(fs.fchownSync),
    close: on(fs.closeSync),
    datasync: on(fs.fdatasyncSync),
    read: on(readInto) as FileHandle['read'],
    readFile: on(fs.readFileSync) as FileHandle['readFile'],
    stat: on(fs.fstatSync) as FileHandle['stat'],
    sync: on(fs.fsyncSync),
    truncate: on(fs.ftruncateSync),
    utimes: on(fs.futimesSync),
    write: on(writeFrom) as FileHandle['write'],
    writeFile: on(fs.writeFileSync) as FileHandle['writeFile'],
  }
}

function readInto(fd: number, buffer: Buffer, offset?: number, length?: number, position?: number | null) {
  const start = offset ?? 0
  return { bytesRead: fs.readSync(fd, buffer, start, length ?? buffer.byteLength - start, position ?? null), buffer }
}

function writeFrom(fd: number, buffer: Buffer) {
  return { bytesWritten: fs.writeSync(fd, buffer), buffer }
}
