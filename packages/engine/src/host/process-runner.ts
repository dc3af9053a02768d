import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import type { LaunchedProcess, LaunchOptions, ProcessResult, ProcessRunner, ProcessRunOptions } from '@gate/core'

const DEFAULT_TIMEOUT_MS = 5000
// A client that prints without end must not fill the memory of gate.
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024

/** What a child gets when its options do not say otherwise. */
export interface ProcessDefaults {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string | undefined
  /** Default: that of this process. */
  readonly platform?: NodeJS.Platform
}

/** Runs real processes of this machine. */
export function createProcessRunner(defaults: ProcessDefaults): ProcessRunner {
  return {
    run: (command, args, options = {}) => run(command, args, options, defaults),
    isRunning,
    launch: (command, args, options = {}) => launch(command, args, options, defaults),
    pid: process.pid,
    uid: process.geteuid?.(),
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

type Start = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess

/**
 * The function that starts programs without a shell of ours. Node for Windows refuses batch files (CVE-2024-27980), and
 * the helper and most clients that npm installs are such: calling cmd.exe with the right quoting is cross-spawn's craft.
 */
async function programStarter(command: string, { platform = process.platform }: ProcessDefaults): Promise<Start> {
  if (platform !== 'win32') return spawn
  refuseBareName(command)
  // cross-spawn starts what it says there for batch files, and looks for a bare cmd.exe without it.
  const { env } = process
  env.comspec ||= `${env.SystemRoot || 'C:\\Windows'}\\System32\\cmd.exe`
  return (await import('cross-spawn')).default
}

/**
 * Windows, and cross-spawn, look for a bare name in the working directory first, and that is the repository that the user
 * is in. A path without a drive depends on the working directory, too.
 */
function refuseBareName(command: string): void {
  if (/^(?:[a-z]:[\\/]|\\\\)/i.test(command)) return
  throw Object.assign(new Error(`${JSON.stringify(command)} is no full path, so it is not started`), {
    code: 'ENOENT',
    path: command,
  })
}

async function run(
  command: string,
  args: readonly string[],
  options: ProcessRunOptions,
  defaults: ProcessDefaults,
): Promise<ProcessResult> {
  const start = await programStarter(command, defaults)
  return await new Promise((resolve, reject) => {
    const cwd = options.cwd ?? defaults.cwd
    const child = start(command, args, {
      shell: false,
      windowsHide: true,
      env: { ...(options.env ?? defaults.env) },
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
      ...(options.signal ? { signal: options.signal, killSignal: 'SIGKILL' as const } : {}),
    })
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      child.kill('SIGKILL')
    }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    const stdout = collect(child.stdout, () => child.kill('SIGKILL'))
    const stderr = collect(child.stderr, () => child.kill('SIGKILL'))
    // A child that does not read its stdin closes it: EPIPE here is its right.
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.stdin)
    let exited: number | null = null
    const finish = () => {
      clearTimeout(timer)
      resolve({ code: exited, stdout: stdout(), stderr: stderr(), timedOut })
    }
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(options.signal?.aborted ? options.signal.reason : error)
    })
    child.on('exit', (code) => {
      exited = code
      // Grandchildren may hold the pipes open for ever; after a kill nothing more is worth waiting for.
      if (timedOut) {
        child.stdout?.destroy()
        child.stderr?.destroy()
      }
    })
    child.on('close', finish)
  })
}

async function launch(
  command: string,
  args: readonly string[],
  options: LaunchOptions,
  defaults: ProcessDefaults,
): Promise<LaunchedProcess> {
  const start = await programStarter(command, defaults)
  return await new Promise((resolve, reject) => {
    const cwd = options.cwd ?? defaults.cwd
    const child = start(command, args, {
      shell: false,
      windowsHide: true,
      // A session of its own: the terminal's Ctrl-C and the death of our process group do not reach it.
      detached: true,
      stdio: 'ignore',
      env: { ...(options.env ?? defaults.env) },
      ...(cwd === undefined ? {} : { cwd }),
    })
    const exited = new Promise<number | null>((settle) => child.on('exit', settle))
    child.once('error', reject)
    child.once('spawn', () => {
      child.unref()
      resolve({ pid: child.pid as number, exited })
    })
  })
}

function collect(stream: NodeJS.ReadableStream | null, overflow: () => void): () => string {
  const chunks: Buffer[] = []
  let size = 0
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MAX_OUTPUT_BYTES) overflow()
    else chunks.push(chunk)
  })
  return () => Buffer.concat(chunks).toString('utf8')
}
