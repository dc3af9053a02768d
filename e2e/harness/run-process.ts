import { spawn } from 'node:child_process'

/** How a program ended and what it said. */
export interface Finished {
  /** Exit code; null when a signal or the time limit ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

export interface RunOptions {
  readonly cwd: string
  /** The whole environment of the child: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** User and group that the child runs as; only root may say so. Default: those of the test. */
  readonly uid?: number
  readonly gid?: number
  /** Milliseconds until the child and its process group are killed. Default 60000. */
  readonly timeoutMs?: number
  /** Text for stdin. Default: stdin is `/dev/null`. */
  readonly stdin?: string
  /** Called with the process id as soon as the child runs. */
  readonly onStart?: (pid: number) => void
  /** Called with everything on stderr so far, whenever there is more. */
  readonly onStderr?: (text: string) => void
}

/**
 * Runs a program in a process group of its own, so that a time limit also ends what it started.
 *
 * @throws Error when the program cannot be started.
 */
export function runProcess(command: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      if (child.pid !== undefined) killGroup(child.pid)
    }, options.timeoutMs ?? 60_000)
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
    })
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk
      options.onStderr?.(stderr)
    })
    child.once('spawn', () => {
      if (child.pid !== undefined) options.onStart?.(child.pid)
    })
    child.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, stdout, stderr, timedOut })
    })
    if (options.stdin !== undefined) {
      // A child that ends without reading closes the pipe early; that is its right.
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(options.stdin)
    }
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
