import { createTestHost, type TestHost, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import { CONFIGURATION_ID } from '../src/documents.js'
import claudeDesktop from '../src/index.js'
import { installations } from './installations.js'
import { DEFAULT_ENTRY, places } from './places.js'

const mac = places('darwin')
const ours = { id: CONFIGURATION_ID, name: 'gate' }

describe('what an earlier gate wrote without a record', () => {
  it.each([
    ['by itself', async () => {}],
    ['after a further setup', (host) => claudeDesktop.configure(host, testConnection('darwin'))],
  ] as const satisfies readonly (readonly [string, (host: TestHost) => Promise<unknown>])[])(
    'is taken out, and what the app has beside it stays: %s',
    async (_name, before) => {
      await using host = await createTestHost({
        platform: 'darwin',
        ...installations.darwin,
        files: {
          ...installations.darwin?.files,
          '/gate/state/bin/gate-token-default': { content: '', mode: 0o755 },
          [mac.selector]: JSON.stringify({ appliedId: CONFIGURATION_ID, entries: [DEFAULT_ENTRY, ours] }),
        },
      })
      await before(host)
      expect((await claudeDesktop.revert(host)).result).toBe('reverted')
      expect(JSON.parse(await host.read(mac.selector))).toEqual({ entries: [DEFAULT_ENTRY] })
    },
  )
})
