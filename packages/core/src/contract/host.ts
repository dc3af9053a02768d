import type * as fsPromises from 'node:fs/promises'
import type { PlatformPath } from 'node:path'
import type { Engine } from './engine.js'

/** Platforms that gate knows layouts for. */
export type Platform = 'linux' | 'darwin' | 'win32'

/**
 * The file-system calls that gate makes: the same functions as `node:fs/promises`, so that the real host passes that
 * module and tests pass one that is rooted elsewhere, fails, counts or kills.
 */
export type HostFileSystem = Pick<
  typeof fsPromises,
  | 'access'
  | 'chmod'
  | 'chown'
  | 'link'
  | 'lstat'
  | 'mkdir'
  | 'open'
  | 'readFile'
  | 'readdir'
  | 'readlink'
  | 'realpath'
  | 'rename'
  | 'rm'
  | 'rmdir'
  | 'stat'
  | 'symlink'
  | 'unlink'
  | 'utimes'
  | 'writeFile'
>

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms` milliseconds, rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface ProcessRunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Bytes for the child's stdin; none = `/dev/null`. */
  readonly stdin?: string
  /** Milliseconds after which the child is killed. Default 5000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

export interface ProcessResult {
  /** Exit code, or null when killed by a signal or the time limit. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

export interface LaunchOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** A program that outlives us. */
export interface LaunchedProcess {
  readonly pid: number
  /** Exit code, or null when killed by a signal. Never rejects and does not keep our process alive. */
  readonly exited: Promise<number | null>
}

export interface ProcessRunner {
  /** Runs one executable without a shell and collects what it prints. Never rejects for a non-zero exit. */
  run(command: string, args: readonly string[], options?: ProcessRunOptions): Promise<ProcessResult>
  /** Whether a process with this id exists now, whoever owns it. */
  isRunning(pid: number): boolean
  /**
   * Starts one executable without a shell, in a session of its own, with all of its stdio on `/dev/null`, and leaves it
   * alone: a browser, a login that outlives the helper.
   * Rejects with the system's error (`ENOENT`, `EACCES` …) when it cannot be started.
   */
  launch(command: string, args: readonly string[], options?: LaunchOptions): Promise<LaunchedProcess>
  readonly pid: number
  /** Effective user id; undefined on Windows. */
  readonly uid: number | undefined
}

/** Where gate keeps its own files; every directory is 0700. */
export interface GateDirectories {
  readonly config: string
  readonly state: string
  readonly cache: string
  readonly runtime: string
}

/**
 * Everything about the machine. Nothing below the command line reads `process.env`, `os.homedir()`,
 * `process.platform` or the clock directly, so that any platform's layout runs anywhere.
 */
export interface Host {
  readonly platform: Platform
  /** Home directory of the user, absolute. */
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** `node:path` flavour of `platform`. */
  readonly path: PlatformPath
  readonly fs: HostFileSystem
  readonly clock: Clock
  readonly process: ProcessRunner
  readonly directories: GateDirectories
  /** The path on the machine that really runs (differs from `path` only on hosts rooted elsewhere). */
  toNative(path: string): string
  /**
   * The engine of the gate that is running, so that a plugin's own copy of core is never a second writer. It works on this
   * host: a copy of the host with other parts needs an engine of its own.
   */
  readonly engine: Engine
}
