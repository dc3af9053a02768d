import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type ClientDefinition, type Connection, defineClient, GateError, type Override } from '@gate/core'
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

const override: Override = {
  source: 'environment',
  location: 'DEMO_URL',
  displaces: 'endpoint',
  effect: 'requests go there',
  severity: 'override',
}

function demo(sandbox: Sandbox, extra: Partial<ClientDefinition> = {}) {
  return defineClient({
    id: 'demo',
    displayName: 'Demo',
    detect: async () => ({ installed: true, version: '1.2.3', evidence: ['demo on PATH'] }),
    plan: (_host, { gatewayUrl }) => ({
      clientId: 'demo',
      edits: [
        { kind: 'json', dialect: 'jsonc', file: sandbox.path('s.json'), path: ['url'], value: gatewayUrl },
        { kind: 'json', dialect: 'jsonc', file: sandbox.path('s.json'), path: ['token'], value: 'helper' },
      ],
    }),
    notes: (_host, moment) => [{ code: 'moment', severity: 'info', message: moment }],
    ...extra,
  })
}

it.each([-1, 601, 1.5, Number.NaN, '60' as unknown as number])('refuses to wait %s seconds for a login', (seconds) => {
  expect(() => demo(createSandbox(), { loginWaitSeconds: seconds })).toThrow(/loginWaitSeconds/)
})

it.each([0, 600])('a plugin says that its client waits %d seconds for a login', (seconds) => {
  expect(demo(createSandbox(), { loginWaitSeconds: seconds }).loginWaitSeconds).toBe(seconds)
})

it.each([[[]], [['gopher']], [['anthropic', 'gopher']]])('refuses the protocols %j', (protocols) => {
  expect(() => demo(createSandbox(), { protocols: protocols as unknown as ['openai'] })).toThrow(/protocols/)
})

it('a plugin says which protocols its client speaks', () => {
  expect(demo(createSandbox(), { protocols: ['openai'] }).protocols).toEqual(['openai'])
  expect(demo(createSandbox())).not.toHaveProperty('protocols')
})

describe('status', () => {
  it('not-installed, with what an earlier setup left', async () => {
    const sandbox = createSandbox()
    const gone = demo(sandbox, { detect: async () => ({ installed: false, evidence: [] }) })
    expect(await gone.status(sandbox.host, connection)).toMatchObject({ state: 'not-installed', reasons: [] })
    await gone.configure(sandbox.host, connection)
    expect(await gone.status(sandbox.host, connection)).toMatchObject({
      state: 'not-installed',
      reasons: [
        {
          code: 'leftover-configuration',
          place: { file: sandbox.path('s.json') },
          fix: { action: 'teardown', client: 'demo' },
        },
      ],
    })
  })

  it('detected, then connected, then detected again', async () => {
    const sandbox = createSandbox()
    const plugin = demo(sandbox)
    const before = await plugin.status(sandbox.host, connection)
    expect(before).toMatchObject({ state: 'detected', version: '1.2.3', reasons: [] })
    expect(before.files).toEqual([{ path: sandbox.path('s.json'), exists: false }])
    const result = await plugin.configure(sandbox.host, connection)
    expect(result).toMatchObject({ result: 'configured', clientNotes: [{ message: 'configure' }] })
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({
      state: 'connected',
      files: [{ exists: true }],
      reasons: [],
      notes: [{ message: 'status' }],
    })
    expect(await plugin.status(sandbox.host)).toMatchObject({ state: 'connected' })
    expect(await plugin.revert(sandbox.host)).toMatchObject({
      result: 'reverted',
      clientNotes: [{ message: 'revert' }],
    })
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({ state: 'detected' })
    expect(await plugin.status(sandbox.host)).toMatchObject({ state: 'detected' })
  })

  it('connected without a record says that it cannot be undone yet', async () => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), '{ "url": "https://gw.example.com", "token": "helper" }')
    expect(await demo(sandbox).status(sandbox.host, connection)).toMatchObject({
      state: 'connected',
      notes: [{ code: 'no-record' }, { code: 'moment' }],
    })
    expect(await demo(sandbox).status(sandbox.host)).toMatchObject({ state: 'detected' })
  })

  it('drifted, with every reason, its place and what mends it', async () => {
    const sandbox = createSandbox()
    const plugin = demo(sandbox)
    await plugin.configure(sandbox.host, connection)
    writeFileSync(sandbox.path('s.json'), '{\n\n  "url": "https://elsewhere.example.com"\n}')
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({
      state: 'drifted',
      reasons: [
        {
          code: 'drift-changed',
          place: { file: sandbox.path('s.json'), line: 3 },
          fix: { action: 'setup', client: 'demo' },
        },
        { code: 'drift-missing', message: expect.stringContaining('token') },
      ],
    })
    rmSync(sandbox.path('s.json'))
    const { state, reasons } = await plugin.status(sandbox.host, connection)
    expect([state, reasons[0]?.code]).toEqual(['drifted', 'drift-file-missing'])
  })

  it('drifted when it was set up for another profile', async () => {
    const sandbox = createSandbox()
    const plugin = demo(sandbox)
    await plugin.configure(sandbox.host, connection)
    const other = { ...connection, profile: 'work', gatewayUrl: 'https://work.example.com' }
    expect(await plugin.status(sandbox.host, other)).toMatchObject({
      state: 'drifted',
      reasons: [{ code: 'other-profile', message: expect.stringContaining('default') }, { code: 'drift-changed' }],
    })
  })

  it('overridden only by what really changes something; told all the same otherwise', async () => {
    const sandbox = createSandbox()
    let found: Override[] = [{ ...override, severity: 'info' }]
    const plugin = demo(sandbox, { overrides: async () => found })
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({ state: 'detected', overrides: [] })
    await plugin.configure(sandbox.host, connection)
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({ state: 'connected', overrides: found })
    found = [override]
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({ state: 'overridden', overrides: found })
    expect(await plugin.status(sandbox.host)).toMatchObject({ state: 'overridden', overrides: found })
  })

  const fails = () => Promise.reject(new GateError({ code: 'io-failed', message: 'no luck', file: '/f', line: 2 }))
  it.each([
    ['detecting', { detect: fails }],
    ['planning', { plan: () => ({ clientId: 'other', edits: [] }) }],
    ['looking for overrides', { overrides: fails }],
    ['making notes', { notes: () => Promise.reject(new Error('broken plugin')) }],
  ])('unknown, never green, when %s fails', async (_name, extra) => {
    const sandbox = createSandbox()
    await demo(sandbox).configure(sandbox.host, connection)
    const { state, reasons } = await demo(sandbox, extra).status(sandbox.host, connection)
    expect(state).toBe('unknown')
    expect(reasons).toEqual([expect.objectContaining({ code: expect.any(String), message: expect.any(String) })])
  })

  it('unknown when the file cannot be parsed, when the record cannot be read', async () => {
    const sandbox = createSandbox()
    const plugin = demo(sandbox)
    await plugin.configure(sandbox.host, connection)
    writeFileSync(sandbox.path('s.json'), '{\n "url": }')
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({
      state: 'unknown',
      reasons: [{ code: 'file-unparsable', place: { file: sandbox.path('s.json'), line: 2 } }, {}],
    })
    writeFileSync(`${sandbox.host.directories.state}/ledger.json`, '{')
    expect(await plugin.status(sandbox.host)).toMatchObject({ state: 'unknown', reasons: [{ code: 'ledger-corrupt' }] })
  })

  it('drifted after an interruption, until the next setup', async () => {
    const sandbox = createSandbox()
    const plugin = demo(sandbox)
    const { state } = sandbox.host.directories
    mkdirSync(`${state}/journal`, { recursive: true })
    const journal = { version: 1, phase: 'prepare', clientId: 'demo', files: [], temps: [], createdDirectories: [] }
    writeFileSync(`${state}/journal/1.json`, JSON.stringify(journal))
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({
      state: 'drifted',
      reasons: [{ code: 'interrupted', fix: { action: 'setup', client: 'demo' } }],
    })
    await plugin.configure(sandbox.host, connection)
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({ state: 'connected' })
  })
})

