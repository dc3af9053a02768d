import { pathToFileURL } from 'node:url'
import { endProcess } from '../end-process.js'

const foreign = new Set<string>()

/**
 * Takes the common ways to end the process from code that is not ours: `process.exit`, an error that is thrown later in
 * a timer, a rejection that nobody handles. What ends a process on purpose (`process.kill`, `process.abort`) cannot be
 * taken away: a plugin is code that its user has installed.
 *
 * @param directory Absolute directory of the plugin, symlinks resolved; errors from there end nothing.
 */
export function containForeignCode(directory: string): void {
  if (foreign.size === 0) {
    process.exit = ((code?: number) => {
      throw new Error(`it tried to end gate with process.exit(${code ?? ''})`)
    }) as typeof process.exit
    process.on('uncaughtException', survive)
    process.on('unhandledRejection', survive)
  }
  foreign.add(directory).add(pathToFileURL(directory).href)
}

/** Whether an error comes from code that is contained; this process survives it then. */
export function isForeignError(error: unknown): boolean {
  const stack = stackOf(error)
  return [...foreign].some((place) => stack.includes(place))
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function survive(error: unknown): void {
  if (isForeignError(error)) {
    const reason = error instanceof Error ? error.message : String(error)
    process.stderr.write(`Warning: a plugin failed in the background: ${reason}\n`)
    return
  }
  process.stderr.write(`${stackOf(error)}\n`)
  endProcess(1)
}
