import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, posix, relative } from 'node:path'
import { helperPath } from '@gate/auth/helper-path'
import { gateDirectories } from '@gate/core'
import type { DevGateway } from '@gate/dev-gateway'

export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CallOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  readonly stdin?: string
  /** Called as soon as the process runs. */
  readonly onStart?: (pid: number) => void
  /** Called with everything on stdout so far, whenever there is more. */
  readonly onStdout?: (text: string, pid: number) => void
  /** The same for stderr. */
  readonly onStderr?: (text: string, pid: number) => void
  /** Milliseconds until SIGKILL. Default 30000. */
  readonly timeoutMs?: number
}

/** A throwaway home directory with programs that only exist. */
export interface Machine {
  readonly home: string
  readonly bin: string
  readonly env: Readonly<Record<string, string>>
  run(command: string, args: readonly string[], options?: CallOptions): Promise<Finished>
  /** Path below the home directory. */
  path(...parts: string[]): string
  write(path: string, content: string, mode?: number): Promise<string>
  read(path: string): Promise<string>
  exists(path: string): Promise<boolean>
  /** Path of the helper that clients of a gateway are given, below the home directory. */
  helper(gatewayUrl: string, profile?: string): string
  remove(): Promise<void>
}

export interface MachineOptions {
  /** Client programs on PATH. Default Claude Code and Codex. */
  readonly clients?: readonly ('claude' | 'codex' | 'opencode')[]
  readonly gateway?: DevGateway
  /** Name of the home directory below a fresh one, to try hostile names. */
  readonly homeName?: string
}

const CONFIG_DIRECTORIES = { claude: '.claude', codex: '.codex', opencode: '.config/opencode' } as const

/** Makes a {@link Machine}. Nothing is inherited from the environment of the test. */
export async function createMachine(options: MachineOptions = {}): Promise<Machine> {
  const root = await mkdtemp(join(tmpdir(), 'gate-cli-'))
  const home = join(root, options.homeName ?? 'home')
  const bin = join(root, 'bin')
  await mkdir(home)
  await mkdir(bin)
  await symlink(process.execPath, join(bin, 'node'))
  for (const client of options.clients ?? (['claude', 'codex'] as const)) {
    await writeFile(join(bin, client), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    await mkdir(join(home, CONFIG_DIRECTORIES[client]), { recursive: true })
  }
  const env = {
    HOME: home,
    PATH: `${bin}:/usr/bin:/bin`,
    GATE_SECRET_STORE: 'file',
    GATE_SECRET_STORE_PASSPHRASE: 'a passphrase of the tests',
    ...(options.gateway ? { BROWSER: options.gateway.browser } : {}),
  }
  const run = (command: string, args: readonly string[], given: CallOptions = {}) =>
    finish(command, args, { ...given, env: { ...env, ...given.env }, cwd: given.cwd ?? root })
  const path = (...parts: string[]) => join(home, ...parts)
  const directories = gateDirectories({ platform: 'linux', env: {}, home: () => home })
  return {
    home,
    bin,
    env,
    run,
    path,
    async write(file, content, mode) {
      await mkdir(dirname(path(file)), { recursive: true })
      await writeFile(path(file), content)
      if (mode !== undefined) await chmod(path(file), mode)
      return path(file)
    },
    read: (file) => readFile(path(file), 'utf8'),
    exists: (file) =>
      readFile(path(file)).then(
        () => true,
        () => false,
      ),
    helper: (gatewayUrl, profile = 'default') =>
      relative(home, helperPath({ directories, path: posix, platform: 'linux' }, profile, gatewayUrl)),
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  }
}

function finish(command: string, args: readonly string[], options: CallOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env as NodeJS.ProcessEnv,
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 30_000,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
      options.onStdout?.(stdout, child.pid ?? 0)
    })
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk
      options.onStderr?.(stderr, child.pid ?? 0)
    })
    if (child.pid !== undefined) options.onStart?.(child.pid)
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.stdin)
  })
}
