import type { ProcessRunner } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { type ClientScenario, type ClientSuite, onStage, type Stage, thoroughScenarios } from '../client-suite.js'
import { expectSameTree, type Tree } from '../tree-snapshot.js'

/** Far from real process ids, so that the dead are not taken for living. */
const FIRST_PID = 2_000_000_000
const TIME_LIMIT_MS = 120_000

type Verb = 'configure' | 'revert'

/** Calls after which the disk is what it was: to die before the next one would be the same death again. */
const LEAVES_DISK: readonly string[] = [
  'access',
  'lstat',
  'readFile',
  'readdir',
  'readlink',
  'realpath',
  'stat',
  'handle.close',
  'handle.datasync',
  'handle.read',
  'handle.readFile',
  'handle.stat',
  'handle.sync',
]

/** A process that dies at any state of the disk leaves old or new files, and the next command ends what it began. */
export function crashLaws(suite: ClientSuite): void {
  describe.each(thoroughScenarios(suite))('killed at any call: $name', (scenario) => {
    it.each<[Verb, Verb]>([
      ['configure', 'configure'],
      ['configure', 'revert'],
      ['revert', 'revert'],
      ['revert', 'configure'],
    ])(
      '%s, then %s',
      async (killed, next) => {
        const trees = await referenceTrees(suite, scenario)
        let deaths = 0
        for (let at = 1; ; at += 1) {
          const finished = await onStage(suite, scenario, (stage) => tryKill(suite, stage, trees, { killed, next, at }))
          if (finished) break
          deaths = at
        }
        // A lock, a temporary file, the journal, the rename, the ledger: fewer would mean that none was counted.
        expect(deaths).toBeGreaterThan(10)
      },
      TIME_LIMIT_MS,
    )
  })
}

interface Trees {
  readonly before: Tree
  readonly configured: Tree
}

function referenceTrees(suite: ClientSuite, scenario: ClientScenario): Promise<Trees> {
  return onStage(suite, scenario, async ({ host, connection, clientTree }) => {
    const before = await clientTree()
    await suite.plugin.configure(host, connection)
    return { before, configured: await clientTree() }
  })
}

/** @returns Whether the verb was done before state number `at` of the disk. */
async function tryKill(
  { plugin }: ClientSuite,
  { host, connection, clientTree, anotherHost }: Stage,
  trees: Trees,
  { killed, next, at }: { readonly killed: Verb; readonly next: Verb; readonly at: number },
): Promise<boolean> {
  const run = (verb: Verb, on: Stage['host']) =>
    verb === 'configure' ? plugin.configure(on, connection) : plugin.revert(on)
  if (killed === 'revert') await run('configure', host)
  let states = 0
  let hasChanged = true
  const victim = await anotherHost({
    process: processWithId(FIRST_PID + at),
    intercept: ({ name }) => {
      if (hasChanged) states += 1
      // From there on every call fails: whoever is dead makes none.
      if (states >= at) throw new Error(`killed at state ${at}`)
      hasChanged = !LEAVES_DISK.includes(name)
    },
  })
  await run(killed, victim).catch(() => {})
  if (states < at) return true
  expectOldOrNew(await clientTree(), trees)
  const survivor = await anotherHost({ process: processWithId(FIRST_PID) })
  await run(next, survivor)
  expectSameTree(await clientTree(), next === 'configure' ? trees.configured : trees.before)
  if (next === 'configure') await plugin.revert(survivor)
  expectSameTree(await clientTree(), trees.before)
  return false
}

/** A process that alone is alive: whoever else holds a lock is dead. */
function processWithId(pid: number): Partial<ProcessRunner> {
  return { pid, isRunning: (other) => other === pid }
}

function expectOldOrNew(tree: Tree, { before, configured }: Trees): void {
  for (const [path, entry] of tree) {
    if (entry.kind !== 'file') continue
    const allowed = [before.get(path), configured.get(path)].flatMap((other) =>
      other?.kind === 'file' ? [`${other.mode} ${other.bytes.toString('base64')}`] : [],
    )
    // Temporary files beside the client's are hidden; the next command removes them.
    if (allowed.length === 0 && /(?:^|\/)\.[^/]+\.tmp$/.test(path)) continue
    expect(allowed, `${path} is neither old nor new`).toContain(`${entry.mode} ${entry.bytes.toString('base64')}`)
  }
}
