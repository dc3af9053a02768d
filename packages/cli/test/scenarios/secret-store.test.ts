import { stripVTControlCharacters } from 'node:util'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { connectionFlags, createMachine, errorOf, json, type Machine } from '../harness/machine.js'
import { runOnTerminal } from '../harness/terminal.js'

const OFFER = 'Keep secrets in an encrypted file instead?'
/** Nobody chose a store, and without a D-Bus session there is no keychain on Linux. */
const UNDECIDED = { GATE_SECRET_STORE: undefined }

let gateway: DevGateway
let machine: Machine

beforeAll(async () => {
  gateway = await startDevGateway()
})

afterAll(async () => {
  await gateway.stop()
})

beforeEach(async () => {
  gateway.clearRequests()
  // Without clients, so that setup has one question at most.
  machine = await createMachine({ gateway, clients: [] })
})

afterEach(async () => {
  await machine.remove()
})

const setup = (...args: string[]) => ['setup', ...connectionFlags(gateway), ...args]
const configured = async () => JSON.parse(await machine.read('.config/gate/config.json')).secretStore

test('GATE_SECRET_STORE at setup is remembered, so that a client started without it finds the sign-in', async () => {
  const done = await machine.gate(...setup('--json'))
  expect(done.code).toBe(0)
  expect(await configured()).toBe('file')
  const { notes } = json<{ notes: { code: string; message: string }[] }>(done)
  const note = notes.find(({ code }) => code === 'encrypted-file')
  expect(note?.message).toContain(machine.path('.config/gate/secrets.enc'))
  expect(note?.message).toContain('GATE_SECRET_STORE_PASSPHRASE')

  const renewed = await machine.gateWith({ env: UNDECIDED }, 'token', '--force-refresh')
  expect(renewed).toMatchObject({ code: 0, stderr: '' })
  expect((await machine.gateWith({ env: UNDECIDED }, 'status')).stdout).toContain(
    `secrets in ${machine.path('.config/gate/secrets.enc')}`,
  )
})

test('GATE_SECRET_STORE=env keeps nothing, so nothing is remembered; a keychain that does not work is refused, also with --lazy', async () => {
  expect((await machine.gateWith({ env: { GATE_SECRET_STORE: 'env' } }, ...setup('--lazy'))).code).toBe(0)
  expect(await configured()).toBeUndefined()
  expect((await machine.gate(...setup('--lazy'))).code).toBe(0)
  expect(await configured()).toBe('file')
  const refused = await machine.gateWith({ env: { GATE_SECRET_STORE: 'keychain' } }, ...setup('--lazy', '--json'))
  expect(errorOf(refused).code).toBe('secret-store-unavailable')
  expect(await configured()).toBe('file')
  const chosen = await machine.gate('config', 'set', 'secret-store', 'keychain', '--json')
  expect(errorOf(chosen).code).toBe('secret-store-unavailable')
  expect(await configured()).toBe('file')
})

test('where nobody can type, clients renew their token without any passphrase in their environment', async () => {
  const bare = { env: { GATE_SECRET_STORE: 'file', GATE_SECRET_STORE_PASSPHRASE: undefined } }
  const done = await machine.gateWith(bare, ...setup('--json'))
  expect(done, done.stderr).toMatchObject({ code: 0 })
  expect(json<{ notes: { code: string }[] }>(done).notes.map(({ code }) => code)).not.toContain('encrypted-file')
  expect(await machine.exists('.local/state/gate/secrets.key')).toBe(true)
  expect(await machine.gateWith(bare, 'token', '--force-refresh')).toMatchObject({ code: 0, stderr: '' })

  // The other way needs a terminal for the new one; and back again.
  const without = await machine.gateWith(bare, 'config', 'set', 'secret-store', 'file', '--passphrase', '--json')
  expect(errorOf(without).code).toBe('invalid-argument')
  expect(await machine.gateWith(bare, 'config', 'set', 'secret-store', 'file', '--key-file')).toMatchObject({ code: 0 })
  expect(await machine.gateWith(bare, 'token', '--force-refresh')).toMatchObject({ code: 0, stderr: '' })
  const other = await machine.gateWith(bare, 'config', 'set', 'secret-store', 'keychain', '--key-file', '--json')
  expect(errorOf(other).code).toBe('invalid-argument')
  expect(await machine.gateWith(bare, 'teardown', '--all', '--purge')).toMatchObject({ code: 0 })
  expect(await machine.exists('.local/state/gate/secrets.key')).toBe(false)
})

test('without a keychain and a terminal: a typed error with the command that chooses the file, and it does', async () => {
  const failed = await machine.gateWith({ env: UNDECIDED }, ...setup('--json'))
  expect(failed).toMatchObject({ code: 1, stdout: '' })
  const { code, fix } = errorOf(failed)
  expect(code).toBe('secret-store-unavailable')
  expect(fix).toBe('To keep secrets in an encrypted file instead: gate config set secret-store file')
  expect(gateway.counters).toMatchObject({ authorizationRequests: 0, browserStarts: 0 })

  expect((await machine.gateWith({ env: UNDECIDED }, 'config', 'set', 'secret-store', 'file')).code).toBe(0)
  expect((await machine.gateWith({ env: UNDECIDED }, ...setup())).code).toBe(0)
  expect(gateway.counters.logins).toBe(1)
})

test('on a terminal without a keychain the file is offered once, and a yes is remembered', async () => {
  const asked = await runOnTerminal(machine, setup(), { env: UNDECIDED, stdin: 'y\n' })
  const text = stripVTControlCharacters(asked.stdout)
  expect(asked.code, text).toBe(0)
  expect(text).toMatch(/The OS keychain cannot be used\b.*in an encrypted file instead\? \[Y\/n\]/)
  expect(text).toContain('Signed in')
  expect(text).toContain('Secrets are in the encrypted file')
  expect(await configured()).toBe('file')

  const again = await runOnTerminal(machine, setup(), { env: UNDECIDED })
  expect(again.code).toBe(0)
  expect(again.stdout).not.toContain(OFFER)
  const status = await machine.gateWith({ env: UNDECIDED }, 'status', '--json')
  expect(json(status)).toMatchObject({
    auth: { state: 'signed-in', secretStore: 'file', secretStoreLocation: machine.path('.config/gate/secrets.enc') },
  })
})

test('a no leaves the choice open; --yes and a store that was chosen are not asked about', async () => {
  const refused = await runOnTerminal(machine, setup(), { env: UNDECIDED, stdin: 'n\n' })
  expect(refused.code).toBe(1)
  expect(stripVTControlCharacters(refused.stdout)).toContain('gate config set secret-store file')
  expect(await configured()).toBeUndefined()

  const agreed = await runOnTerminal(machine, setup('--yes'), { env: UNDECIDED })
  expect(agreed.code).toBe(1)
  const chosen = await runOnTerminal(machine, setup(), { env: { GATE_SECRET_STORE: 'keychain' } })
  expect(chosen.code).toBe(1)
  for (const { stdout } of [agreed, chosen]) expect(stdout).not.toContain(OFFER)
  expect(gateway.counters).toMatchObject({ authorizationRequests: 0 })
})
