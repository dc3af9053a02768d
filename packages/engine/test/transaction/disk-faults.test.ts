import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { GateError } from '@gate/core'
import { expect, it } from 'vitest'
import { createEngine } from '../../src/create-engine.js'
import { twoFilesAndAShim } from '../support/plans.js'
import { createSandbox, leftoversIn, removeSandboxesAfterEach, type Sandbox, treeOf } from '../support/sandbox.js'
import { type Call, systemError, watchedFs } from '../support/watched-fs.js'

removeSandboxesAfterEach()

const LONG = { timeout: 180_000 }

function prepared(): Sandbox {
  const sandbox = createSandbox()
  mkdirSync(sandbox.path('.claude'))
  mkdirSync(sandbox.path('.codex'))
  writeFileSync(sandbox.path('.claude', 'settings.json'), '{ "env": { "FOO": "1" } }\n')
  writeFileSync(sandbox.path('.codex', 'config.toml'), 'model_provider = "mine"\n')
  return sandbox
}

/** Calls that need space on the disk. */
function needsSpace({ name, args }: Call): boolean {
  if (name === 'open') return String(args[1]).includes('w')
  return ['mkdir', 'writeFile', 'handle.writeFile', 'handle.sync', 'rename'].includes(name)
}

/** Calls that a directory or file without permission refuses. */
function needsPermission({ name }: Call): boolean {
  return ['open', 'mkdir', 'writeFile', 'rename', 'unlink', 'readFile', 'handle.chmod'].includes(name)
}

const operations = {
  setup: (sandbox: Sandbox, host: Sandbox['host']) => host.engine.apply(twoFilesAndAShim(sandbox), { profile: 'p' }),
  teardown: (_: Sandbox, host: Sandbox['host']) => host.engine.revert('demo'),
}

type Operation = keyof typeof operations

const faults = [
  { operation: 'setup', errno: 'ENOSPC', concerns: needsSpace, code: 'disk-full' },
  { operation: 'setup', errno: 'EACCES', concerns: needsPermission, code: 'file-read-only' },
  { operation: 'setup', errno: 'EIO', concerns: needsPermission, code: 'io-failed' },
  { operation: 'teardown', errno: 'EDQUOT', concerns: needsSpace, code: 'disk-full' },
  { operation: 'teardown', errno: 'EROFS', concerns: needsPermission, code: 'file-read-only' },
] as const

function before(operation: Operation): (sandbox: Sandbox) => Promise<unknown> {
  return operation === 'teardown' ? (sandbox) => operations.setup(sandbox, sandbox.host) : async () => {}
}

/** The calls of an undisturbed run that a fault concerns, and the files before and after it. */
async function referenceOf(operation: Operation, concerns: (call: Call) => boolean) {
  const sandbox = prepared()
  await before(operation)(sandbox)
  const old = treeOf(sandbox.home)
  const indexes: number[] = []
  const fs = watchedFs((call, make) => {
    if (concerns(call)) indexes.push(call.index)
    return make()
  })
  await operations[operation](sandbox, sandbox.hostWith({ fs }))
  return { indexes, old, fresh: treeOf(sandbox.home) }
}

it.each(faults)(
  'F3 F4 $errno at each call of $operation: old or new, typed, nothing left behind',
  LONG,
  async (fault) => {
    const { operation, errno, concerns, code } = fault
    const { indexes, old, fresh } = await referenceOf(operation, concerns)
    let failures = 0
    for (const index of indexes) {
      const sandbox = prepared()
      await before(operation)(sandbox)
      const fs = watchedFs((call, make) =>
        call.index === index ? Promise.reject(systemError(errno, call.path)) : make(),
      )
      const result = await operations[operation](sandbox, sandbox.hostWith({ fs })).catch((error: unknown) => error)
      const at = `call ${index}`
      if (result instanceof Error) {
        failures++
        expect(result, at).toSatisfy(GateError.isInstance)
        expect(result, at).toMatchObject({ code, file: expect.any(String) })
      }
      // What a fault in the middle of going back leaves is for the next command, as after a kill.
      await sandbox.host.engine.recover()
      expect([old, fresh], at).toContainEqual(treeOf(sandbox.home))
      expect(leftoversIn(sandbox.home), at).toEqual([])
      await operations[operation](sandbox, sandbox.host)
      expect(treeOf(sandbox.home), at).toEqual(fresh)
      rmSync(sandbox.root, { recursive: true })
    }
    expect(failures).toBeGreaterThan(10)
  },
)

it(
  'F3 a disk that is full from some call on: the old files are intact and no temporary file is left',
  LONG,
  async () => {
    const grows = (call: Call) => needsSpace(call) && call.name !== 'rename'
    const { indexes, old } = await referenceOf('setup', grows)
    for (const index of indexes) {
      const sandbox = prepared()
      const fs = watchedFs((call, make) =>
        call.index < index || !grows(call) ? make() : Promise.reject(systemError('ENOSPC', call.path)),
      )
      const error: unknown = await operations
        .setup(sandbox, sandbox.hostWith({ fs }))
        .catch((reason: unknown) => reason)
      expect(error).toSatisfy(GateError.isInstance)
      const { file } = error as GateError
      expect(error).toMatchObject({ code: 'disk-full', exitCode: 1, message: expect.stringContaining(String(file)) })
      await sandbox.host.engine.recover()
      if (JSON.stringify(treeOf(sandbox.home)) !== JSON.stringify(old)) await operations.teardown(sandbox, sandbox.host)
      expect(treeOf(sandbox.home)).toEqual(old)
      expect(leftoversIn(sandbox.home)).toEqual([])
      rmSync(sandbox.root, { recursive: true })
    }
    expect(indexes.length).toBeGreaterThan(10)
  },
)

it('F22 a sharing violation on Windows is waited for, a bounded time', async () => {
  for (const { busy, works } of [
    { busy: 3, works: true },
    { busy: 1000, works: false },
  ]) {
    const sandbox = prepared()
    const settings = sandbox.path('.claude', 'settings.json')
    let left = busy
    const slept: number[] = []
    const fs = watchedFs((call, make) => {
      if (call.name !== 'rename' || call.args[1] !== settings || left-- <= 0) return make()
      return Promise.reject(systemError(left % 2 ? 'EBUSY' : 'EPERM', settings))
    })
    const { path } = sandbox.host
    const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) }
    // The layout is this machine's, so that it can run here; what is Windows' is how renames fail.
    const host = { ...sandbox.hostWith({ fs, clock }), platform: 'win32' as const, path }
    const result = operations.setup(sandbox, { ...host, engine: createEngine(host) })
    if (works) await expect(result).resolves.toMatchObject({ result: 'configured' })
    else await expect(result).rejects.toMatchObject({ code: 'file-read-only', file: settings })
    expect(slept.length).toBe(works ? 3 : 9)
  }
})
