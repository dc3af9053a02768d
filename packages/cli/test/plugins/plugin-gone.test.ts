import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { installPlugin } from '../../../sdk/test/harness/foreign-plugin.js'
import { snapshot } from '../../../sdk/test/harness/snapshot.js'
import { connectionFlags, createMachine, errorOf, json, type Machine } from '../harness/machine.js'

const RECORD = '.local/state/gate/clients/leaver/plugin.json'
const SETUP = ['setup', '--lazy', '--client', 'leaver']
const ORIGINAL = '{\n  // mine\n  "a": 1\n}\n'

let gateway: DevGateway
let machine: Machine

beforeAll(async () => {
  gateway = await startDevGateway()
})

afterAll(async () => {
  await gateway.stop()
})

beforeEach(async () => {
  machine = await createMachine({ gateway, clients: [] })
  await machine.write('.foreign.json', ORIGINAL)
})

afterEach(async () => {
  await machine.remove()
})

/**
 * Installs a plugin of the client `leaver`, whose package name does not follow from that id, and sets it up. It writes a
 * second file by itself, as one does that needs an administrator for it.
 */
async function setUp({ writesMore = false } = {}): Promise<void> {
  const file = machine.path('.foreign.json')
  const body = `
import { rm, writeFile } from 'node:fs/promises'
import { defineClient, undoFile } from ${JSON.stringify(import.meta.resolve('@gate/core'))}
const more = ${JSON.stringify(machine.path('.more'))}
const plugin = defineClient({
  id: 'leaver', displayName: 'Leaver',
  detect: async () => ({ installed: true, evidence: [] }),
  plan: (_host, connection) => ({ clientId: 'leaver', edits: [
    { kind: 'json', dialect: 'jsonc', file: ${JSON.stringify(file)}, path: ['url'], value: connection.gatewayUrl },
  ] }),
})
export default !${writesMore} ? plugin : {
  ...plugin,
  async configure(host, connection, options) {
    const done = await plugin.configure(host, connection, options)
    await host.fs.mkdir(host.path.dirname(undoFile(host, 'leaver')), { recursive: true })
    await writeFile(undoFile(host, 'leaver'), '{}')
    await writeFile(more, 'more')
    return done
  },
  async revert(host, options) {
    const done = await plugin.revert(host, options)
    if (!options.dryRun) for (const path of [more, undoFile(host, 'leaver')]) await rm(path, { force: true })
    return { ...done, result: 'reverted' }
  },
}`
  await installPlugin(machine.home, 'leaver', body, {}, { name: '@acme/gate-client-leaver' })
  await comeBack()
  expect((await machine.gate(...SETUP, ...connectionFlags(gateway))).code).toBe(0)
}

const comeBack = async () =>
  expect((await machine.gate('config', 'set', 'plugins', machine.path('gate-client-leaver'))).code).toBe(0)
const leave = () => machine.gate('config', 'unset', 'plugins')

test('a client whose plugin is gone names the package that it was set up with', async () => {
  await setUp()
  await leave()
  const status = json<{ clients: object[] }>(await machine.gate('status', 'leaver', '--json'))
  const fix = 'gate plugins add @acme/gate-client-leaver'
  expect(status.clients).toMatchObject([{ state: 'unknown', reasons: [{ code: 'plugin-missing', fix }] }])
  const refused = await machine.gate(...SETUP, '--json', ...connectionFlags(gateway))
  expect(errorOf(refused)).toMatchObject({ code: 'unknown-client', fix })
  expect((await machine.gate('teardown')).code).toBe(0)
  expect(await machine.read('.foreign.json')).toBe(ORIGINAL)
  expect(await machine.exists(RECORD)).toBe(false)
})

test('a damaged record is as good as none', async () => {
  await setUp()
  await leave()
  for (const text of ['{', '[]', '{"package":7}', '{"package":"x; rm -r /"}']) {
    await machine.write(RECORD, text)
    const status = json<{ clients: object[] }>(await machine.gate('status', 'leaver', '--json'))
    expect(status.clients).toMatchObject([{ reasons: [{ fix: 'gate plugins add gate-client-leaver' }] }])
  }
})

