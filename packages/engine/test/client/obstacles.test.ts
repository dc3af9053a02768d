import { existsSync, readFileSync } from 'node:fs'
import {
  type ClientDefinition,
  type Connection,
  defineClient,
  GateError,
  type Obstacle,
  type Override,
} from '@gate/core'
import { describe, expect, it } from 'vitest'
import { createSandbox, removeSandboxesAfterEach, type Sandbox } from '../support/sandbox.js'

removeSandboxesAfterEach()

const connection: Connection = {
  profile: 'default',
  gatewayUrl: 'https://gw.example.com',
  paths: { anthropic: '', openai: '' },
  auth: { kind: 'none' },
  models: [],
  headers: {},
  helper: { command: '/opt/shim', args: [] },
}
const managed: Override = {
  source: 'managed',
  location: '/etc/demo',
  displaces: 'everything',
  effect: 'it decides',
  severity: 'override',
}
const outOfForce: Obstacle = {
  kind: 'out-of-force',
  note: { code: 'managed', severity: 'warning', message: 'left alone' },
}
const refusal: Obstacle = { kind: 'refusal', error: new GateError({ code: 'client-running', message: 'it runs' }) }

function demo(sandbox: Sandbox, extra: Partial<ClientDefinition>) {
  const file = sandbox.path('s.json')
  return defineClient({
    id: 'demo',
    displayName: 'Demo',
    detect: async () => ({ installed: true, evidence: [] }),
    plan: (_host, { gatewayUrl }) => ({
      clientId: 'demo',
      edits: [{ kind: 'json', dialect: 'jsonc', file, path: ['url'], value: gatewayUrl }],
    }),
    ...extra,
  })
}

describe('a client whose files are out of force', () => {
  it('is left alone, told, and overridden by whoever decides', async () => {
    const sandbox = createSandbox()
    const plugin = demo(sandbox, { obstacle: async () => outOfForce, overrides: async () => [managed] })
    const done = await plugin.configure(sandbox.host, connection)
    expect(done).toMatchObject({ result: 'unchanged', edits: [], changes: [], clientNotes: [{ code: 'managed' }] })
    expect(existsSync(sandbox.path('s.json'))).toBe(false)
    for (const given of [connection, undefined]) {
      expect(await plugin.status(sandbox.host, given)).toMatchObject({ state: 'overridden', overrides: [managed] })
    }
  })

  it('is not overridden when it is not installed', async () => {
    const sandbox = createSandbox()
    const plugin = demo(sandbox, {
      detect: async () => ({ installed: false, evidence: [] }),
      obstacle: async () => outOfForce,
      overrides: async () => [managed],
    })
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({ state: 'not-installed', overrides: [] })
  })

  it('can be given back all the same', async () => {
    const sandbox = createSandbox()
    await demo(sandbox, {}).configure(sandbox.host, connection)
    const plugin = demo(sandbox, { obstacle: async () => outOfForce, overrides: async () => [managed] })
    expect((await plugin.status(sandbox.host, connection)).state).toBe('overridden')
    expect((await plugin.revert(sandbox.host)).result).toBe('reverted')
    expect(existsSync(sandbox.path('s.json'))).toBe(false)
  })
})

describe('a refusal', () => {
  it('keeps both verbs from writing, unless forced, and a dry run shows what would be', async () => {
    const sandbox = createSandbox()
    const asked: string[] = []
    const plugin = demo(sandbox, {
      obstacle: async (_host, verb) => {
        asked.push(verb)
        return refusal
      },
    })
    await expect(plugin.configure(sandbox.host, connection)).rejects.toMatchObject({ code: 'client-running' })
    expect((await plugin.configure(sandbox.host, connection, { dryRun: true })).changes).toHaveLength(1)
    expect(existsSync(sandbox.path('s.json'))).toBe(false)
    await plugin.configure(sandbox.host, connection, { force: true })
    await expect(plugin.revert(sandbox.host)).rejects.toMatchObject({ code: 'client-running' })
    expect(readFileSync(sandbox.path('s.json'), 'utf8')).toContain('gw.example.com')
    await plugin.revert(sandbox.host, { force: true })
    expect(existsSync(sandbox.path('s.json'))).toBe(false)
    expect(asked).toEqual(['configure', 'configure', 'configure', 'revert', 'revert'])
  })

  it('does not make the state overridden', async () => {
    const sandbox = createSandbox()
    const plugin = demo(sandbox, { obstacle: async () => refusal, overrides: async () => [managed] })
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({ state: 'detected', overrides: [] })
  })
})

describe('options of a client', () => {
  const options = { auth: ['helper', 'native'] } as const
  const chosen = (value: Readonly<Record<string, string>>): Connection => ({
    ...connection,
    options: { demo: value, other: { anything: 'goes' } },
  })

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['an unknown value', { auth: 'magic' }, 'auth must be helper or native, not "magic"'],
    ['an unknown name', { colour: 'red' }, 'there is no option colour'],
    ['a name that every object has', { toString: 'x' }, 'there is no option toString'],
  ])('%s is refused', async (_, value, message) => {
    const sandbox = createSandbox()
    const plugin = demo(sandbox, { options })
    await expect(plugin.configure(sandbox.host, chosen(value))).rejects.toMatchObject({
      code: 'invalid-config',
      message: expect.stringContaining(message),
      fix: { action: 'unset-setting', key: expect.stringContaining('options.demo.') },
    })
    expect(await plugin.status(sandbox.host, chosen(value))).toMatchObject({ state: 'unknown' })
  })

  it('of other clients are theirs', async () => {
    const sandbox = createSandbox()
    expect((await demo(sandbox, { options }).configure(sandbox.host, chosen({ auth: 'native' }))).result).toBe(
      'configured',
    )
  })
})
