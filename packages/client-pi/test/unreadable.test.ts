import { createTestHost, hostWith, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import pi from '../src/index.js'
import { overrides } from '../src/overrides.js'

const WORK = '/home/user/repo'
const PROJECT = `${WORK}/.pi/settings.json`
const TRUST = '/home/user/.pi/agent/trust.json'

async function machine() {
  const files = { [PROJECT]: '', [TRUST]: JSON.stringify({ [WORK]: true }) }
  const host = await createTestHost({ cwd: WORK, files })
  const connection = testConnection('linux', { gatewayUrl: 'http://127.0.0.1:8080' })
  await pi.configure(host, connection)
  return { host, connection }
}

describe('a project file whose bytes are no plain UTF-8', () => {
  const redirect = '"defaultProvider":"other"'

  it.each([
    ['with a byte that means nothing', Buffer.from(`{"x":"é",${redirect}}`, 'latin1'), 1],
    ['nested deeply in another key', Buffer.from(`{"x":${'['.repeat(600)}${']'.repeat(600)},${redirect}}`), 1],
    ['in UTF-16, which pi cannot parse', Buffer.from(`\uFEFF{${redirect}}`, 'utf16le'), 0],
    ['with a syntax error', Buffer.from(`{${redirect}`), 0],
  ])('%s', async (_what, content, rows) => {
    const { host, connection } = await machine()
    await host.fs.writeFile(PROJECT, content)
    const found = await overrides(host, connection)
    await host.dispose()
    expect(found.map(({ location }) => location)).toEqual(Array(rows).fill(`${PROJECT}: defaultProvider`))
  })
})

it.each([PROJECT, TRUST])('%s that gate must not read is told', async (file) => {
  const { host, connection } = await machine()
  const readFile = (async (path: string, ...rest: never[]) => {
    if (path === file) throw Object.assign(new Error('denied'), { code: 'EACCES' })
    return host.fs.readFile(path, ...rest)
  }) as typeof host.fs.readFile
  await host.fs.writeFile(PROJECT, '{}')
  const found = await overrides(hostWith(host, { fs: { ...host.fs, readFile } }), connection)
  await host.dispose()
  expect(found).toMatchObject([{ location: file, displaces: 'unknown', severity: 'override' }])
})
