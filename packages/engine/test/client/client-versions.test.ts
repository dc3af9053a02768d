import { existsSync } from 'node:fs'
import { type ClientDefinition, type Connection, defineClient } from '@gate/core'
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
const versions = { oldest: '1.2.0', tried: ['1.2.0', '2.0.0'] } as const

function demo(sandbox: Sandbox, version: string | undefined, extra: Partial<ClientDefinition> = {}) {
  return defineClient({
    id: 'demo',
    displayName: 'Demo',
    versions,
    detect: async () => ({ installed: true, ...(version === undefined ? {} : { version }), evidence: [] }),
    plan: (_host, { gatewayUrl }) => ({
      clientId: 'demo',
      edits: [{ kind: 'json', dialect: 'jsonc', file: sandbox.path('s.json'), path: ['url'], value: gatewayUrl }],
    }),
    ...extra,
  })
}

describe('the versions that a plugin knows', () => {
  it.each(['0.9.9', '1.1.99', '1.1.0-beta.1'])('%s is too old: refused, and never connected', async (version) => {
    const sandbox = createSandbox()
    const plugin = demo(sandbox, version)
    await expect(plugin.configure(sandbox.host, connection)).rejects.toMatchObject({
      code: 'client-too-old',
      exitCode: 2,
      message: expect.stringContaining('1.2.0'),
    })
    expect(existsSync(sandbox.path('s.json'))).toBe(false)
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({
      state: 'detected',
      reasons: [{ code: 'client-too-old' }],
    })
    await plugin.configure(sandbox.host, connection, { force: true })
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({
      state: 'drifted',
      reasons: [{ code: 'client-too-old' }],
    })
    expect(await plugin.revert(sandbox.host)).toMatchObject({ result: 'reverted' })
  })

  it.each(['1.2.0', '1.2.0-rc.1', '3.0.0', undefined])('%s can be set up', async (version) => {
    const sandbox = createSandbox()
    const plugin = demo(sandbox, version)
    await plugin.configure(sandbox.host, connection)
    expect(await plugin.status(sandbox.host, connection)).toMatchObject({ state: 'connected', reasons: [] })
  })

  it('an update that was taken back makes a configured client too old', async () => {
    const sandbox = createSandbox()
    await demo(sandbox, '2.0.0').configure(sandbox.host, connection)
    expect((await demo(sandbox, '1.0.0').status(sandbox.host, connection)).state).toBe('drifted')
  })
})

describe('a client that can be asked', () => {
  const confirms = { kind: 'confirms', program: 'demo' } as const

  it('is asked about the connection and what was detected, and only when it is installed', async () => {
    const sandbox = createSandbox()
    const asked: unknown[] = []
    const questions: Partial<ClientDefinition> = {
      async ask(_host, context) {
        asked.push(context)
        return confirms
      },
      situation: async () => ({ files: ['/a'], variables: ['A'] }),
    }
    const plugin = demo(sandbox, '1.2.3', questions)
    expect(await plugin.ask?.(sandbox.host, connection)).toEqual(confirms)
    expect(asked).toEqual([{ connection, detection: { installed: true, version: '1.2.3', evidence: [] } }])
    expect(await plugin.situation?.(sandbox.host, connection)).toEqual({
      files: ['/a'],
      variables: ['A'],
      detection: { installed: true, version: '1.2.3', evidence: [] },
    })
    const gone = demo(sandbox, undefined, { ...questions, detect: async () => ({ installed: false, evidence: [] }) })
    expect(await gone.ask?.(sandbox.host, connection)).toMatchObject({ kind: 'silent' })
    expect(asked).toHaveLength(1)
  })

  it('says so by having the functions', () => {
    const plugin = demo(createSandbox(), '1.2.3')
    expect('ask' in plugin).toBe(false)
    expect('situation' in plugin).toBe(false)
  })
})
