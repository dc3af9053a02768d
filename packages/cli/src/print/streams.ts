import { fstatSync, statSync } from 'node:fs'
import { GateError } from '@gate/core'
import { writeAtOnce } from '@gate/sdk/token-command'

type Name = 'stdout' | 'stderr'
type Stream = NodeJS.WriteStream & { readonly fd: 1 | 2 }

const DESCRIPTORS = { stdout: 1, stderr: 2 } as const
/** Node's own accessors: what they open loads `node:net`, so that nothing here opens a stream before it is needed. */
const node = { stdout: accessorOf('stdout'), stderr: accessorOf('stderr') }
const opened: Partial<Record<Name, Stream>> = {}

/**
 * Has the errors of both streams looked after, whoever opens them.
 *
 * @param onFailure Is told when the answer could not be written.
 */
export function guardStreams(onFailure: (error: GateError) => void): void {
  define('stdout', () =>
    open('stdout', (error) => {
      const failure = failureOf(error)
      if (failure) onFailure(failure)
    }),
  )
  // There is no place left to say it.
  define('stderr', () => open('stderr', () => {}))
}

/**
 * Sends everything that is written to stdout from here on to stderr, except {@link writeOut}: a plugin that prints
 * must not end up in the middle of `--json`.
 */
export function reserveStdout(): void {
  realStdout = accessorOf('stdout')
  define('stdout', () => process.stderr as Stream)
}
let realStdout = node.stdout

/**
 * Writes the answer of a command.
 *
 * @throws GateError `io-failed`.
 */
export function writeOut(text: string): void {
  if (opened.stdout) {
    opened.stdout.write(text)
    return
  }
  try {
    const rest = writeAtOnce(DESCRIPTORS.stdout, text)
    if (rest) realStdout().write(rest)
  } catch (error) {
    const failure = failureOf(error as NodeJS.ErrnoException)
    if (failure) throw failure
  }
}

/** Writes what is not the answer: errors, warnings, progress. */
export function writeError(text: string): void {
  process.stderr.write(text)
}

/** Waits until everything is written that was given to stdout and stderr, or could not be. */
export async function flushed(): Promise<void> {
  for (const stream of [opened.stdout, opened.stderr]) {
    if (stream) await new Promise<void>((resolve) => stream.write('', () => resolve()))
  }
}

/** Returns the stream that answers go to, for what Node wants to know of it. */
export function stdout(): NodeJS.WriteStream {
  return realStdout()
}

/** Tells whether somebody may be looking. */
export function isTerminal(name: Name): boolean {
  if (isSurelyNone(DESCRIPTORS[name])) return false
  return (name === 'stdout' ? realStdout() : process.stderr).isTTY === true
}

/** A pipe, a file or `/dev/null`: seen without a stream. */
function isSurelyNone(descriptor: number): boolean {
  const known = none.get(descriptor) ?? lookAt(descriptor)
  none.set(descriptor, known)
  return known
}

const none = new Map<number, boolean>()

function lookAt(descriptor: number): boolean {
  if (process.platform === 'win32') return false
  try {
    const stats = fstatSync(descriptor)
    return !stats.isCharacterDevice() || stats.rdev === statSync('/dev/null').rdev
  } catch {
    return false
  }
}

function open(name: Name, onError: (error: NodeJS.ErrnoException) => void): Stream {
  const known = opened[name]
  if (known) return known
  const stream = node[name]()
  opened[name] = stream
  stream.on('error', onError)
  return stream
}

/** Undefined for a reader that has seen enough. */
function failureOf(error: NodeJS.ErrnoException): GateError | undefined {
  if (error.code === 'EPIPE') return undefined
  return new GateError({
    code: 'io-failed',
    message: `The answer could not be written: ${error.message}`,
    cause: error,
  })
}

function accessorOf(name: Name): () => Stream {
  const { get, value } = Object.getOwnPropertyDescriptor(process, name) ?? {}
  return () => (get ? get.call(process) : value) as Stream
}

function define(name: Name, get: () => Stream): void {
  Object.defineProperty(process, name, { configurable: true, enumerable: true, get })
}
