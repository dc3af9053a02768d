import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DevGateway } from '@gate/dev-gateway'
import { claudeExecutable, codexExecutable, gateExecutable, opencodeExecutable } from './client-programs.ts'
import { withPrivateEtc } from './namespaces.ts'
import { opencodeDependencies } from './opencode-dependencies.ts'
import { type Finished, runProcess } from './run-process.ts'

// Codex refuses to place its own helper programs below /tmp, which no real home is; /var/tmp is on every Debian.
const PLACE = '/var/tmp/gate-e2e-'

/** The passphrase of the encrypted secret store; a canary, so no file or output may ever hold it. */
export const PASSPHRASE = 'e2e-passphrase-canary-7f3c19'

/** Keeps OpenCode from asking its vendor for models and updates. */
const OPENCODE_QUIET = { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' }

export interface HomeOptions {
  readonly gateway: DevGateway
  /** `stub`: programs that only exist, for tests in which no client runs. Default `real`. */
  readonly clients?: 'real' | 'stub'
  /** Executables that take the place of real ones, by command, e.g. `claude` of another version. */
  readonly programs?: Readonly<Record<string, string>>
  /** Added to the environment of every program; `{home}` stands for the home directory. */
  readonly env?: Readonly<Record<string, string>>
  /** Give gate one directory of its own (`GATE_HOME`) instead of the XDG directories. Default false. */
  readonly gateHome?: boolean
}

export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly timeoutMs?: number
  readonly stdin?: string
  /** Directory whose files are shown on top of `/etc` to this one program. */
  readonly etc?: string
  readonly onStart?: (pid: number) => void
  readonly onStderr?: (text: string) => void
}

/** A home directory that nobody else uses, with a clean environment in which gate and the clients run. */
export interface ThrowawayHome {
  /** Holds everything of this test; `home`, `work` and `bin` are below it. */
  readonly root: string
  readonly home: string
  /** Where programs are started: an empty directory outside the home. */
  readonly work: string
  readonly gateway: DevGateway
  /** The environment that programs get; nothing of the test process is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** Options of `gate setup` that name this gateway and its OpenID provider. */
  readonly connection: readonly string[]
  /** Any program, in this home's environment. */
  run(command: string, args: readonly string[], options?: CallOptions): Promise<Finished>
  gate(args: readonly string[], options?: CallOptions): Promise<Finished>
  /** `claude -p hi`, with further arguments. */
  claude(args?: readonly string[], options?: CallOptions): Promise<Finished>
  /** `codex exec hi`, with further arguments. */
  codex(args?: readonly string[], options?: CallOptions): Promise<Finished>
  /** `opencode run hi`, with further arguments, without its own look-ups of models and updates. */
  opencode(args?: readonly string[], options?: CallOptions): Promise<Finished>
  /** Writes a file below `root`, with its directories. */
  write(path: string, content: string | Uint8Array, mode?: number): Promise<string>
  read(path: string): Promise<string>
  remove(): Promise<void>
}

/** Makes a {@link ThrowawayHome}: nothing in it but the clients' directories, as if all of them had been used. */
export async function createHome(options: HomeOptions): Promise<ThrowawayHome> {
  const { gateway } = options
  const root = await mkdtemp(PLACE)
  const [home, work, bin] = [join(root, 'home'), join(root, 'work'), join(root, 'bin')]
  for (const directory of [home, work, bin, join(home, '.claude'), join(home, '.codex')]) await mkdir(directory)
  await useOpencode(join(home, '.config', 'opencode'))
  await symlink(process.execPath, join(bin, 'node'))
  await installClients(bin, options.clients ?? 'real', options.programs)
  const env: Record<string, string> = {
    HOME: home,
    PATH: `${bin}:/usr/bin:/bin`,
    BROWSER: gateway.browser,
    GATE_SECRET_STORE: 'file',
    GATE_SECRET_STORE_PASSPHRASE: PASSPHRASE,
    ...(options.gateHome ? { GATE_HOME: join(root, 'gate') } : {}),
    ...Object.fromEntries(
      Object.entries(options.env ?? {}).map(([name, value]) => [name, value.replaceAll('{home}', home)]),
    ),
  }
  let namespaces = 0

  const call = async (command: string, args: readonly string[], given: CallOptions = {}) => {
    let line: { command: string; args: readonly string[] } = { command, args }
    if (given.etc !== undefined) {
      const mountPoint = join(root, `etc-${namespaces++}`)
      await mkdir(mountPoint)
      line = withPrivateEtc(given.etc, mountPoint, command, args)
    }
    return runProcess(line.command, line.args, {
      cwd: given.cwd ?? work,
      env: { ...env, ...given.env },
      ...(given.timeoutMs === undefined ? {} : { timeoutMs: given.timeoutMs }),
      ...(given.stdin === undefined ? {} : { stdin: given.stdin }),
      ...(given.onStart === undefined ? {} : { onStart: given.onStart }),
      ...(given.onStderr === undefined ? {} : { onStderr: given.onStderr }),
    })
  }

  return {
    root,
    home,
    work,
    gateway,
    env,
    connection: ['--gateway-url', gateway.url, '--issuer', gateway.issuer, '--client-id', gateway.clientId],
    run: call,
    gate: (args, given) => call(process.execPath, [gateExecutable, ...args], given),
    claude: (args = [], given) => call(join(bin, 'claude'), ['-p', 'hi', ...args], given),
    // Started with this Node, because its first line would look for one on PATH.
    codex: (args = [], given) => {
      return call(process.execPath, [join(bin, 'codex'), 'exec', '--skip-git-repo-check', ...args, 'hi'], given)
    },
    opencode: (args = [], given) => {
      return call(join(bin, 'opencode'), ['run', ...args, 'hi'], {
        ...given,
        env: { ...OPENCODE_QUIET, ...given?.env },
      })
    },
    async write(path, content, mode) {
      const file = join(root, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, content)
      if (mode !== undefined) await chmod(file, mode)
      return file
    },
    read: (path) => readFile(join(root, path), 'utf8'),
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  }
}

/** Makes a directory look as if OpenCode had been at work in it. */
export async function useOpencode(directory: string): Promise<void> {
  for (const [file, content] of Object.entries(opencodeDependencies(directory))) {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
}

async function installClients(
  bin: string,
  kind: 'real' | 'stub',
  others: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (kind === 'real') {
    const pinned = { claude: claudeExecutable, codex: codexExecutable, opencode: opencodeExecutable }
    for (const [command, file] of Object.entries({ ...pinned, ...others })) await symlink(file, join(bin, command))
    return
  }
  for (const name of ['claude', 'codex', 'opencode'])
    await writeFile(join(bin, name), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
}