describe('what only the plugin can undo', () => {
  interface Undone {
    readonly clients: readonly { readonly id: string; readonly result: string }[]
    readonly purged: unknown
    readonly notes: readonly { readonly code: string }[]
  }
  const UNDO = '.local/state/gate/clients/leaver/undo.json'
  const ERROR = {
    code: 'unknown-client',
    message: expect.stringContaining(UNDO),
    fix: 'gate plugins add @acme/gate-client-leaver, then gate teardown leaver',
  }

  test('is left and named when the plugin is gone, and undone when it is back', async () => {
    await setUp({ writesMore: true })
    await leave()
    const undone = await machine.gate('teardown', '--json')
    expect(undone.code).toBe(2)
    expect(json<Undone>(undone).clients).toMatchObject([
      { id: 'leaver', result: 'partly-reverted', edits: [{ path: 'url', outcome: 'removed' }], error: ERROR },
    ])
    expect(await machine.read('.foreign.json')).toBe(ORIGINAL)
    expect(await machine.read('.more')).toBe('more')

    // Nothing is forgotten, however often it is asked for.
    const again = await machine.gate('teardown', 'leaver')
    expect(again.code).toBe(2)
    expect(again.stdout).toContain('leaver was undone in part')
    expect(again.stdout).toContain(ERROR.fix)
    const status = json<{ clients: object[] }>(await machine.gate('status', '--json'))
    expect(status.clients).toContainEqual(expect.objectContaining({ id: 'leaver', state: 'unknown' }))

    await comeBack()
    const removed = await machine.gate('plugins', 'remove', '@acme/gate-client-leaver', '--json')
    expect(errorOf(removed)).toMatchObject({ code: 'clients-still-configured' })
    const done = await machine.gate('teardown', '--json')
    expect(done.code).toBe(0)
    expect(json<Undone>(done).clients).toMatchObject([{ id: 'leaver', result: 'reverted', error: null }])
    expect(await machine.exists('.more')).toBe(false)
    expect(await machine.exists(RECORD)).toBe(false)
    expect(json<Undone>(await machine.gate('teardown', '--json')).clients).toEqual([])
  })

  test('is not purged away', async () => {
    await setUp({ writesMore: true })
    await leave()
    const purge = await machine.gate('teardown', '--all', '--purge', '--json')
    expect(purge.code).toBe(2)
    expect(json<Undone>(purge)).toMatchObject({ purged: null, notes: [{ code: 'not-purged' }] })
    expect(await machine.exists(UNDO)).toBe(true)
    const others = await machine.gate('teardown', 'leaver', '--purge', '--json')
    expect(json<Undone>(others)).toMatchObject({ purged: null })
    await comeBack()
    expect((await machine.gate('teardown', '--all', '--purge')).code).toBe(0)
    expect(await machine.exists('.more')).toBe(false)
    expect(await machine.exists('.config/gate/config.json')).toBe(false)
  })

  test('is named by a dry run, too, which writes nothing', async () => {
    await setUp({ writesMore: true })
    await leave()
    const before = await snapshot(machine.home)
    const dry = await machine.gate('teardown', '--dry-run', '--json')
    expect(json<Undone>(dry).clients).toMatchObject([{ result: 'partly-reverted', error: ERROR }])
    expect(await snapshot(machine.home)).toEqual(before)
  })

  test('a broken plugin is named with the fault that it has', async () => {
    await setUp({ writesMore: true })
    await machine.write('gate-client-leaver/index.js', 'throw new Error("cannot start today")')
    expect(json<Undone>(await machine.gate('teardown', '--json')).clients).toMatchObject([
      { result: 'partly-reverted', error: { code: 'plugin-failed', message: expect.stringContaining('cannot start') } },
    ])
  })
})
