import { GateError } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { CANARY, type ClientSuite, onStage } from '../client-suite.js'
import { expectSameTree } from '../tree-snapshot.js'

/** What cannot be done safely is refused with its place, and nothing is touched. */
export function refusalLaws(suite: ClientSuite): void {
  const refusing = suite.scenarios.filter(({ refuses }) => refuses !== undefined)
  if (refusing.length === 0) return
  describe.each(refusing)('refuses, never guesses: $name', (scenario) => {
    it('leaves everything as it was', () =>
      onStage(suite, scenario, async ({ host, connection, clientTree }) => {
        const before = await clientTree()
        const error: unknown = await suite.plugin.configure(host, connection).then(
          () => undefined,
          (reason: unknown) => reason,
        )
        if (!GateError.isInstance(error)) throw new Error(`configure did not refuse: ${String(error)}`)
        expect(error.code).toBe(scenario.refuses)
        if (scenario.line !== undefined) {
          expect(error.file).toBeDefined()
          expect(error.line).toBe(scenario.line)
        }
        expect(`${error.message} ${error.fix ?? ''} ${error.stack ?? ''}`).not.toContain(CANARY)
        expectSameTree(await clientTree(), before)
        // Nothing was recorded; a file that cannot be read may hold what a gate without a record wrote.
        const undone = await suite.plugin.revert(host).then(
          ({ result }) => result,
          (reason: unknown) => (GateError.isInstance(reason) ? reason.code : String(reason)),
        )
        expect(['nothing-to-do', scenario.refuses]).toContain(undone)
        expectSameTree(await clientTree(), before)
      }))
  })
}
