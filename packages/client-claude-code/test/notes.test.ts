import type { Connection, NoteMoment } from '@gate/core'
import { createTestHost, type TestFiles, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import claudeCode from '../src/index.js'
import { notes, versionNotes } from '../src/notes.js'
import { installations } from './installations.js'

async function codes(moment: NoteMoment, files: TestFiles = {}, changes: Partial<Connection> = {}, version?: string) {
  await using host = await createTestHost({ files })
  const connection = moment === 'revert' ? undefined : testConnection('linux', changes)
  const detection = { installed: true, evidence: [], ...(version === undefined ? {} : { version }) }
  return (await notes(host, moment, { connection, detection })).map(({ code }) => code)
}

describe('notes', () => {
  it('at setup: what happens at once, and the price', async () => {
    expect(await codes('configure')).toEqual(['live-sessions', 'quiet-traffic'])
  })

  it('at setup: models that could not be used', async () => {
    expect(await codes('configure', {}, { models: [{ id: 'gpt-6' }] })).toContain('model-without-tier')
  })

  it('a saved login, that it rests and that it comes back', async () => {
    const files = { '~/.claude/.credentials.json': '{}' }
    expect(await codes('configure', files)).toContain('saved-login')
    expect(await codes('revert', files)).toEqual(['live-sessions', 'saved-login'])
    expect(await codes('status', files)).toEqual([])
  })

  it.each(['.vscode', '.cursor'])('the editor extension in %s', async (editor) => {
    const files = { [`~/${editor}/extensions/anthropic.claude-code-2.1.3-linux-x64/package.json`]: '{}' }
    expect(await codes('configure', files)).toContain('editor-extension')
    expect(await codes('configure', { [`~/${editor}/extensions/other.x/package.json`]: '{}' })).not.toContain(
      'editor-extension',
    )
  })

  it.each<[string, string[]]>([
    ['2.1.329', []],
    ['2.1.252', []],
    ['2.1.251', ['version-leaks']],
    ['2.1.245', ['version-leaks', 'version-403']],
    ['2.1.197', ['version-leaks', 'version-403', 'version-slow-failure']],
  ])('version %s', async (version, expected) => {
    expect(versionNotes(version, undefined).map(({ code }) => code)).toEqual(expected)
    expect(await codes('status', {}, {}, version)).toEqual(expected)
  })

  it('an unknown version is not judged', () => expect(versionNotes(undefined, undefined)).toEqual([]))

  it('a CA file that version 2.0 does not read from settings', () => {
    const connection = testConnection('linux', { caFile: '/ca.pem' })
    expect(versionNotes('2.0.34', connection).map(({ code }) => code)).toContain('version-ca-file')
    expect(versionNotes('2.1.0', connection).map(({ code }) => code)).not.toContain('version-ca-file')
  })
})

describe('problems', () => {
  const helper = '/gate/state/bin/gate-token-default'
  async function reasons(files: TestFiles, changes: Partial<Connection> = {}) {
    await using host = await createTestHost({ files: { ...installations.linux.files, ...files } })
    const connection = testConnection('linux', changes)
    await claudeCode.configure(host, connection)
    const { state, reasons: found } = await claudeCode.status(host, connection)
    return { state, codes: found.map(({ code }) => code), files: found.map(({ place }) => place?.file) }
  }

  it('none when the helper can be started', async () => {
    expect(await reasons({ [helper]: { content: '', mode: 0o700 } })).toEqual({
      state: 'connected',
      codes: [],
      files: [],
    })
  })

  it.each<[string, TestFiles]>([
    ['is missing', {}],
    ['is not executable', { [helper]: { content: '', mode: 0o600 } }],
    ['is a directory', { [helper]: { directory: true } }],
  ])('the helper %s', async (_, files) => {
    expect(await reasons(files)).toEqual({ state: 'drifted', codes: ['helper-missing'], files: [helper] })
  })

  it('no helper is missed where none is needed', async () => {
    expect((await reasons({}, { auth: { kind: 'none' } })).state).toBe('connected')
  })

  it('the CA file is missing', async () => {
    const there = { [helper]: { content: '', mode: 0o700 } }
    expect(await reasons(there, { caFile: '/ca.pem' })).toMatchObject({ state: 'drifted', codes: ['ca-file-missing'] })
    expect((await reasons({ ...there, '/ca.pem': 'PEM' }, { caFile: '/ca.pem' })).state).toBe('connected')
  })

  it('a known key got a wrong type after setup, so that Claude Code drops the file', async () => {
    const connection = testConnection('linux')
    await using host = await createTestHost({
      files: { ...installations.linux.files, [helper]: { content: '', mode: 0o700 } },
    })
    await claudeCode.configure(host, connection)
    const settings = JSON.parse(await host.read('~/.claude/settings.json'))
    await host.write({ '~/.claude/settings.json': JSON.stringify({ ...settings, model: 5 }, null, 2) })
    const { state, reasons: found } = await claudeCode.status(host, connection)
    expect(state).not.toBe('connected')
    expect(found).toContainEqual(
      expect.objectContaining({ code: 'file-wrong-shape', place: expect.objectContaining({ line: 8 }) }),
    )
  })
})
