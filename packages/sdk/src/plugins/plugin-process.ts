import { type ChildProcess, spawn } from 'node:child_process'
import { join, parse } from 'node:path'
import type { Duplex, Readable } from 'node:stream'
import { GateError, type Host } from '@gate/core'
import { nodeEnvironment, packageDirectory } from '../installation.js'
import { type Begin, lineReader, type Request, type Verb, type VerbInput, WIRE_FD } from './wire.js'

/** Megabytes of V8's heap: plans and documents take under 50. */
const HEAP_MB = 512
/** Bytes of the whole process, whatever holds them. */
const MEMORY_LIMIT = 1024 * 1024 * 1024
/** Bytes of one answer; the largest hold files of a client, for `--dry-run`. */
const MAX_ANSWER = 16 * 1024 * 1024
/** Bytes that it may say in all, on any pipe. */
const MAX_TOTAL = 128 * 1024 * 1024
/** Bytes of its last words that are kept. */
const KEPT_OUTPUT = 2_000
/** Failures in the background that are told; the others are like them. */
const TOLD_FAILURES = 3

/** A failure of the plugin that nobody waits for. */
export type Warn = (message: string) => void

/** The process of one foreign plugin. */
export interface PluginProcess {
  /** What the module exports. Rejects when it cannot be imported. */
  readonly exported: Promise<unknown>
  /** Whether a verb can be asked for. */
  isRunning(): boolean
  /** The answer as it came. Rejects with what the verb threw, or when the process ends. Nothing runs on after the last one. */
  call(verb: Verb, input: VerbInput, signal?: AbortSignal): Promise<unknown>
  /** Ends it with everything that it started, now. */
  stop(reason: string): void
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Starts a process that imports a plugin. It is in a process group of its own, has no stdin, and what it prints is not
 * shown; it does not keep gate from ending, and ends with it.
 */
export function startPluginProcess(begin: Begin, warn: Warn, env: Host['env'] = process.env): PluginProcess {
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MB}`,
      join(packageDirectory(), 'dist', 'plugin-child.js'),
      String(process.pid),
      String(MEMORY_LIMIT),
    ],
    {
      // Not where the user is: what a program looks up in its working directory must not come from a repository.
      cwd: parse(process.execPath).root,
      env: { ...env, ...nodeEnvironment() },
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  )
  endWithThisProcess(child)
  const wire = child.stdio[WIRE_FD] as Duplex
  const waiting = new Map<number, Waiting>()
  let exporting: Waiting | undefined
  let said = ''
  let total = 0
  let told = 0
  let last = 0
  let ended: GateError | undefined
  const keepAlive = () => (exporting === undefined && waiting.size === 0 ? child.unref() : child.ref())
  const end = (reason: string) => {
    if (ended) return
    ended = new GateError({ code: 'plugin-failed', message: reason })
    killTree(child)
    exporting?.reject(ended)
    exporting = undefined
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
    keepAlive()
  }
  const count = (chunk: Buffer) => {
    total += chunk.length
    if (total > MAX_TOTAL) end('it said too much, so its process was ended')
  }
  const settle = (number: unknown, how: (one: Waiting) => void) => {
    if (typeof number !== 'number') return
    const one = waiting.get(number)
    waiting.delete(number)
    if (one) how(one)
    // What it still does after its answer, e.g. hold a lock that another client needs, is nothing that anybody waits for.
    if (one && waiting.size === 0) end('it has answered')
    keepAlive()
  }
  const hear = (line: string) => {
    const message = objectOf(line)
    // An answer may have been lost in it, and nothing that follows can be believed.
    if (message === undefined) return end('what it said is no answer')
    if ('exported' in message) exporting?.resolve(message.exported)
    if ('failed' in message) exporting?.reject(message.failed)
    if ('exported' in message || 'failed' in message) exporting = undefined
    if ('answer' in message) settle(message.answer, ({ resolve }) => resolve(message.value))
    if ('error' in message) settle(message.error, ({ reject }) => reject(message.thrown))
    if (typeof message.background === 'string' && told++ < TOLD_FAILURES) warn(printable(message.background))
    keepAlive()
  }
  const say = (request: Request) => void wire.write(`${JSON.stringify(request)}\n`)

  for (const stream of [child.stdout, child.stderr] as Readable[]) {
    stream.on('data', (chunk: Buffer) => {
      count(chunk)
      said = (said + chunk.toString('utf8')).slice(-KEPT_OUTPUT)
    })
  }
  const read = lineReader(MAX_ANSWER, hear, () => end('its answer was too long'))
  wire.on('data', (chunk: Buffer) => {
    count(chunk)
    if (!ended) read(chunk)
  })
  for (const stream of [child.stdout, child.stderr, wire]) {
    stream?.on('error', () => {})
    // What it may still print is nothing to wait for.
    ;(stream as unknown as { unref?(): void } | null)?.unref?.()
  }
  child.on('error', (error) => end(`its process could not be started: ${error.message}`))
  child.on('exit', () => killTree(child))
  // After the last of what it printed and answered.
  child.on('close', (code, signal) => end(`its process ended${lastWords(code, signal, said)}`))

  const exported = new Promise<unknown>((resolve, reject) => {
    exporting = { resolve, reject }
  })
  exported.catch(() => {})
  keepAlive()
  say({ begin })
  return {
    exported,
    isRunning: () => ended === undefined && child.exitCode === null && child.signalCode === null,
    call(verb, input, signal) {
      if (ended) return Promise.reject(ended)
      const call = ++last
      const result = new Promise<unknown>((resolve, reject) => waiting.set(call, { resolve, reject }))
      keepAlive()
      say({ call, verb, input })
      const abort = () => say({ abort: call })
      if (signal?.aborted) abort()
      signal?.addEventListener('abort', abort, { once: true })
      return result.finally(() => signal?.removeEventListener('abort', abort))
    },
    stop: end,
  }
}

/** With the programs that it runs; what it started in a session of its own, e.g. a browser, goes on. */
function killTree(child: ChildProcess): void {
  const { pid } = child
  if (pid === undefined) return
  if (process.platform === 'win32') {
    if (child.exitCode !== null) return
    const system = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32')
    spawn(join(system, 'taskkill.exe'), ['/PID', String(pid), '/T', '/F'], { cwd: system, stdio: 'ignore' })
      .on('error', () => child.kill('SIGKILL'))
      .unref()
    return
  }
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}

const running = new Set<ChildProcess>()

/** Kills a child at the end of this process. Without a child, this process has no listener of gate. */
function endWithThisProcess(child: ChildProcess): void {
  if (running.size === 0) process.on('exit', killAll)
  running.add(child)
  const forget = () => {
    running.delete(child)
    if (running.size === 0) process.off('exit', killAll)
  }
  child.once('exit', forget).once('error', forget)
}

function killAll(): void {
  for (const child of running) killTree(child)
}

function lastWords(code: number | null, signal: NodeJS.Signals | null, said: string): string {
  const how = signal === null ? ` with code ${code}` : ` with ${signal}`
  if (/heap out of memory|it used too much memory/.test(said)) return `${how}: it used too much memory`
  const line = printable(said.trimEnd().split('\n').at(-1)?.trim() ?? '')
  return line ? `${how}: ${line}` : how
}

/** One line without what a terminal would obey. */
function printable(text: string): string {
  return text.slice(0, 300).replace(/\p{C}/gu, ' ')
}

function objectOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
