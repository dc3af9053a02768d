import { type Action, advice, GateError, type Host, type ProcessResult } from '@gate/core'
import { HAS_CHANGED, IS_LINK } from './replace-as-root.js'

/** Less than gate gives a plugin, so that a dialog nobody answers ends here, and not the plugin. */
const TIME_LIMIT_MS = 45_000
/** What AppleScript says when somebody cancels, in every language. */
const CANCELLED = -128

/** The command is an argument, so AppleScript has nothing to interpret. */
const SCRIPT = [
  'on run argv',
  'do shell script (item 1 of argv) with prompt (item 2 of argv) with administrator privileges',
  'end run',
]

/** What people are told when root's rights are asked for. */
export interface RootCall {
  /** The file that is to be changed. */
  readonly file: string
  /** What gate wants, in one sentence of the dialog. */
  readonly prompt: string
  /** What helps when nobody gives a password. */
  readonly fix: Action
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs a shell command (see {@link replaceAsRootCommand}) as root on macOS: by the system's dialog, which takes the password of any administrator, or over SSH,
 * where nobody would see a dialog, by a `sudo` that was allowed before. gate itself never sees a password.
 *
 * @throws GateError `elevation-refused`, `file-changed`, `file-not-regular` or `io-failed`; the command changed nothing.
 */
export async function runAsRoot(host: Host, command: string, { file, prompt, fix, signal }: RootCall): Promise<void> {
  const overSsh = host.env.SSH_CONNECTION !== undefined
  const options = { timeoutMs: TIME_LIMIT_MS, ...(signal ? { signal } : {}) }
  if (overSsh && (await start(host, '/usr/bin/sudo', ['-n', '-v'], options)).code !== 0) {
    throw refused(file, 'There is nobody at a screen to ask over SSH.', { action: 'run', command: 'sudo -v' })
  }
  const result = overSsh
    ? await start(host, '/usr/bin/sudo', ['-n', '--', '/bin/sh', '-c', command], options)
    : await start(host, '/usr/bin/osascript', [...SCRIPT.flatMap((line) => ['-e', line]), command, prompt], options)
  if (result.code === 0) return
  if (result.timedOut) throw refused(file, `Nobody gave a password within ${TIME_LIMIT_MS / 1000} seconds.`, fix)
  const code = overSsh ? result.code : Number(/\((-?\d+)\)\s*$/.exec(result.stderr)?.[1] ?? Number.NaN)
  if (code === CANCELLED) throw refused(file, 'The password was not given.', fix)
  throw failure(file, code, result.stderr)
}

async function start(
  host: Host,
  command: string,
  args: readonly string[],
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<ProcessResult> {
  try {
    return await host.process.run(command, args, options)
  } catch (error) {
    if (options.signal?.aborted) throw error
    const message = error instanceof Error ? error.message : String(error)
    return { code: 127, stdout: '', stderr: message, timedOut: false }
  }
}

function failure(file: string, code: number | null, stderr: string): GateError {
  switch (code) {
    case HAS_CHANGED:
      return new GateError({
        code: 'file-changed',
        message: `${file} was changed while gate worked on it. Nothing was changed by gate.`,
        file,
        fix: advice('Run the command again.'),
      })
    case IS_LINK:
      return new GateError({
        code: 'file-not-regular',
        message: `${file} or its directory is a link, which root does not follow for gate. Nothing was changed.`,
        file,
      })
    default:
      return new GateError({
        code: 'io-failed',
        message: `${file} could not be changed by an administrator: ${stderr.trim() || `exit code ${code}`}`,
        file,
      })
  }
}

function refused(file: string, why: string, fix: Action): GateError {
  return new GateError({
    code: 'elevation-refused',
    message: `${why} ${file} belongs to the system, so only an administrator can change it. Nothing was changed.`,
    file,
    fix,
  })
}
