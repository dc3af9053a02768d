import './zod-without-eval.js'
import { realpathSync } from 'node:fs'
import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { GateError, type Host } from '@gate/core'
import { createNodeHost, syncFileSystem } from '@gate/engine/host'
import { verbArguments } from './answered-plugin.js'
import { lendCore } from './lend-core.js'
import { GUARD } from './plugin-guard.js'
import { exportedOf, lineReader, type Request, type Response, type ThrownError, WIRE_FD } from './wire.js'

/*
 * The process of one foreign plugin. It has a host and an engine of its own, because locks and the journal work between
 * processes anyway, and gives its answers back as JSON. Gate kills it when it takes too long.
 */

/** Gate's own requests are small, but for a connection with many models. */
const MAX_REQUEST = 16 * 1024 * 1024

const [parent, memoryLimit] = process.argv.slice(2).map(Number)
// Before the plugin can change what they do.
const { parse, stringify } = JSON
const exit = process.exit.bind(process)

const wire = new Socket({ fd: WIRE_FD, readable: true, writable: true })
const write = wire.write.bind(wire)
const aborts = new Map<number, AbortController>()
type Verbs = Readonly<Record<string, ((...args: unknown[]) => unknown) | undefined>>
let plugin: Verbs | undefined
let host: Host | undefined

new Worker(GUARD, { eval: true, workerData: { parent, memoryLimit }, stdin: false }).unref()
wire.on('error', () => exit(0))
wire.on('close', () => exit(0))
wire.on(
  'data',
  lineReader(
    MAX_REQUEST,
    (line) => void handle(parse(line) as Request),
    () => exit(1),
  ),
)
const inBackground = (error: unknown) => send({ background: thrown(error).message })
process.on('uncaughtException', inBackground)
process.on('unhandledRejection', inBackground)

async function handle(request: Request): Promise<void> {
  if ('begin' in request) return begin(request.begin)
  if ('abort' in request) return aborts.get(request.abort)?.abort(interrupted())
  const { call, verb, input } = request
  const abort = new AbortController()
  aborts.set(call, abort)
  try {
    const value = await plugin?.[verb]?.(host, ...verbArguments(verb, input, abort.signal))
    send({ answer: call, value })
  } catch (error) {
    send({ error: call, thrown: thrown(error) })
  } finally {
    aborts.delete(call)
  }
}

async function begin({ entry, core, cwd }: { entry: string; core?: string; cwd: string }): Promise<void> {
  try {
    host = createNodeHost({ fs: syncFileSystem, requireHome: false, cwd })
    if (core !== undefined) lendCore(core)
    const module = (await import(pathToFileURL(realpathSync(entry)).href)) as { default?: unknown }
    const exported = exportedOf(module.default)
    plugin = module.default as Verbs | undefined
    send({ exported })
  } catch (error) {
    send({ failed: thrown(error) })
  }
}

function send(response: Response): void {
  let line: string
  try {
    line = stringify(response)
  } catch (error) {
    if (!('answer' in response)) return
    const message = `it answered what is no plain data: ${thrown(error).message}`
    line = stringify({ error: response.answer, thrown: { code: 'plugin-invalid', message } })
  }
  write(`${line}\n`)
}

function thrown(error: unknown): ThrownError {
  try {
    if (!GateError.isInstance(error)) return { message: error instanceof Error ? error.message : String(error) }
    const { code, message, file, line, column, fix } = error
    return Object.fromEntries(
      Object.entries({ code, message, file, line, column, fix }).filter(([, value]) => value !== undefined),
    ) as unknown as ThrownError
  } catch {
    return { message: 'it threw what cannot be shown' }
  }
}

function interrupted(): GateError {
  return new GateError({ code: 'interrupted', message: 'interrupted' })
}
