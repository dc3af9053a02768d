import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CallOptions, connectionFlags, createMachine, json, type Machine } from '../harness/machine.js'

let first: DevGateway
let second: DevGateway
let machine: Machine

beforeAll(async () => {
  first = await startDevGateway()
  second = await startDevGateway()
})

afterAll(async () => {
  await first.stop()
  await second.stop()
})

beforeEach(async () => {
  machine = await createMachine({ gateway: first })
  expect(await machine.gate('setup', ...connectionFlags(first))).toMatchObject({ code: 0 })
})

afterEach(async () => {
  second.set({ consent: 'approve' })
  await machine.remove()
})

/** Runs the helper that clients of a gateway were given. */
const helperOf = (gateway: DevGateway, options: CallOptions = {}) =>
  machine.run(machine.path(machine.helper(gateway.url)), ['--client', 'codex'], options)

const browser = () => ({ env: { BROWSER: second.browser } })

interface Report {
  readonly notes: readonly { readonly code: string; readonly message: string }[]
}

describe('a client that was left on the gateway from before gets no token for the new one', () => {
  test('when another client alone is set up for it', async () => {
    const setup = await machine.gateWith(
      browser(),
      'setup',
      '--client',
      'claude-code',
      ...connectionFlags(second),
      '--json',
    )
    expect(setup).toMatchObject({ code: 0 })
    const [left] = json<Report>(setup).notes.filter(({ code }) => code === 'left-behind')
    expect(left?.message).toContain('codex')
    expect(left?.message).toContain('gate setup --client codex')

    const token = (await machine.gate('token')).stdout
    expect(await helperOf(second)).toMatchObject({ code: 0, stdout: token })
    const refused = await helperOf(first)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain(first.url)
    expect(refused.stderr).toContain('gate setup --client codex')
    // Not from the cache file either, which the second helper was just answered from.
    expect(await helperOf(first)).toMatchObject({ code: 2, stdout: '' })
    // Following the advice puts it right, and the old helper goes with the last client.
    expect(await machine.gate('setup', '--client', 'codex')).toMatchObject({ code: 0 })
    expect(await machine.read('.codex/config.toml')).toContain(machine.helper(second.url))
    await machine.gate('teardown', '--all')
    expect(await machine.exists(machine.helper(first.url))).toBe(false)
    expect(await machine.exists(machine.helper(second.url))).toBe(false)
  })

  test('when its file could not be written', async () => {
    const written = await machine.read('.codex/config.toml')
    await machine.write('.codex/config.toml', `${written}\nbroken = \n`)
    expect(await machine.gateWith(browser(), 'setup', ...connectionFlags(second))).toMatchObject({ code: 4 })
    await machine.write('.codex/config.toml', written)
    expect(await helperOf(first)).toMatchObject({ code: 2, stdout: '' })
    expect(await helperOf(second)).toMatchObject({ code: 0 })
  })

  test('when the configuration was changed, and one signed in again', async () => {
    await machine.gate('config', 'set', 'gateway-url', second.url)
    await machine.gate('config', 'set', 'issuer', second.issuer)
    expect(await machine.gateWith(browser(), 'login')).toMatchObject({ code: 0 })
    expect((await machine.gate('token')).stdout).not.toBe('')
    expect(await helperOf(first)).toMatchObject({ code: 2, stdout: '' })
    const status = await machine.gate('status', '--json')
    expect(json<{ clients: { id: string; state: string }[] }>(status).clients).toContainEqual(
      expect.objectContaining({ id: 'codex', state: 'drifted' }),
    )
  })
})

describe('a set-up that fails leaves the connection that worked', () => {
  test.each([
    ['the login is denied', 3, () => [...connectionFlags(second)], {}],
    ['there is no API key', 2, () => ['--api-key-stdin'], { stdin: '' }],
    [
      'there is no such secret store',
      2,
      () => [...connectionFlags(second)],
      { env: { GATE_SECRET_STORE: 'cupboard' } },
    ],
  ])('%s', async (_name, code, flags, options: CallOptions) => {
    second.set({ consent: 'deny' })
    const config = await machine.read('.config/gate/config.json')
    const token = (await machine.gate('token')).stdout
    const failed = await machine.gateWith(
      { ...browser(), ...options, env: { ...browser().env, ...options.env } },
      'setup',
      ...flags(),
    )
    expect(failed).toMatchObject({ code })
    expect(await machine.read('.config/gate/config.json')).toBe(config)
    expect(await helperOf(first)).toMatchObject({ code: 0, stdout: token })
    const { clients } = json<{ clients: { id: string; state: string }[] }>(await machine.gate('status', '--json'))
    expect(clients.filter(({ state }) => state === 'connected').map(({ id }) => id)).toEqual(['claude-code', 'codex'])
  })

  test('and a first one keeps what was given, so that the login can be tried again', async () => {
    const fresh = await createMachine({ gateway: second })
    second.set({ consent: 'deny' })
    expect(await fresh.gate('setup', ...connectionFlags(second))).toMatchObject({ code: 3 })
    second.set({ consent: 'approve' })
    expect(await fresh.gate('login')).toMatchObject({ code: 0 })
    await fresh.remove()
  })
})
