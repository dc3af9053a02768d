import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** A server program that a test started, in the foreground. */
export interface ServerProgram {
  readonly child: ChildProcess
  /** Everything that it wrote so far. */
  output(): string
  /** Ends it by its own id, and waits until it is gone. */
  stop(): Promise<void>
}

export interface ProgramOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Signal that ends it in good order. Default SIGTERM. */
  readonly signal?: NodeJS.Signals
  /** Run it as this user. Default: as whoever runs the tests. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined
}

/** Starts a server and waits until an address answers, whatever it answers. */
export async function startProgram(
  command: string,
  args: readonly string[],
  isReady: () => Promise<boolean>,
  options: ProgramOptions,
): Promise<ServerProgram> {
  let text = ''
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options.user,
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  const failed = new Promise<never>((_, reject) => child.once('error', reject))
  failed.catch(() => {})
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const ended = once(child, 'exit')
    child.kill(options.signal ?? 'SIGTERM')
    await ended
  }
  for (;;) {
    if (await Promise.race([isReady(), failed])) return { child, output: () => text, stop }
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}:\n${text}`)
    await sleep(50)
  }
}

/** Whether an address answers HTTP. */
export async function answers(url: string): Promise<boolean> {
  return fetch(url, { redirect: 'manual' }).then(
    async (response) => {
      await response.body?.cancel()
      return true
    },
    () => false,
  )
}
