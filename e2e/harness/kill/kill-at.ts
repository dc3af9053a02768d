/**
 * Preload (`node --import`) that counts the file-system calls of a program that touch one directory, and kills the
 * program with SIGKILL before, after, or in the middle of the n-th one. Configured by environment variables, because a
 * preload has no arguments:
 *
 * - `KILL_ROOT`: the directory.
 * - `KILL_AT`: number of the call, counted from 1; `0` only counts.
 * - `KILL_MATCH`: a regular expression; only calls whose name and path match it are counted. Default: every call.
 * - `KILL_WHEN`: `before`, `after`, or `half` (a write is cut in two; any other call counts as `before`).
 * - `KILL_REPORT`: file that gets one line per call. It must lie outside the directory.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'

type Call = (...args: unknown[]) => unknown
type Methods = Record<string, unknown>

const root = process.env.KILL_ROOT ?? '/nonexistent'
const at = Number(process.env.KILL_AT ?? 0)
const when = process.env.KILL_WHEN ?? 'before'
const report = process.env.KILL_REPORT
const match = new RegExp(process.env.KILL_MATCH ?? '')

// Taken before anything is patched: the report must not count itself.
const appendFileSync = fs.appendFileSync
const descriptors = new Set<number>()
const handles = new WeakSet<object>()
let count = 0

/** Not a function of a path: it makes no call, or none of its own. */
const NOT_A_CALL = /^(_|[A-Z])|^(constants|promises|existsSync|watch|watchFile|unwatchFile|openAsBlob|glob|globSync)$/
const WRITES = /^(write|writeFile|writev|appendFile|writeSync|writeFileSync|appendFileSync)$/

function isInside(value: unknown): boolean {
  if (typeof value === 'string') return value === root || value.startsWith(`${root}/`)
  if (value instanceof URL) return isInside(fileURLToPath(value))
  if (Buffer.isBuffer(value)) return isInside(value.toString())
  return typeof value === 'number' && descriptors.has(value)
}

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  // The signal is delivered at once, but nothing may run in between.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

/** Runs one counted call and kills the process where it was asked to. */
function counted(name: string, original: Call, self: unknown, args: unknown[]): unknown {
  const call = `${name} ${JSON.stringify(String(args[0])).slice(0, 200)}`
  if (!match.test(call)) return original.apply(self, args)
  count += 1
  const mine = count === at
  if (report !== undefined) appendFileSync(report, `${count} ${call}\n`)
  if (!mine) return original.apply(self, args)
  if (when === 'before') die()
  if (when === 'half') return halved(name, original, self, args)
  return afterwards(name, original, self, args)
}

function afterwards(name: string, original: Call, self: unknown, args: unknown[]): unknown {
  const callback = args.at(-1)
  if (typeof callback === 'function' && !name.endsWith('Sync')) {
    return original.apply(self, [...args.slice(0, -1), () => die()])
  }
  const result = original.apply(self, args)
  if (result instanceof Promise) return result.then(die, die)
  die()
}

/** Writes half of the data, so that a cut write is met, too. */
function halved(name: string, original: Call, self: unknown, args: unknown[]): unknown {
  if (!WRITES.test(name)) die()
  const index = args.findIndex((value) => (typeof value === 'string' && !isInside(value)) || ArrayBuffer.isView(value))
  const data = args[index]
  if (typeof data !== 'string' && !Buffer.isBuffer(data)) die()
  const half = data.slice(0, Math.floor(data.length / 2))
  return afterwards(name, original, self, [...args.slice(0, index), half])
}

function remember(name: string, result: unknown): unknown {
  if (typeof result === 'number' && name === 'openSync') descriptors.add(result)
  if (result instanceof Promise && name === 'open') {
    return result.then((handle: unknown) => {
      if (typeof handle === 'object' && handle !== null) track(handle as { fd: number })
      return handle
    })
  }
  return result
}

let patchedHandles = false

function track(handle: { fd: number }): void {
  handles.add(handle)
  if (patchedHandles) return
  patchedHandles = true
  const prototype = Object.getPrototypeOf(handle) as Methods
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const property = Object.getOwnPropertyDescriptor(prototype, name)
    const original: unknown = property?.value
    if (typeof original !== 'function' || name === 'constructor' || /^(on|getAsyncId|_|\[)/.test(name)) continue
    prototype[name] = function (this: object, ...args: unknown[]) {
      if (!handles.has(this)) return (original as Call).apply(this, args)
      return counted(name, original as Call, this, args)
    }
  }
}

function patch(target: Methods): void {
  for (const name of Object.keys(target)) {
    const original = target[name]
    if (typeof original !== 'function' || NOT_A_CALL.test(name)) continue
    const patched = function (this: unknown, ...args: unknown[]) {
      const touches = isInside(args[0]) || (typeof args[1] === 'string' && isInside(args[1]))
      if (!touches) return (original as Call).apply(this, args)
      const result = counted(name, original as Call, this, args)
      // The number is given to the next file that is opened, which may lie outside.
      if (name === 'closeSync') descriptors.delete(args[0] as number)
      return remember(name, result)
    }
    // `fs.realpath.native` and the like hang on the functions themselves.
    target[name] = Object.assign(patched, original)
  }
}

patch(fs as unknown as Methods)
patch(fs.promises as unknown as Methods)
syncBuiltinESMExports()
