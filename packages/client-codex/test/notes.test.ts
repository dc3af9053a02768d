import type { Connection, NoteMoment } from '@gate/core'
import { CANARY, createTestHost, type TestFiles, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import codex from '../src/index.js'
import { notes } from '../src/notes.js'
import { installations } from './installations.js'

async function told(moment: NoteMoment, files: TestFiles = {}, changes: Partial<Connection> = {}, version?: string) {
  await using host = await createTestHost({ files })
  const connection = moment === 'revert' ? undefined : testConnection('linux', changes)
  const detection = { installed: true, evidence: [], ...(version === undefined ? {} : { version }) }
  return await notes(host, moment, { connection, detection })
}

const codes = async (...args: Parameters<typeof told>) => (await told(...args)).map(({ code }) => code)

describe('notes', () => {
  it('at setup: what becomes of conversations', async () => {
    expect(await codes('configure', {}, { models: [{ id: 'gpt-6' }] })).toEqual(['new-conversations', 'codex-daemon'])
    expect(await codes('revert')).toEqual(['gate-conversations', 'codex-daemon'])
    expect(await codes('status')).toEqual([])
  })

  it('that no model is set', async () => expect(await codes('configure')).toContain('model-not-set'))

  it('that a CA file must be in the environment', async () => {
    const [note] = await told('status', {}, { caFile: '/etc/ca.pem' })
    expect(note).toMatchObject({ code: 'ca-file-environment' })
    expect(note?.message).toContain('CODEX_CA_CERTIFICATE=/etc/ca.pem')
  })

  it('that a ChatGPT login stays, without a word of it', async () => {
    const login = { '~/.codex/auth.json': `{"auth_mode":"chatgpt","tokens":{"access_token":"${CANARY}"}}` }
    const found = await told('configure', login)
    expect(found.map(({ code }) => code)).toContain('chatgpt-login')
    expect(JSON.stringify(found)).not.toContain(CANARY)
    expect(await codes('configure', { '~/.codex/auth.json': '{"OPENAI_API_KEY":"k"}' })).not.toContain('chatgpt-login')
    expect(await codes('configure', { '~/.codex/auth.json': 'broken' })).not.toContain('chatgpt-login')
  })
})

describe('problems', () => {
  const helper = '/gate/state/bin/gate-token-default'

  it.each<[string, TestFiles, string[]]>([
    ['can be started', { [helper]: { content: '', mode: 0o700 } }, []],
    ['is missing', {}, ['helper-missing']],
    ['is not executable', { [helper]: { content: '', mode: 0o600 } }, ['helper-missing']],
  ])('the helper %s', async (_, files, expected) => {
    await using host = await createTestHost({ files: { ...installations.linux.files, ...files } })
    await codex.configure(host, testConnection('linux'))
    const { state, reasons } = await codex.status(host, testConnection('linux'))
    expect(reasons.map(({ code }) => code)).toEqual(expected)
    expect(state).toBe(expected.length === 0 ? 'connected' : 'drifted')
  })

  it('no helper is missed where none is needed', async () => {
    await using host = await createTestHost(installations.linux)
    const connection = testConnection('linux', { auth: { kind: 'none' } })
    await codex.configure(host, connection)
    expect((await codex.status(host, connection)).state).toBe('connected')
  })
})
