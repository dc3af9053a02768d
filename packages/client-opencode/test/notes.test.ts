import type { Connection, NoteMoment } from '@gate/core'
import { CANARY, createTestHost, type TestFiles, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import opencode from '../src/index.js'
import { notes, versionNotes } from '../src/notes.js'
import { installations } from './installations.js'

async function told(moment: NoteMoment, files: TestFiles = {}, changes: Partial<Connection> = {}) {
  await using host = await createTestHost({ files })
  const connection = moment === 'revert' ? undefined : testConnection('linux', changes)
  return await notes(host, moment, { connection, detection: { installed: true, evidence: [] } })
}

const codes = async (...args: Parameters<typeof told>) => (await told(...args)).map(({ code }) => code)

describe('notes', () => {
  const models = [{ id: 'gpt-6' }]
  const used = { '~/.config/opencode/node_modules': { directory: true } } as const

  it('at setup: start again, and what OpenCode will install', async () => {
    expect(await codes('configure', {}, { models })).toEqual(['restart-opencode', 'plugin-dependency'])
    expect(await codes('configure', used, { models })).toEqual(['restart-opencode'])
    expect(await codes('revert')).toEqual(['gate-conversations'])
    expect(await codes('status', {}, { models })).toEqual([])
  })

  it('that models come from the gateway', async () => expect(await codes('configure')).toContain('models-from-gateway'))

  it('that a CA file must be in the environment', async () => {
    const [note] = await told('status', {}, { caFile: '/etc/ca.pem' })
    expect(note?.message).toContain('NODE_EXTRA_CA_CERTS=/etc/ca.pem')
  })

  it('that a server delivers configuration, without a word of the login', async () => {
    const auth = (type: string) => ({
      '~/.local/share/opencode/auth.json': `{"x":{"type":"${type}","token":"${CANARY}"}}`,
    })
    const found = await told('status', auth('wellknown'))
    expect(found.map(({ code }) => code)).toEqual(['remote-configuration'])
    expect(JSON.stringify(found)).not.toContain(CANARY)
    expect(await codes('status', auth('api'))).toEqual([])
  })

  it.each([
    ['0.15.31', ['version-not-tried']],
    ['1.18.32', ['version-not-tried']],
    ['1.18.33', []],
    ['2.0.0', []],
  ])('version %s', (version, expected) => {
    expect(versionNotes(version).map(({ code }) => code)).toEqual(expected)
  })

  it('an unknown version is not judged', () => expect(versionNotes(undefined)).toEqual([]))
})

describe('problems', () => {
  const helper = '/gate/state/bin/gate-token-default'

  it.each<[string, TestFiles, string[]]>([
    ['can be started', { [helper]: { content: '', mode: 0o700 } }, []],
    ['is missing', {}, ['helper-missing']],
  ])('the helper %s', async (_, files, expected) => {
    await using host = await createTestHost({ files: { ...installations.linux.files, ...files } })
    await opencode.configure(host, testConnection('linux'))
    const { state, reasons } = await opencode.status(host, testConnection('linux'))
    expect(reasons.map(({ code }) => code)).toEqual(expected)
    expect(state).toBe(expected.length === 0 ? 'connected' : 'drifted')
  })
})
