import { describe, expect, it } from 'vitest'
import { type ClientSuite, onStage, workingScenarios } from '../client-suite.js'
import { GATEWAY_ORIGIN } from '../test-connection.js'
import { expectSameTree } from '../tree-snapshot.js'

const USERS_OWN = 'https://users-own.example.test'

/** What the user or the client does to a file after setup is respected, and told. */
export function userWinsLaws(suite: ClientSuite): void {
  const { plugin, rewrite } = suite
  describe.each(workingScenarios(suite))('the user wins: $name', (scenario) => {
    it('keeps a value that was changed after setup, and names it', () =>
      onStage(suite, scenario, async ({ host, connection }) => {
        const { changes } = await plugin.configure(host, connection)
        const changed: string[] = []
        for (const { path } of changes) {
          const text = await host.fs.readFile(path, 'utf8')
          if (!text.includes(GATEWAY_ORIGIN)) continue
          await host.fs.writeFile(path, text.replaceAll(GATEWAY_ORIGIN, USERS_OWN))
          changed.push(path)
        }
        expect(changed).not.toEqual([])
        const status = await plugin.status(host, connection)
        expect(status.state).toBe('drifted')
        expect(status.reasons.map(({ place }) => place?.file)).toEqual(expect.arrayContaining(changed))
        const { edits } = await plugin.revert(host)
        for (const path of changed) {
          expect(await host.fs.readFile(path, 'utf8')).toContain(USERS_OWN)
          expect(edits).toContainEqual(expect.objectContaining({ file: path, outcome: 'kept-user-change' }))
        }
      }))

    it('does not bring back what was deleted after setup', () =>
      onStage(suite, scenario, async ({ host, connection, clientTree }) => {
        const { changes } = await plugin.configure(host, connection)
        const real = await Promise.all(changes.map(({ path }) => host.fs.realpath(path)))
        for (const path of real) await host.fs.rm(path)
        const deleted = await clientTree()
        // A link that leads nowhere now cannot be read, and unknown is not drifted.
        expect(['drifted', 'unknown']).toContain((await plugin.status(host, connection)).state)
        const { edits } = await plugin.revert(host)
        // A file that said so before gate came was not changed, and not deleted here.
        const gone = edits.filter(({ file }) => changes.some(({ path }) => path === file))
        expect(new Set(gone.map(({ outcome }) => outcome))).toEqual(new Set(['already-gone']))
        expect([...(await clientTree()).keys()].filter((path) => !deleted.has(path))).toEqual([])
      }))

    if (rewrite) {
      it('takes only its own keys out of a file that the client wrote anew', () =>
        onStage(suite, scenario, async ({ host, connection }) => {
          const { changes } = await plugin.configure(host, connection)
          for (const { path, after } of changes) await host.fs.writeFile(path, rewrite(after ?? '', path))
          expect((await plugin.status(host, connection)).reasons).toEqual([])
          await plugin.revert(host)
          for (const { path, before } of changes) {
            const left = await host.fs.readFile(path, 'utf8').catch(() => '')
            expect(rewrite(left, path)).toBe(rewrite(before ?? '', path))
          }
        }))

      it('loses nothing that the client writes between its reading and its writing', () =>
        onStage(suite, scenario, async ({ host, connection, anotherHost }) => {
          const { changes } = await plugin.configure(host, connection, { dryRun: true })
          const isGates = (path: string) => Object.values(host.directories).some((own) => path.startsWith(own))
          let hasWritten = false
          const slow = await anotherHost({
            async intercept({ name, path }) {
              // The new text is on its way to the disk, so it was computed from what was there before.
              if (hasWritten || name !== 'open' || !path?.endsWith('.tmp') || isGates(path)) return
              hasWritten = true
              for (const change of changes) {
                await host.fs.mkdir(host.path.dirname(change.path), { recursive: true })
                await host.fs.writeFile(change.path, rewrite(change.before ?? '', change.path))
              }
            },
          })
          await plugin.configure(slow, connection)
          expect(hasWritten).toBe(true)
          expect((await plugin.status(host, connection)).reasons).toEqual([])
          await plugin.revert(host)
          for (const { path, before } of changes) {
            expect(rewrite(await host.fs.readFile(path, 'utf8'), path)).toBe(rewrite(before ?? '', path))
          }
        }))
    }
  })

  describe.each(workingScenarios(suite))('status tells the truth: $name', (scenario) => {
    it('goes from detected over connected and drifted back to detected', () =>
      onStage(suite, scenario, async ({ host, connection, clientTree }) => {
        const before = await clientTree()
        const state = async () => (await plugin.status(host, connection)).state
        expect(await state()).toBe('detected')
        const { changes } = await plugin.configure(host, connection)
        const afterSetup = await plugin.status(host, connection)
        expect(afterSetup.reasons).toEqual([])
        expect(['connected', 'overridden']).toContain(afterSetup.state)
        expect(afterSetup.files).toEqual(expect.arrayContaining(changes.map(({ path }) => ({ path, exists: true }))))
        expect((await plugin.status(host)).state).toBe(afterSetup.state)
        for (const { path, after } of changes) {
          await host.fs.writeFile(path, (after ?? '').replaceAll(GATEWAY_ORIGIN, USERS_OWN))
        }
        expect(await state()).toBe('drifted')
        for (const { path, after } of changes) await host.fs.writeFile(path, after ?? '')
        expect(await state()).toBe(afterSetup.state)
        await plugin.revert(host)
        expect(await state()).toBe('detected')
        expectSameTree(await clientTree(), before)
      }))
  })
}
