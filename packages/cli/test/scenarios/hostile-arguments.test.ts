import { execFileSync } from 'node:child_process'
import { truncate } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMachine, type Machine } from '../harness/machine.js'

let machine: Machine
beforeAll(async () => {
  machine = await createMachine({ clients: [] })
})
afterAll(() => machine.remove())

const CONNECTION = [
  ...['--lazy', '--gateway-url', 'https://llm.example.com'],
  ...['--issuer', 'https://id.example.com', '--client-id', 'constructor'],
]

// What every object has, as a name for everything that users name.
describe.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'])('%s', (name) => {
  test.each([
    ['setup', '--profile', name, ...CONNECTION],
    ['status', '--profile', name, '--json'],
    ['token', '--profile', name],
    ['config', 'get', name],
    ['config', 'get', `headers.${name}`],
    ['config', 'get', `options.${name}.${name}`],
    ['config', 'get', `options.codex.${name}`],
    ['config', 'set', name, 'x'],
    ['status', name],
    ['setup', '--client', name, ...CONNECTION],
    ['setup', '--option', `${name}.${name}=${name}`, ...CONNECTION],
    ['teardown', name],
    ['plugins', 'remove', name],
    [name],
    ['config', name],
  ])('gate %s %s %s', async (...args) => {
    const { code, stdout, stderr } = await machine.gate(...args)
    // A setting that is not made is what `config get` ends with 1 for, and says nothing.
    if (args[1] === 'get' && code === 1) expect(stderr).toBe('')
    else expect(code, stderr).not.toBe(1)
    expect(`${stdout}${stderr}`).not.toMatch(/native code|cloned|\[object|function|report this|undefined/)
  })

  test('a setting that was never made is none', async () => {
    expect((await machine.gate('config', 'get', `headers.${name}`)).stdout).toBe('')
  })
})

describe('a CA file that is none ends at once', () => {
  const setup = (file: string) =>
    machine.gateWith({ timeoutMs: 20_000 }, 'setup', ...CONNECTION, '--ca-file', file, '--json')

  test.each(['/dev/zero', '/dev/full', '/dev/tty', '/'])('%s', async (file) => {
    const { code, stderr } = await setup(file)
    expect(code).toBe(2)
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'invalid-config' } })
  })

  test('a FIFO and a huge file', async () => {
    execFileSync('mkfifo', [machine.path('fifo')])
    await machine.write('huge', '-----BEGIN CERTIFICATE-----')
    await truncate(machine.path('huge'), 8 * 1024 ** 3)
    expect((await setup(machine.path('fifo'))).code).toBe(2)
    expect((await setup(machine.path('huge'))).code).toBe(2)
  })
})
