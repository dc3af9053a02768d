import { describe, expect, it } from 'vitest'
import { type ClientSuite, onStage, thoroughScenarios, workingScenarios } from '../client-suite.js'
import { expectSameTree } from '../tree-snapshot.js'

/** Several gates take turns, and a foreign writer loses nothing. */
export function concurrencyLaws(suite: ClientSuite): void {
  const { plugin } = suite
  describe.each(workingScenarios(suite))('several at once: $name', (scenario) => {
    it('is set up once by two processes', () =>
      onStage(suite, scenario, async ({ host, connection, clientTree, anotherHost }) => {
        const before = await clientTree()
        const other = await anotherHost()
        const results = await Promise.all([plugin.configure(host, connection), plugin.configure(other, connection)])
        expect(results.map(({ result }) => result).toSorted()).toEqual(['configured', 'unchanged'])
        expect((await plugin.status(host, connection)).reasons).toEqual([])
        await plugin.revert(other)
        expectSameTree(await clientTree(), before)
      }))
  })

  describe.each(thoroughScenarios(suite))('setup against teardown: $name', (scenario) => {
    it('ends as one of both, and can be undone', () =>
      onStage(suite, scenario, async ({ host, connection, clientTree, anotherHost }) => {
        const before = await clientTree()
        const other = await anotherHost()
        for (let round = 0; round < 10; round += 1) {
          await Promise.all([
            plugin.configure(host, connection),
            plugin.revert(other),
            plugin.configure(other, connection),
          ])
          expect(['connected', 'detected', 'overridden']).toContain((await plugin.status(host, connection)).state)
        }
        await plugin.revert(host)
        expectSameTree(await clientTree(), before)
      }))
  })
}
