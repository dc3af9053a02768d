import type { ClientStatus } from '@gate/core'
import { CANARY, createTestHost, type TestHost, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import { CONFIGURATION_ID } from '../src/documents.js'
import claudeDesktop from '../src/index.js'
import { installations } from './installations.js'
import { DEFAULT_ENTRY, OTHER_ID, places } from './places.js'

const mac = places('darwin')
const connection = testConnection('darwin')
const selected = { appliedId: OTHER_ID, entries: [DEFAULT_ENTRY, { id: OTHER_ID, name: 'Other' }] }

/** What the app's own export of gate's configuration looks like. */
const nested = (baseUrl = 'https://gateway.example.test/anthropic') =>
  JSON.stringify({
    $schemaVersion: 2,
    inference: {
      provider: 'gateway',
      baseUrl,
      credential: { kind: 'helper-script', command: connection.helper.command, ttlSec: 300, timeoutSec: 60 },
    },
    banner: { text: 'written by the app' },
  })

async function machine(): Promise<TestHost> {
  const host = await createTestHost({
    platform: 'darwin',
    files: {
      ...installations.darwin.files,
      [mac.selector]: JSON.stringify(selected),
      [connection.helper.command]: { content: '', mode: 0o755 },
    },
    program: (path) => (path === connection.helper.command ? () => 'tok\n' : undefined),
  })
  await claudeDesktop.configure(host, connection)
  expect(await claudeDesktop.status(host, connection)).toMatchObject({ state: 'connected' })
  return host
}

const words = ({ reasons }: ClientStatus) => reasons.map(({ code, message }) => `${code}: ${message}`)

async function selection(host: TestHost) {
  const { appliedId, entries } = JSON.parse(await host.read(mac.selector)) as typeof selected
  return { id: appliedId, others: entries.filter(({ id }) => id !== appliedId) }
}

describe("gate's configuration in the nested shape of the app", () => {
  it.each([true, false])(
    'is one reason to set it up again, and says where it leads (connection known: %s)',
    async (known) => {
      await using host = await machine()
      const status = async (content: string) => {
        await host.write({ [mac.document]: content })
        return claudeDesktop.status(host, known ? connection : undefined)
      }
      const same = await status(nested())
      expect(same).toMatchObject({
        state: 'drifted',
        reasons: [{ fix: { action: 'setup', client: 'claude-desktop' } }],
      })
      expect(words(same)).toEqual([
        expect.stringMatching(/^nested-configuration: .*\$schemaVersion 2.*https:\/\/gateway\.example\.test/),
      ])
      const other = await status(nested(`https://user:${CANARY}@other.example/x?key=${CANARY}`))
      expect(words(other)).toEqual([expect.stringContaining('https://other.example')])
      expect(JSON.stringify(other)).not.toContain(CANARY)
      expect(words(await status('{"$schemaVersion":2}'))).toEqual([expect.stringContaining('no gateway')])
    },
  )

  it.each([true, false])(
    'counts beside flat keys, too, and loses them at setup (connection known: %s)',
    async (known) => {
      await using host = await machine()
      const app = JSON.parse(nested('https://other.example')) as object
      await host.write({
        [mac.document]: JSON.stringify({ ...(JSON.parse(await host.read(mac.document)) as object), ...app }),
      })
      const status = await claudeDesktop.status(host, known ? connection : undefined)
      expect(status).toMatchObject({ state: 'drifted', reasons: [{ code: 'nested-configuration' }] })
      await claudeDesktop.configure(host, connection)
      expect(JSON.parse(await host.read(mac.document))).toEqual(app)
      expect(await claudeDesktop.status(host, connection)).toMatchObject({ state: 'connected' })
    },
  )

  it('is left as the app wrote it by setup, which writes a flat one beside it', async () => {
    await using host = await machine()
    await host.write({ [mac.document]: nested('https://other.example') })
    await claudeDesktop.configure(host, connection)
    expect(await host.read(mac.document)).toBe(nested('https://other.example'))
    const { id, others } = await selection(host)
    expect(id).not.toBe(CONFIGURATION_ID)
    expect(id).toMatch(/^[a-f0-9-]{36}$/)
    expect(others).toEqual(selected.entries)
    expect(JSON.parse(await host.read(`${mac.library}/${id}.json`))).toMatchObject({
      inferenceProvider: 'gateway',
      inferenceGatewayBaseUrl: 'https://gateway.example.test/anthropic',
    })
    expect(await claudeDesktop.status(host, connection)).toMatchObject({ state: 'connected', reasons: [] })
    expect(await claudeDesktop.configure(host, connection)).toMatchObject({ result: 'unchanged' })
  })

  it('and the flat one after that, too', async () => {
    await using host = await machine()
    await host.write({ [mac.document]: nested() })
    await claudeDesktop.configure(host, connection)
    const { id } = await selection(host)
    await host.write({ [`${mac.library}/${id}.json`]: nested() })
    expect(await claudeDesktop.status(host, connection)).toMatchObject({ state: 'drifted' })
    await claudeDesktop.configure(host, connection)
    expect(await claudeDesktop.status(host, connection)).toMatchObject({ state: 'connected' })
    expect([CONFIGURATION_ID, id]).not.toContain((await selection(host)).id)
  })

  it('is all that teardown leaves, besides what was there before', async () => {
    await using host = await machine()
    await host.write({ [mac.document]: nested() })
    await claudeDesktop.configure(host, connection)
    const { id } = await selection(host)
    await claudeDesktop.revert(host)
    expect(await host.read(mac.selector)).toBe(JSON.stringify(selected))
    expect(await host.read(mac.document)).toBe(nested())
    await expect(host.read(`${mac.library}/${id}.json`)).rejects.toThrow()
    await expect(host.read(mac.thirdMode)).rejects.toThrow()
  })

  it('of somebody else is nothing to gate', async () => {
    await using host = await machine()
    await host.write({ [`${mac.library}/${OTHER_ID}.json`]: nested() })
    expect(await claudeDesktop.status(host, connection)).toMatchObject({ state: 'connected' })
  })
})
