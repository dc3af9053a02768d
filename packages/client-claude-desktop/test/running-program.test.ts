import type { Host, Platform, ProcessResult } from '@gate/core'
import { expect, it } from 'vitest'
import { isProgramRunning } from '../src/running-program.js'
import { createRealMachine, removeMachinesAfterEach } from './real-machine.js'

removeMachinesAfterEach()

const PROGRAM = { linux: 'node', darwin: '/Example\\.app/', win32: { image: 'Example', path: /\\Programs\\/i } }

function running(platform: Platform, run: (command: string, args: readonly string[]) => Partial<ProcessResult>) {
  const { host } = createRealMachine()
  const answered: Host['process']['run'] = async (command, args) => {
    return { code: 0, stdout: '', stderr: '', timedOut: false, ...run(command, args) }
  }
  return isProgramRunning({ ...host, platform, env: {}, process: { ...host.process, run: answered } }, PROGRAM)
}

it.runIf(process.platform === 'linux')('Linux: looks into /proc for one of this user', async () => {
  const { host } = createRealMachine()
  const comm = (await host.fs.readFile('/proc/self/comm', 'utf8')).trimEnd()
  expect(await isProgramRunning(host, { ...PROGRAM, linux: comm })).toBe(true)
  expect(await isProgramRunning(host, { ...PROGRAM, linux: 'no-such-program' })).toBe(false)
  const other = { ...host, process: { ...host.process, uid: 4_000_000 } }
  expect(await isProgramRunning(other, { ...PROGRAM, linux: comm })).toBe(false)
})

it.each([
  ['found', { stdout: '123\n' }, true],
  ['not found', { code: 1 }, false],
])('macOS: asks pgrep, %s', async (_what, answer, expected) => {
  expect(await running('darwin', (command) => (command === '/usr/bin/pgrep' ? answer : { code: 1 }))).toBe(expected)
})

it.each([
  ['the program', '"example.exe","4"', 'C:\\Users\\me\\Programs\\example.exe', true],
  ['another program of that name', '"Example.exe","4"', 'C:\\Other\\example.exe', false],
  ['nothing, in any language', 'INFORMATION: Es werden keine Aufgaben ausgeführt.', 'C:\\Programs\\example.exe', false],
])('Windows: %s', async (_what, listed, path, expected) => {
  const run = (command: string) => ({ stdout: command.endsWith('tasklist.exe') ? listed : path })
  expect(await running('win32', run)).toBe(expected)
})

it('what cannot be asked does not run', async () => {
  const fail = () => {
    throw new Error('ENOENT')
  }
  expect(await running('win32', fail)).toBe(false)
  expect(await running('darwin', fail)).toBe(false)
})