describe('configure and revert', () => {
  it('revert works when the client is gone and when looking for it fails', async () => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), '{}')
    await demo(sandbox).configure(sandbox.host, connection)
    const broken = demo(sandbox, { detect: () => Promise.reject(new Error('no PATH')) })
    expect(await broken.revert(sandbox.host)).toMatchObject({ result: 'reverted' })
    expect(readFileSync(sandbox.path('s.json'), 'utf8')).toBe('{}')
    expect(await broken.revert(sandbox.host)).toMatchObject({ result: 'nothing-to-do' })
  })

  it('configure passes options on and refuses a plan for another client', async () => {
    const sandbox = createSandbox()
    await demo(sandbox).configure(sandbox.host, connection, { dryRun: true })
    expect(await sandbox.host.engine.receipts()).toEqual([])
    const wrong = demo(sandbox, { plan: () => ({ clientId: 'codex', edits: [] }) })
    await expect(wrong.configure(sandbox.host, connection)).rejects.toMatchObject({ code: 'plugin-invalid' })
  })

  it.each(['', 'Demo', '../x', 'a b', 'a'.repeat(65)])('F19 the id %j is refused', (id) => {
    const definition = { id, displayName: 'x', detect: async () => ({ installed: false, evidence: [] }) }
    expect(() => defineClient({ ...definition, plan: () => ({ clientId: id, edits: [] }) })).toThrow(GateError)
  })

  it('configure says what beats the files, and keeps them when that cannot be seen', async () => {
    const sandbox = createSandbox()
    const beaten = demo(sandbox, { overrides: async () => [override] })
    expect(await beaten.configure(sandbox.host, connection)).toMatchObject({
      result: 'configured',
      overrides: [override],
    })
    const blind = demo(sandbox, {
      overrides: async () => {
        throw new Error('no look at the registry')
      },
    })
    const answer = await blind.configure(sandbox.host, { ...connection, gatewayUrl: 'https://other.example.com' })
    expect(answer).toMatchObject({
      result: 'configured',
      clientNotes: [{ code: 'moment' }, { code: 'overrides-unknown' }],
    })
    expect(answer.overrides).toBeUndefined()
    expect(JSON.parse(readFileSync(sandbox.path('s.json'), 'utf8')).url).toBe('https://other.example.com')
  })
})
