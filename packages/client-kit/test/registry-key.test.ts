import type { Host, ProcessResult } from '@gate/core'
import { createTestHost } from '@gate/plugin-testkit'
import { expect, it } from 'vitest'
import { readRegistryKey, readRegistryText } from '../src/files/registry-key.js'

const KEY = 'HKLM\\SOFTWARE\\Policies\\Example'
const FAILED = { code: 1, stderr: 'FEHLER: …' }

async function read(answers: Readonly<Record<string, Partial<ProcessResult>>>) {
  await using host = await createTestHost()
  const asked: string[] = []
  const run: Host['process']['run'] = async (command, args) => {
    asked.push(command)
    const answer = answers[args[1] ?? '']
    if (answer === undefined) throw new Error('ENOENT')
    return { code: 0, stdout: '', stderr: '', timedOut: false, ...answer }
  }
  const env = { SYSTEMROOT: 'D:\\Win' }
  const key = await readRegistryKey({ ...host, platform: 'win32', env, process: { ...host.process, run } }, KEY)
  expect(new Set(asked)).toEqual(new Set(['D:\\Win\\System32\\reg.exe']))
  return key
}

it('tells names and types of the values directly under it', async () => {
  const stdout = [
    '',
    'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Example',
    '    plain    REG_SZ    text',
    '    with blanks in it    REG_DWORD    0x1',
    '    empty    REG_SZ',
    '    (Standard)    REG_EXPAND_SZ    REG_SZ    x',
    '',
    'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Example\\Sub',
  ].join('\r\n')
  expect(await read({ [KEY]: { stdout } })).toEqual({
    state: 'present',
    values: [
      { name: 'plain', type: 'REG_SZ' },
      { name: 'with blanks in it', type: 'REG_DWORD' },
      { name: 'empty', type: 'REG_SZ' },
      { name: '(Standard)', type: 'REG_EXPAND_SZ' },
    ],
  })
})

it.each([
  ['is not in its parent', { stdout: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Other\r\n' }, 'absent'],
  ['has no parent', FAILED, 'absent'],
  ['is in its parent', { stdout: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\POLICIES\\example\r\n' }, 'unreadable'],
  ['has a parent that does not answer', { code: null, timedOut: true }, 'unreadable'],
] as const)('a key that cannot be asked for and %s', async (_what, parent, state) => {
  expect(await read({ [KEY]: FAILED, 'HKLM\\SOFTWARE\\Policies': parent })).toEqual({ state })
})

it('without the program nothing is known', async () => {
  expect(await read({})).toEqual({ state: 'unreadable' })
})

it('tells the text of one value, and nothing for a value of another type or none', async () => {
  await using host = await createTestHost()
  const value = async (stdout: string, code = 0) => {
    const run: Host['process']['run'] = async (_command, args) => {
      expect(args).toEqual(['query', KEY, '/v', 'Settings'])
      return { code, stdout, stderr: '', timedOut: false }
    }
    return readRegistryText({ ...host, env: {}, process: { ...host.process, run } }, KEY, 'Settings')
  }
  expect(await value(`\r\n${KEY}\r\n    Settings    REG_SZ    {"a": 1}\r\n\r\n`)).toBe('{"a": 1}')
  expect(await value(`\r\n${KEY}\r\n    Settings    REG_EXPAND_SZ    %X%\r\n`)).toBe('%X%')
  expect(await value(`\r\n${KEY}\r\n    Settings    REG_DWORD    0x1\r\n`)).toBeUndefined()
  expect(await value('', 1)).toBeUndefined()
})
