import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { twoFilesAndAShim } from '../support/plans.js'
import { createSandbox, removeSandboxesAfterEach } from '../support/sandbox.js'
import { watchedFs } from '../support/watched-fs.js'

removeSandboxesAfterEach()

interface Event {
  readonly name: string
  readonly path: string
  readonly to: string
}

async function eventsOf(operation: 'setup' | 'teardown') {
  const sandbox = createSandbox()
  mkdirSync(sandbox.path('.claude'))
  writeFileSync(sandbox.path('.claude', 'settings.json'), '{}\n')
  const setup = (host = sandbox.host) => host.engine.apply(twoFilesAndAShim(sandbox), { profile: 'p' })
  if (operation === 'teardown') await setup()
  const events: Event[] = []
  const host = sandbox.hostWith({
    fs: watchedFs((call, make) => {
      events.push({ name: call.name, path: call.path, to: call.name === 'rename' ? String(call.args[1]) : '' })
      return make()
    }),
  })
  if (operation === 'setup') await setup(host)
  else await host.engine.revert('demo')
  return { events, sandbox }
}

it.each(['setup', 'teardown'] as const)(
  'F2 %s: contents reach the disk before the rename, the rename before anything relies on it',
  async (operation) => {
    const { events } = await eventsOf(operation)
    const at = (from: number, name: string, path: string) =>
      events.findIndex((event, index) => index > from && event.name === name && event.path === path)
    const replacements = [...events.entries()].filter(
      ([, { name, path }]) => name === 'rename' && path.endsWith('.tmp'),
    )
    let count = 0
    for (const [index, { path, to }] of replacements) {
      count++
      const written = at(-1, 'handle.writeFile', path)
      const flushed = at(written, 'handle.sync', path)
      const closed = at(flushed, 'handle.close', path)
      expect(written).toBeGreaterThan(-1)
      expect(flushed).toBeGreaterThan(written)
      expect(closed).toBeGreaterThan(flushed)
      expect(closed).toBeLessThan(index)
      // The directory is flushed before the next file is replaced.
      const settled = at(index, 'handle.sync', dirname(to))
      const next = events.findIndex((event, later) => later > index && event.name === 'rename')
      expect(settled).toBeGreaterThan(index)
      if (next !== -1) expect(settled).toBeLessThan(next)
    }
    expect(count).toBeGreaterThan(operation === 'setup' ? 5 : 3)
  },
)

it('F2 the decision is on the disk before the first file of a client changes, and the record before the decision goes', async () => {
  const { events, sandbox } = await eventsOf('setup')
  const index = (test: (event: Event) => boolean) => events.findIndex(test)
  const lastIndex = (test: (event: Event) => boolean) => events.findLastIndex(test)
  const decided = lastIndex(({ name, to }) => name === 'rename' && to.includes('/journal/'))
  const firstChange = index(({ name, to }) => name === 'rename' && to.startsWith(sandbox.home))
  const lastChange = lastIndex(({ name, to }) => name === 'rename' && to.startsWith(sandbox.home))
  const recorded = index(({ name, to }) => name === 'rename' && to.endsWith('ledger.json'))
  const forgotten = index(({ name, path }) => name === 'unlink' && path.includes('/journal/') && path.endsWith('.json'))
  const order = [decided, firstChange, lastChange, recorded, forgotten]
  expect(order).not.toContain(-1)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
})
