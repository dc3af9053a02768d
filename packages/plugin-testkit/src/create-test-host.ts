import { access, constants, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, Host, Platform, ProcessResult, ProcessRunner } from '@gate/core'
import { createNodeHost } from '@gate/engine/host'
import { type FileSystemCall, interceptedFileSystem } from './intercepted-file-system.js'
import { mapPaths, type PathMapping } from './path-mapping.js'
import { rootedFileSystem } from './rooted-file-system.js'
import { pathOf, type TestFiles, writeTestFiles } from './test-files.js'
import { type Tree, type TreeEntry, treeSnapshot } from './tree-snapshot.js'

/** A program of a test host: gets its arguments, gives what it prints, or a whole result. */
export type TestProgram = (args: readonly string[]) => string | Partial<ProcessResult>

export interface TestHostInit {
  /** Whose layout and path flavour. Default `linux`. */
  readonly platform?: Platform
  /** Existing real directory to be the host's root. Default: a new one, removed by `dispose`. */
  readonly root?: string
  /** Added to a minimal environment of the platform; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Default: the home directory. */
  readonly cwd?: string
  readonly files?: TestFiles
  /** Programs by the path they are started with. */
  readonly programs?: Readonly<Record<string, TestProgram>>
  /** Asked for a program that `programs` does not name; what it does not know cannot be started (ENOENT). */
  readonly program?: (path: string) => TestProgram | undefined
  /** Parts of the process runner to replace, e.g. `pid` and `isRunning` to play a process that died. */
  readonly process?: Partial<ProcessRunner>
  readonly clock?: Clock
  /** Asked before every file-system call of the host; what it throws is what the call ends with. */
  readonly intercept?: (call: FileSystemCall) => void | Promise<void>
}

/** A host in a real directory, with any platform's layout. Removed at the end of an `await using` block. */
export interface TestHost extends Host, AsyncDisposable {
  /** The real directory that holds everything. */
  readonly root: string
  /** Creates files; keys as in {@link TestFiles}. */
  write(files: TestFiles): Promise<void>
  /** A file's text; the key as in {@link TestFiles}. */
  read(key: string): Promise<string>
  /**
   * Everything below the root, or below one directory of the host. Links inside the host lead to its own paths; on
   * Windows, which has no permission bits, every mode is 0.
   */
  snapshot(directory?: string): Promise<Tree>
  /** Removes the root, if this host made it. */
  dispose(): Promise<void>
}

const HOMES: Readonly<Record<Platform, string>> = {
  linux: '/home/user',
  darwin: '/Users/user',
  win32: 'C:\\Users\\user',
}

/** A machine for a test: nothing of the real one is seen but its time. */
export async function createTestHost(init: TestHostInit = {}): Promise<TestHost> {
  const platform = init.platform ?? 'linux'
  const root = await realpath(init.root ?? (await newRoot()))
  const mapping = mapPaths(root, platform)
  const rooted = rootedFileSystem(mapping, platform)
  const env = environmentOf(platform, init.env ?? {})
  const home = env[platform === 'win32' ? 'USERPROFILE' : 'HOME'] ?? HOMES[platform]
  await rooted.mkdir(home, { recursive: true })
  const host = createNodeHost({
    platform,
    env,
    home,
    cwd: init.cwd ?? home,
    fs: init.intercept ? interceptedFileSystem(rooted, init.intercept) : rooted,
    process: {
      ...processRunner(platform, (path) => init.programs?.[path] ?? init.program?.(path)),
      ...init.process,
    },
    toNative: (path) => mapping.toNative(path),
    ...(init.clock ? { clock: init.clock } : {}),
  })
  const withRealFiles: Host = { ...host, home: host.home, cwd: host.cwd, fs: rooted }
  await writeTestFiles(withRealFiles, init.files ?? {})
  const dispose = async () => {
    if (init.root === undefined) await rm(root, { recursive: true, force: true })
  }
  return {
    ...host,
    home: host.home,
    cwd: host.cwd,
    root,
    write: (files) => writeTestFiles(withRealFiles, files),
    read: (key) => rooted.readFile(pathOf(host, key), 'utf8'),
    snapshot: async (directory) => {
      const tree = await treeSnapshot(directory === undefined ? root : mapping.toNative(directory))
      return new Map([...tree].map(([path, entry]) => [path, asSeenByHost(entry, platform, mapping)]))
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  }
}

/** In memory where that is a directory: the engine flushes every write, and on a disk tests would wait for most of their time. */
async function newRoot(): Promise<string> {
  const inMemory = await access('/dev/shm', constants.W_OK).then(
    () => true,
    () => false,
  )
  return mkdtemp(join(inMemory ? '/dev/shm' : tmpdir(), 'gate-test-'))
}

function asSeenByHost(entry: TreeEntry, platform: Platform, mapping: PathMapping): TreeEntry {
  if (entry.kind === 'link') return { kind: 'link', target: mapping.toHost(entry.target) ?? entry.target }
  return platform === 'win32' ? { ...entry, mode: 0 } : entry
}

function environmentOf(
  platform: Platform,
  added: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const home = HOMES[platform]
  const base: Record<string, string> =
    platform === 'win32'
      ? {
          USERPROFILE: home,
          APPDATA: `${home}\\AppData\\Roaming`,
          LOCALAPPDATA: `${home}\\AppData\\Local`,
          ProgramData: 'C:\\ProgramData',
          SystemRoot: 'C:\\Windows',
          Path: 'C:\\Windows\\System32',
          PATHEXT: '.COM;.EXE;.BAT;.CMD',
        }
      : { HOME: home, USER: 'user', PATH: '/usr/local/bin:/usr/bin:/bin' }
  const all = Object.entries({ ...base, ...added })
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function processRunner(platform: Platform, find: (path: string) => TestProgram | undefined): ProcessRunner {
  const missing = (command: string) =>
    Object.assign(new Error(`spawn ${command} ENOENT`), { code: 'ENOENT', syscall: `spawn ${command}`, path: command })
  return {
    async run(command, args) {
      const program = find(command)
      if (!program) throw missing(command)
      const answer = program(args)
      const result: ProcessResult = { code: 0, stdout: '', stderr: '', timedOut: false }
      return typeof answer === 'string' ? { ...result, stdout: answer } : { ...result, ...answer }
    },
    launch: (command) => Promise.reject(missing(command)),
    isRunning: (pid) => pid === process.pid,
    pid: process.pid,
    uid: platform === 'win32' ? undefined : process.geteuid?.(),
  }
}
