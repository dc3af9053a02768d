import { posix, win32 } from 'node:path'
import { advice } from './contract/action.js'
import type { GateDirectories, Host, Platform } from './contract/host.js'
import { GateError } from './errors/gate-error.js'

/** What the directories of gate depend on. */
export interface DirectoryInputs {
  readonly platform: Platform
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute home directory; a function, because it is not needed when `GATE_HOME` is set. */
  readonly home: () => string
}

/**
 * Where gate keeps its own files. Pure.
 *
 * @throws GateError `invalid-config` when `GATE_HOME` is not absolute.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ (relative XDG values must be ignored)
 */
export function gateDirectories({ platform, env, home }: DirectoryInputs): GateDirectories {
  const path = platform === 'win32' ? win32 : posix
  if (env.GATE_HOME) {
    if (!path.isAbsolute(env.GATE_HOME)) {
      throw new GateError({
        code: 'invalid-config',
        message: `GATE_HOME must be an absolute path, but is "${env.GATE_HOME}".`,
        fix: advice('Set GATE_HOME to an absolute path, or unset it.'),
      })
    }
    return below(env.GATE_HOME, path.join)
  }
  if (platform === 'darwin') return below(path.join(home(), 'Library', 'Application Support', 'gate'), path.join)
  const or = (value: string | undefined, ...fallback: string[]) =>
    value && path.isAbsolute(value) ? value : path.join(home(), ...fallback)
  if (platform === 'win32') {
    const local = path.join(or(env.LOCALAPPDATA, 'AppData', 'Local'), 'gate')
    const roaming = path.join(or(env.APPDATA, 'AppData', 'Roaming'), 'gate')
    return { ...below(local, path.join), config: path.join(roaming, 'config') }
  }
  const cache = path.join(or(env.XDG_CACHE_HOME, '.cache'), 'gate')
  const runtime = env.XDG_RUNTIME_DIR
  return {
    config: path.join(or(env.XDG_CONFIG_HOME, '.config'), 'gate'),
    state: path.join(or(env.XDG_STATE_HOME, '.local', 'state'), 'gate'),
    cache,
    runtime: runtime && path.isAbsolute(runtime) ? path.join(runtime, 'gate') : path.join(cache, 'run'),
  }
}

function below(root: string, join: (...parts: string[]) => string): GateDirectories {
  return {
    config: join(root, 'config'),
    state: join(root, 'state'),
    cache: join(root, 'cache'),
    runtime: join(root, 'run'),
  }
}

/** The files and directories inside the directories of gate, each named in one place. */
export interface GatePaths {
  /** Profiles and settings. */
  readonly config: string
  /** Receipts of everything that gate wrote into files of clients. */
  readonly ledger: string
  /** Directory of interrupted or running transactions. */
  readonly journal: string
  /** Directory of locks between processes. */
  readonly locks: string
  /** Directory of the locks that guard secrets, which belong to the configuration directory. */
  readonly secretLocks: string
  /** Directory of what plugins remember, one directory per client; `plugin.json` in there is gate's, see {@link undoFile}. */
  readonly clients: string
  /** Directory of helper shims. */
  readonly bin: string
  /** Directory of cached access tokens, one file per profile. */
  readonly tokens: string
  /** Secrets of the encrypted-file store. */
  readonly secrets: string
  /** Key of that store where no passphrase protects it; not beside it. */
  readonly secretsKey: string
  /** Directory of what clients answered when they were asked, one file per client. */
  readonly answers: string
  /** Directory of compiled modules. */
  readonly compileCache: string
}

/**
 * The file that exists while a plugin has something to undo that no receipt holds, e.g. what root wrote for it. Gate looks
 * only at whether it is there: then teardown asks the plugin even without a receipt, and says so when the plugin is gone.
 * Pure.
 *
 * @param host Only `directories` and `path` are used.
 */
export function undoFile(host: Pick<Host, 'directories' | 'path'>, clientId: string): string {
  return host.path.join(gatePaths(host).clients, clientId, 'undo.json')
}

/** @param host Only `directories` and `path` are used. Pure. */
export function gatePaths(host: Pick<Host, 'directories' | 'path'>): GatePaths {
  const { directories, path } = host
  return {
    config: path.join(directories.config, 'config.json'),
    ledger: path.join(directories.state, 'ledger.json'),
    journal: path.join(directories.state, 'journal'),
    locks: path.join(directories.state, 'locks'),
    secretLocks: path.join(directories.config, 'locks'),
    clients: path.join(directories.state, 'clients'),
    bin: path.join(directories.state, 'bin'),
    tokens: path.join(directories.cache, 'tokens'),
    secrets: path.join(directories.config, 'secrets.enc'),
    secretsKey: path.join(directories.state, 'secrets.key'),
    answers: path.join(directories.cache, 'answers'),
    compileCache: path.join(directories.cache, 'compile'),
  }
}
