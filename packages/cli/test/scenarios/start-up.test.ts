import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectionFlags, createMachine, GATE, type Machine } from '../harness/machine.js'

/** Names every module that a run loads on stderr. */
const LISTING = new URL('../__fixtures__/list-modules.mjs', import.meta.url).href

let gateway: DevGateway
let machine: Machine
beforeAll(async () => {
  gateway = await startDevGateway()
})
afterAll(() => gateway.stop())
beforeEach(async () => {
  machine = await createMachine({ gateway })
  await machine.gate('setup', ...connectionFlags(gateway))
})
afterEach(() => machine.remove())

const compiled = () => machine.path('.cache/gate/compile')

async function loadedBy(...args: string[]): Promise<string[]> {
  const { stderr } = await machine.run(process.execPath, ['--import', LISTING, GATE, ...args])
  return stderr.split('\n').flatMap((line) => (line.startsWith('LOAD ') ? [line.slice('LOAD '.length)] : []))
}

test('a status loads its own file and the plugins, and no framework, no schemas, no HTTP, no cryptography', async () => {
  // Only the client can be asked, and it is not: what it said would be remembered.
  const loaded = await loadedBy('status', '--no-ask')
  const ofCli = loaded.filter((url) => url.includes('/cli/dist/')).map((url) => url.slice(url.lastIndexOf('/') + 1))
  expect(ofCli).toEqual(['start.js'])
  for (const name of ['crypto', 'http', 'https', 'tls', 'child_process', 'fs/promises', 'readline']) {
    expect(loaded).not.toContain(`node:${name}`)
  }
})

test('help is that of the framework, and lists every command', async () => {
  expect((await loadedBy('--help')).some((url) => url.endsWith('/dist/framework.js'))).toBe(true)
  const { stdout } = await machine.gate('--help')
  for (const name of ['config', 'doctor', 'login', 'plugins', 'setup', 'status', 'teardown', 'token']) {
    expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  }
})

test('a wrong line is told in the words of the framework', async () => {
  const { code, stderr } = await machine.gate('status', '--nothing')
  expect(code).toBe(2)
  expect(stderr).toContain('Nonexistent flag: --nothing')
})

describe('the compiled code of a status', () => {
  const file = () => `${compiled()}/status.bin`
  /** Of which bundle it is; behind the checksum. */
  const madeOf = (bytes: Buffer) => bytes.toString('latin1', 0, 80).split(' ').slice(1).join(' ').trim()

  test('is kept, for this user alone, and nothing is left beside it', async () => {
    await machine.gate('status')
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    expect((await readdir(compiled())).filter((name) => name.endsWith('.tmp'))).toEqual([])
    const { mtimeMs } = await stat(file())
    await machine.gate('status')
    expect((await stat(file())).mtimeMs).toBe(mtimeMs)
  })

  test.each([
    ['damaged', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 5_000), Buffer.alloc(bytes.length - 5_000, 7)])],
    ['empty', () => Buffer.alloc(0)],
    ['of another file', (bytes: Buffer) => Buffer.concat([Buffer.alloc(80, ' '), bytes.subarray(80)])],
  ])('is made anew when it is %s', async (_name, spoil) => {
    const { stdout } = await machine.gate('status')
    const good = await readFile(file())
    await writeFile(file(), spoil(good))
    expect(await machine.gate('status')).toEqual({ code: 0, signal: null, stdout, stderr: '' })
    expect(madeOf(await readFile(file()))).toBe(madeOf(good))
    expect((await stat(file())).size).toBeGreaterThan(100_000)
  })

  test('is made anew after a day, because a later run may have used more of it', async () => {
    await machine.gate('status')
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000)
    await utimes(file(), yesterday, yesterday)
    await machine.gate('status')
    expect((await stat(file())).mtimeMs).toBeGreaterThan(yesterday.getTime())
  })
})
