import type { Connection, Model, Platform, ProcessResult } from '@gate/core'
import { CANARY, createTestHost, type TestFiles, type TestProgram, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import claudeDesktop from '../src/index.js'
import { inferenceModels } from '../src/models.js'
import { notes } from '../src/notes.js'
import { installations } from './installations.js'
import { places } from './places.js'

async function codes(changes: Partial<Connection>, platform: Platform = 'linux', env: Record<string, string> = {}) {
  await using host = await createTestHost({ platform, env })
  const detection = { installed: true, evidence: [] }
  return notes(host, 'configure', { connection: testConnection(platform, changes), detection }).map(({ code }) => code)
}

describe('notes', () => {
  it('at setup and teardown: the app reads its files when it starts', async () => {
    expect(await codes({ models: [{ id: 'claude-opus-5' }] })).toEqual(['relaunch'])
    await using host = await createTestHost()
    const detection = { installed: true, evidence: [] }
    expect(notes(host, 'revert', { connection: undefined, detection }).map(({ code }) => code)).toEqual(['relaunch'])
    expect(notes(host, 'status', { connection: undefined, detection })).toEqual([])
  })

  it('a CA file that the app has no setting for', async () => {
    expect(await codes({ caFile: '/ca.pem' })).toContain('ca-file-system')
  })

  it('gate was started inside the app on Windows', async () => {
    const env = { CLAUDE_CODE_ENTRYPOINT: 'claude-desktop-code' }
    expect(await codes({}, 'win32', env)).toContain('inside-app')
    expect(await codes({}, 'linux', env)).not.toContain('inside-app')
  })
})

describe('models', () => {
  it.each<[string, Model, object | undefined]>([
    ['one of Claude’s', { id: 'claude-sonnet-5' }, { name: 'claude-sonnet-5' }],
    ['with a prefix', { id: 'anthropic/claude-haiku-5' }, { name: 'anthropic/claude-haiku-5' }],
    ['with Claude Code’s suffix', { id: 'claude-opus-5[1m]' }, { name: 'claude-opus-5', supports1m: true }],
    ['with a large window', { id: 'claude-opus-5', contextWindow: 1e6 }, { name: 'claude-opus-5', supports1m: true }],
    [
      'with a name for people',
      { id: 'claude-opus-5', displayName: 'O' },
      { name: 'claude-opus-5', labelOverride: 'O' },
    ],
    ['an older one', { id: 'claude-3-5-haiku-1' }, { name: 'claude-3-5-haiku-1', anthropicFamilyTier: 'haiku' }],
    [
      'one of another cloud',
      { id: 'us.anthropic.claude-sonnet-4-v1:0' },
      { name: 'us.anthropic.claude-sonnet-4-v1:0', anthropicFamilyTier: 'sonnet' },
    ],
    [
      'another one with a tier',
      { id: 'corp/glm-5', tier: 'opus' },
      { name: 'corp/glm-5', anthropicFamilyTier: 'opus' },
    ],
    ['another one', { id: 'gpt-6' }, undefined],
    ['a name of two families', { id: 'claude-x-opus-sonnet' }, undefined],
    ['nothing but the suffix', { id: '[1m]' }, undefined],
  ])('%s', (_, model, entry) => {
    const { models, notes: told } = inferenceModels([model])
    expect(models).toEqual(entry === undefined ? [] : [entry])
    expect(told.map(({ code }) => code)).toEqual(entry === undefined ? ['model-left-out'] : [])
  })

  it('S61 are kept in their order, each once', () => {
    const ids = ['claude-opus-5', 'claude-haiku-5', 'claude-opus-5[1m]', 'claude-opus-5']
    expect(inferenceModels(ids.map((id) => ({ id }))).models).toEqual([
      { name: 'claude-opus-5', supports1m: true },
      { name: 'claude-haiku-5' },
    ])
  })
})

describe('problems', () => {
  const mac = places('darwin')
  const connection = testConnection('darwin')
  const helper = connection.helper.command

  async function status(answer: TestProgram, changes: Partial<Connection> = {}, files: TestFiles = {}) {
    const there = { [helper]: { content: '#!/bin/sh\n', mode: 0o700 } }
    await using host = await createTestHost({
      platform: 'darwin',
      env: { GATE_TOKEN: CANARY },
      files: { ...installations.darwin.files, ...there },
      programs: { [helper]: answer },
    })
    const chosen = { ...connection, ...changes }
    await claudeDesktop.configure(host, chosen)
    await host.write(files)
    const seen = await claudeDesktop.status(host, chosen)
    expect(JSON.stringify(seen)).not.toContain(CANARY)
    return { state: seen.state, codes: seen.reasons.map(({ code }) => code), reasons: seen.reasons }
  }

  it('none when the helper prints a token', async () => {
    expect(await status(() => `${CANARY}\n`)).toMatchObject({ state: 'connected', codes: [] })
  })

  it.each<[string, Partial<ProcessResult>, string]>([
    ['nothing', { stdout: '\n' }, 'something else'],
    ['two lines', { stdout: `${CANARY}\n${CANARY}\n` }, 'something else'],
    ['control characters', { stdout: `${CANARY}\u001b[0m` }, 'something else'],
    ['a failure', { code: 3, stdout: CANARY, stderr: 'one\ngate: nobody is signed in\n' }, 'nobody is signed in'],
    ['no answer', { code: null, timedOut: true }, 'no answer within 8 s'],
  ])('the helper gives %s', async (_, result, message) => {
    const { state, codes: found, reasons } = await status(() => result)
    expect({ state, codes: found }).toEqual({ state: 'drifted', codes: ['helper-failing'] })
    expect(reasons[0]).toMatchObject({
      place: { file: helper },
      message: expect.stringContaining(message),
      fix: { action: expect.any(String) },
    })
  })

  it('the helper is missing, or cannot be started', async () => {
    const gone = await status(() => 't', {}, { [helper]: { content: '', mode: 0o600 } })
    expect(gone).toMatchObject({ state: 'drifted', codes: ['helper-missing'] })
  })

  it('no helper is run where none is needed', async () => {
    const never = () => {
      throw new Error('the helper was run')
    }
    expect((await status(never, { auth: { kind: 'none' } })).state).toBe('connected')
    expect((await status(never, { options: { 'claude-desktop': { auth: 'native' } } })).state).toBe('connected')
  })

  it('the app was switched to claude.ai', async () => {
    const { state, reasons } = await status(() => 't\n', {}, { [mac.thirdMode]: '{\n  "deploymentMode": "1p"\n}' })
    expect(state).toBe('drifted')
    expect(reasons).toContainEqual(
      expect.objectContaining({
        code: 'mode-1p',
        place: expect.objectContaining({ line: 2 }),
        fix: { action: 'setup', client: 'claude-desktop' },
      }),
    )
  })
})
