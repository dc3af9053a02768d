import { statSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  advice,
  type Clock,
  type Engine,
  type GateDirectories,
  GateError,
  gateDirectories,
  type Host,
  type HostFileSystem,
  type Platform,
  type ProcessRunner,
} from '@gate/core'
import { createEngine } from '../create-engine.js'
import { createProcessRunner } from './process-runner.js'

/** Everything that may differ from the machine that runs; whatever is left out comes from Node. */
export interface NodeHostInit {
  /** Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Absolute home directory. Default: `HOME` of `env`, on Windows `USERPROFILE`. */
  readonly home?: string
  /** Default: the working directory of this process, or the home directory when that one was deleted. */
  readonly cwd?: string
  /** Default: this machine's. Another value gives that platform's layout and path flavour. */
  readonly platform?: Platform
  /** Default: `node:fs/promises`. */
  readonly fs?: HostFileSystem
  readonly clock?: Clock
  readonly process?: ProcessRunner
  /** Default: from `env`, see {@link gateDirectories}. */
  readonly directories?: GateDirectories
  /** Where a path of this host really lies. Default: the path itself. */
  readonly toNative?: (path: string) => string
  /**
   * Whether a missing or unusable home directory is an error at once. Default true. With false, `home` throws the same
   * error when it is first read, so that the token helper works for programs that start it with an empty environment.
   */
  readonly requireHome?: boolean
}

/**
 * The host that is this machine, or one that differs from it where `init` says so.
 *
 * @throws GateError `invalid-config` when the platform is unknown, the home directory is unset, relative, the root
 * directory or not a directory, or `GATE_HOME` is relative.
 */
export function createNodeHost(init: NodeHostInit = {}): Host {
  const platform = init.platform ?? platformOf(process.platform)
  const path = platform === 'win32' ? win32 : posix
  const env = init.env ?? process.env
  const toNative = init.toNative ?? ((absolute: string) => absolute)
  let checkedHome: string | undefined
  const home = () => {
    checkedHome ??= checkHome(
      init.home ?? (platform === 'win32' ? env.USERPROFILE : env.HOME),
      path,
      platform,
      toNative,
    )
    return checkedHome
  }
  if (init.requireHome !== false) home()
  const directories = init.directories ?? gateDirectories({ platform, env, home })
  let engine: Engine | undefined
  const host: Host = {
    platform,
    get home() {
      return home()
    },
    env,
    get cwd() {
      return init.cwd ?? currentDirectory(home)
    },
    path,
    fs: init.fs ?? fs,
    clock: init.clock ?? systemClock,
    process: init.process ?? createProcessRunner({ env, cwd: init.cwd }),
    directories,
    toNative,
    get engine() {
      engine ??= createEngine(host)
      return engine
    },
  }
  return host
}

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal ? { signal } : {})
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
}

function platformOf(name: string): Platform {
  if (name === 'linux' || name === 'darwin' || name === 'win32') return name
  // The BSDs and Android follow the XDG layout that gate uses on Linux.
  if (['freebsd', 'openbsd', 'netbsd', 'android', 'sunos'].includes(name)) return 'linux'
  throw new GateError({ code: 'invalid-config', message: `gate does not know the platform "${name}".` })
}

function currentDirectory(home: () => string): string {
  try {
    return process.cwd()
  } catch {
    // The working directory was deleted (ENOENT from getcwd); programs that start helpers do that.
    return home()
  }
}

function checkHome(
  home: string | undefined,
  path: typeof posix,
  platform: Platform,
  toNative: (path: string) => string,
): string {
  const variable = platform === 'win32' ? 'USERPROFILE' : 'HOME'
  const refuse = (problem: string): never => {
    throw new GateError({
      code: 'invalid-config',
      message: `The home directory ${problem}.`,
      fix: advice(`Set ${variable} to your home directory.`),
    })
  }
  if (!home) return refuse(`is unknown, because ${variable} is not set`)
  if (home.includes('\0') || !path.isAbsolute(home))
    return refuse(`must be an absolute path, but is ${JSON.stringify(home)}`)
  const normal = path.resolve(home)
  if (normal === path.parse(normal).root) return refuse(`is the root directory ${normal}, which is nobody's`)
  let isDirectory: boolean
  try {
    isDirectory = statSync(toNative(normal)).isDirectory()
  } catch {
    return refuse(`${normal} does not exist or cannot be read`)
  }
  return isDirectory ? normal : refuse(`${normal} is not a directory`)
}
