import type { Platform } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { type ClientSuite, onStage } from '../client-suite.js'
import { createTestHost } from '../create-test-host.js'

/** What a plugin says about itself and about a machine without its client. */
export function identityLaws({ plugin, installations, ...suite }: ClientSuite): void {
  it('says which contract it keeps, and who it is', () => {
    expect(plugin.apiVersion).toBe(1)
    expect(plugin.id).toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/)
    expect(plugin.displayName.trim()).not.toBe('')
  })

  describe.each(Object.keys(installations) as Platform[])('on %s', (platform) => {
    it('finds its client, and says how', () =>
      onStage({ plugin, installations, ...suite }, { name: platform, platform }, async ({ host }) => {
        const detection = await plugin.detect(host)
        expect(detection.installed).toBe(true)
        expect(detection.evidence.length).toBeGreaterThan(0)
        expect((await plugin.status(host)).state).toBe('detected')
      }))

    it('does not find it on an empty machine, and writes nothing by looking', async () => {
      await using host = await createTestHost({ platform })
      const before = await host.snapshot()
      const detection = await plugin.detect(host)
      expect(detection.installed).toBe(false)
      expect(detection.evidence.length).toBeGreaterThan(0)
      const status = await plugin.status(host)
      expect(status).toMatchObject({ id: plugin.id, displayName: plugin.displayName, state: 'not-installed' })
      expect(await host.snapshot()).toEqual(before)
    })
  })
}
