import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectionFlags, createMachine, type Machine } from './harness/machine.js'

const MODULE = fileURLToPath(new URL('../../sdk/src/token-command/end-process.ts', import.meta.url))
const TOKEN = fileURLToPath(new URL('../dist/token.js', import.meta.url))

let gateway: DevGateway
let machine: Machine
beforeAll(async () => {
  gateway = await startDevGateway()
})
afterAll(() => gateway.stop())
beforeEach(async () => {
  machine = await createMachine({ gateway })
  execFileSync('sh', ['-c', 'mkfifo "$0"', machine.path('fifo')])
})
afterEach(() => machine.remove())

/** Runs a script that can end the process; `BLOCK` keeps a thread of the pool busy until somebody writes to the FIFO. */
const script = (body: string) =>
  machine.run(process.execPath, [
    '--input-type=module',
    '-e',
    `import { open } from 'node:fs'
     import { endProcess, watchNativeCall } from ${JSON.stringify(MODULE)}
     const BLOCK = () => new Promise(() => open(${JSON.stringify(machine.path('fifo'))}, 'r', () => {}))
     ${body}`,
  ])

describe.skipIf(process.platform === 'win32')('the end of the process', () => {
  test('a call in the thread pool that never ends does not keep it; what is to be done at the end is done', async () => {
    const ended = await script(`
      watchNativeCall(BLOCK())
      process.on('exit', (code) => process.stdout.write('end ' + code))
      setTimeout(() => endProcess(3), 50)`)
    expect(ended).toEqual({ code: 3, signal: null, stdout: 'end 3', stderr: '' })
  })

  test('it is the ordinary one when nothing is left waiting', async () => {
    const ended = await script(`
      process.execve = () => process.stdout.write('replaced')
      watchNativeCall(Promise.resolve())
      watchNativeCall(Promise.reject(new Error('no')))
      setTimeout(() => endProcess(4), 50)`)
    expect(ended).toEqual({ code: 4, signal: null, stdout: '', stderr: '' })
  })

  test('where the process cannot be replaced, it still ends with its code', async () => {
    const ended = await script(`
      delete process.execve
      watchNativeCall(new Promise(() => {}))
      endProcess(5)`)
    expect(ended).toMatchObject({ code: 5, stderr: '' })
  })

  test.each([
    ['the helper', [TOKEN, 'token', '--skip-browser']],
    ['the full command', [fileURLToPath(new URL('../bin/run.js', import.meta.url)), 'logout']],
  ])('A19 %s ends when a keychain that never answers was given up', async (_what, args) => {
    expect((await machine.gate('setup', '--lazy', ...connectionFlags(gateway))).code).toBe(0)
    await writeFile(
      machine.path('keytar.mjs'),
      `import { open } from 'node:fs'
       const never = () => new Promise(() => open(${JSON.stringify(machine.path('fifo'))}, 'r', () => {}))
       export const getPassword = never, setPassword = never, deletePassword = never\n`,
    )
    await writeFile(
      machine.path('hook.mjs'),
      `import { registerHooks, syncBuiltinESMExports } from 'node:module'
       import timers from 'node:timers/promises'
       const { setTimeout } = timers
       // Half a minute is a long time for a test.
       timers.setTimeout = (ms, ...rest) => setTimeout(ms / 60, ...rest)
       syncBuiltinESMExports()
       registerHooks({
         resolve: (name, context, next) =>
           name === 'keytar' ? { url: 'file://${machine.path('keytar.mjs')}', shortCircuit: true } : next(name, context),
       })\n`,
    )
    const env = { GATE_SECRET_STORE: 'keychain', NODE_OPTIONS: `--import=${machine.path('hook.mjs')}` }
    const ended = await machine.run(process.execPath, args, { env, timeoutMs: 15_000 })
    expect(ended).toMatchObject({ signal: null, stdout: '', stderr: expect.stringContaining('did not answer within') })
  })
})
