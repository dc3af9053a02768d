import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { connectionFlags, createMachine, type Finished, json, type Machine } from '../harness/machine.js'

const CONFIG = '.config/gate/config.json'
const CACHE = '.cache/gate/tokens/default.json'

let gateway: DevGateway
let machine: Machine
let token: string
const helper = () => machine.helper(gateway.url)

beforeAll(async () => {
  gateway = await startDevGateway()
})

afterAll(async () => {
  await gateway.stop()
})

beforeEach(async () => {
  machine = await createMachine({ gateway })
  expect(await machine.gate('setup', ...connectionFlags(gateway))).toMatchObject({ code: 0 })
  token = (await machine.gate('token')).stdout
  gateway.clearRequests()
})

afterEach(async () => {
  await machine.remove()
})

/** The shim on a machine where neither Node nor gate is left: it answers by itself or not at all. */
async function withoutNode(): Promise<Finished> {
  const text = await machine.read(helper())
  const alone = text
    .replace(/^gate_script=.*$/m, "gate_script='/nowhere/token.js'")
    .replaceAll('/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin', '/nowhere')
  const file = await machine.write('shim-alone', alone, 0o700)
  return machine.run(file, ['--client', 'claude-code'], { env: { PATH: '/nowhere' } })
}
const answers = async () => expect(await withoutNode()).toEqual({ code: 0, signal: null, stdout: token, stderr: '' })
const passesOn = async () => {
  expect(await withoutNode()).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('gate setup') })
}

test('A20 after setup the helper answers from the cache although Node and gate are gone', async () => {
  expect(token).toMatch(/^[\x21-\x7e]+\n$/)
  await answers()
  expect((await stat(machine.path(CACHE))).mode & 0o777).toBe(0o600)
  expect((await machine.gate('doctor')).stdout).not.toContain('not as gate writes it')
})

test('A17 an edited config.json, another gateway or a logout: the helper leaves it to the token command', async () => {
  const config = await machine.read(CONFIG)
  await machine.write(CONFIG, config.replace(gateway.url, 'https://other.example.com'))
  await passesOn()
  await machine.write(CONFIG, config)
  await answers()
  await machine.gate('config', 'set', 'gateway-url', 'https://other.example.com')
  await passesOn()
  expect((await machine.run(machine.path(helper()), [])).stdout).not.toContain(token.trim())
  await machine.gate('config', 'set', 'gateway-url', gateway.url)
  await machine.gate('logout')
  await passesOn()
})

test('A17 after a reset of the configuration nothing is left to answer from', async () => {
  await machine.gate('config', 'reset', '--teardown')
  expect(await machine.exists(CACHE)).toBe(false)
  expect(await machine.exists(helper())).toBe(false)
})

test('a changed setting costs one start of Node, not one per request', async () => {
  await machine.gate('config', 'set', 'models', 'model-a')
  await passesOn()
  expect(await machine.run(machine.path(helper()), [])).toEqual({ code: 0, signal: null, stdout: token, stderr: '' })
  await answers()
  expect(gateway.counters.tokenRequests).toBe(0)
})

test('setup again leaves a helper that answers', async () => {
  await machine.gate('config', 'set', 'models', 'model-a')
  await machine.gate('setup')
  await answers()
})

test('a token that was renewed is what the helper answers from then on', async () => {
  const renewed = await machine.gate('token', '--force-refresh')
  expect(renewed.stdout).not.toBe(token)
  token = renewed.stdout
  await answers()
})

test('shim-fast-path off: nothing for the shell is kept, and the token command answers', async () => {
  expect(await machine.read(CACHE)).toContain('"config"')
  await machine.gate('config', 'set', 'shim-fast-path', 'off')
  await passesOn()
  expect((await machine.run(machine.path(helper()), [])).stdout).toBe(token)
  expect(await machine.read(CACHE)).not.toContain('"config"')
  await passesOn()
  expect(json(await machine.gate('config', 'show', '--json'))).toMatchObject({ shimFastPath: 'off' })
  expect((await machine.gate('config', 'show')).stdout).toMatch(/^shim-fast-path +off$/m)
  await machine.gate('config', 'unset', 'shim-fast-path')
  await machine.gate('token')
  await answers()
  expect(await machine.gate('config', 'set', 'shim-fast-path', 'maybe')).toMatchObject({ code: 2 })
})

test('a cache that cannot be brought up to date still answers, without a word', async () => {
  await machine.gate('config', 'set', 'models', 'model-a')
  await rm(machine.path('.config/gate/locks'), { recursive: true, force: true })
  await writeFile(machine.path('.config/gate/locks'), '')
  const before = await readFile(machine.path(CACHE), 'utf8')
  expect(await machine.gate('token')).toEqual({ code: 0, signal: null, stdout: token, stderr: '' })
  expect(await machine.read(CACHE)).toBe(before)
})
