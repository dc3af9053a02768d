import { describe, expect, it } from 'vitest'
import { type ClientSuite, onStage, workingScenarios } from '../client-suite.js'
import { expectSameTree } from '../tree-snapshot.js'

/** Setup and teardown leave nothing behind, twice is once, and a dry run is none. */
export function roundTripLaws(suite: ClientSuite): void {
  const { plugin } = suite
  describe.each(workingScenarios(suite))('undo is exact: $name', (scenario) => {
    it('gives back every byte, mode and link', () =>
      onStage(suite, scenario, async ({ host, connection, clientTree }) => {
        const before = await clientTree()
        const configured = await plugin.configure(host, connection)
        expect(configured.result).toBe('configured')
        const reverted = await plugin.revert(host)
        expect(reverted.result).toBe('reverted')
        expect(reverted.edits.map(({ outcome }) => outcome)).not.toContain('kept-user-change')
        expectSameTree(await clientTree(), before)
        expect((await plugin.revert(host)).result).toBe('nothing-to-do')
        expectSameTree(await clientTree(), before)
      }))

    it('is the same twice as once', () =>
      onStage(suite, scenario, async ({ host, connection, clientTree }) => {
        const before = await clientTree()
        await plugin.configure(host, connection)
        const once = await clientTree()
        expect((await plugin.configure(host, connection)).result).toBe('unchanged')
        expectSameTree(await clientTree(), once)
        await plugin.revert(host)
        expectSameTree(await clientTree(), before)
      }))

    it('forgets nothing when the connection changes', () =>
      onStage(suite, scenario, async ({ host, connection, clientTree }) => {
        const before = await clientTree()
        await plugin.configure(host, { ...connection, gatewayUrl: 'https://first.example.test' })
        expect((await plugin.configure(host, connection)).result).toBe('configured')
        await plugin.revert(host)
        expectSameTree(await clientTree(), before)
      }))

    it('tells in a dry run what it would do, and does nothing', () =>
      onStage(suite, scenario, async ({ host, connection, clientTree }) => {
        const before = await clientTree()
        const planned = await plugin.configure(host, connection, { dryRun: true })
        expectSameTree(await clientTree(), before)
        const done = await plugin.configure(host, connection)
        expect(done.changes).toEqual(planned.changes)
        for (const { path, after } of done.changes) expect(await host.fs.readFile(path, 'utf8')).toBe(after)
        const configured = await clientTree()
        await plugin.revert(host, { dryRun: true })
        expectSameTree(await clientTree(), configured)
      }))

    it('needs neither the client nor the environment of the setup to be undone', () =>
      onStage(suite, scenario, async ({ host, connection, clientTree, anotherHost }) => {
        const before = await clientTree()
        await plugin.configure(host, connection)
        const bare = await anotherHost({ programs: {}, env: { GATE_HOME: host.env.GATE_HOME }, cwd: host.home })
        const removed = Object.keys(suite.installations[host.platform]?.files ?? {})
        const nowhere = { ...bare, fs: withoutFiles(bare, removed) }
        expect((await plugin.detect(nowhere)).installed).toBe(false)
        expect((await plugin.revert(nowhere)).result).toBe('reverted')
        expectSameTree(await clientTree(), before)
      }))
  })
}

/** The host's files as they are when an uninstaller has removed some. */
function withoutFiles(host: Parameters<ClientSuite['plugin']['detect']>[0], keys: readonly string[]) {
  const gone = new Set(keys.map((key) => host.path.normalize(key.startsWith('~/') ? host.home + key.slice(1) : key)))
  const missing = (path: unknown) => {
    if (typeof path === 'string' && gone.has(path)) {
      throw Object.assign(new Error(`ENOENT: no such file or directory, stat '${path}'`), { code: 'ENOENT', path })
    }
  }
  return Object.fromEntries(
    Object.entries(host.fs).map(([name, call]) => [
      name,
      async (...args: unknown[]) => {
        missing(args[0])
        return (call as (...args: unknown[]) => Promise<unknown>)(...args)
      },
    ]),
  ) as unknown as typeof host.fs
}
