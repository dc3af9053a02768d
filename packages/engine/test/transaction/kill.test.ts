import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type KillMoment, mortalHost } from '../support/kill.js'
import { twoFilesAndAShim } from '../support/plans.js'
import { createSandbox, leftoversIn, removeSandboxesAfterEach, type Sandbox, treeOf } from '../support/sandbox.js'
import { watchedFs } from '../support/watched-fs.js'

const SETTINGS = '{\r\n  // mine\r\n  "env": { "FOO": "1", "ANTHROPIC_BASE_URL": "https://mine" },\r\n}\r\n'
const CONFIG = 'model_provider = "mine" # keep\n\n[model_providers.mine]\nname = "m"\n'

const LONG = { timeout: 180_000 }

interface States {
  readonly old: Record<string, string>
  readonly new: Record<string, string>
}

removeSandboxesAfterEach()

function filled(): Sandbox {
  const sandbox = createSandbox()
  mkdirSync(sandbox.path('.claude'))
  mkdirSync(sandbox.path('.codex'))
  writeFileSync(sandbox.path('.claude', 'settings.json'), SETTINGS, { mode: 0o640 })
  writeFileSync(sandbox.path('.codex', 'config.toml'), CONFIG, { mode: 0o644 })
  return sandbox
}

type Operation = (sandbox: Sandbox, host: Sandbox['host']) => Promise<unknown>

const setup: Operation = (sandbox, host) => host.engine.apply(twoFilesAndAShim(sandbox), { profile: 'default' })
const setupElsewhere: Operation = (sandbox, host) =>
  host.engine.apply(twoFilesAndAShim(sandbox, 'https://other.example.com'), { profile: 'default' })
const teardown: Operation = (_sandbox, host) => host.engine.revert('demo')

const scenarios: Record<string, { prepare: Operation[]; killed: Operation }> = {
  setup: { prepare: [], killed: setup },
  'second setup with other values': { prepare: [setup], killed: setupElsewhere },
  teardown: { prepare: [setup], killed: teardown },
}

/** Runs the operation with a kill at call N, then what the next command would do, and compares. */
async function killAt(
  { prepare, killed }: (typeof scenarios)[string],
  index: number,
  moment: KillMoment,
  states: States,
): Promise<'old' | 'new' | 'survived'> {
  const sandbox = filled()
  for (const operation of prepare) await operation(sandbox, sandbox.host)
  const { host, died } = mortalHost(sandbox, index, moment)
  await killed(sandbox, host).catch(() => {})
  const at = `${moment} call ${index}`
  const reports = await sandbox.host.engine.recover()
  const tree = treeOf(sandbox.home)
  const state = JSON.stringify(tree) === JSON.stringify(states.old) ? 'old' : 'new'
  expect(tree, at).toEqual(states[state])
  expect(leftoversIn(sandbox.home), at).toEqual([])
  for (const report of reports) expect(report.action, at).not.toBe('conflict')
  // The record agrees with the files: whatever state it is, everything can be undone exactly.
  await sandbox.host.engine.revert('demo')
  expect(treeOf(sandbox.home), at).toEqual(ORIGINAL_TREE)
  expect(leftoversIn(sandbox.root), at).toEqual([])
  expect(
    Object.keys(treeOf(`${sandbox.root}/gate/state`)).filter((name) => /locks\/|journal\//.test(name)),
    at,
  ).toEqual([])
  rmSync(sandbox.root, { recursive: true, force: true })
  return died() ? state : 'survived'
}

const ORIGINAL_TREE = (() => {
  const sandbox = filled()
  const tree = treeOf(sandbox.home)
  rmSync(sandbox.root, { recursive: true, force: true })
  return tree
})()

/** Every call that an undisturbed run makes. */
async function callsOf({ prepare, killed }: (typeof scenarios)[string]): Promise<{ names: string[]; states: States }> {
  const sandbox = filled()
  for (const operation of prepare) await operation(sandbox, sandbox.host)
  const old = treeOf(sandbox.home)
  const names: string[] = []
  const fs = watchedFs((call, make) => {
    names.push(call.name)
    return make()
  })
  await killed(sandbox, sandbox.hostWith({ fs }))
  return { names, states: { old, new: treeOf(sandbox.home) } }
}

/** Calls after which the disk is what it was: to die behind one is the same death as behind the call in front of it. */
const LEAVES_DISK = /^(?:access|lstat|read\w*|realpath|stat|handle\.(?:close|datasync|read\w*|stat|sync))$/

describe.each(Object.entries(scenarios))('F1 %s, killed at every state of the disk', (_name, scenario) => {
  it('every file is old or new, and can be undone', LONG, async () => {
    const { names, states } = await callsOf(scenario)
    const outcomes = { old: 0, new: 0, survived: 0 }
    outcomes[await killAt(scenario, 0, 'before', states)]++
    for (const [index, name] of names.entries()) {
      if (!LEAVES_DISK.test(name)) outcomes[await killAt(scenario, index, 'after', states)]++
    }
    // Kills before the decision leave the old files, kills after it the new ones.
    expect(outcomes.old).toBeGreaterThan(10)
    expect(outcomes.new).toBeGreaterThan(10)
    expect(outcomes.survived).toBe(0)
  })

  it('in the middle of every write: every file is old or new, and can be undone', LONG, async () => {
    const { names, states } = await callsOf(scenario)
    const writes = [...names.keys()].filter((index) => names[index]?.endsWith('writeFile'))
    expect(writes.length).toBeGreaterThan(3)
    for (const index of writes) expect(await killAt(scenario, index, 'torn', states)).not.toBe('survived')
  })
})

it('F1 the next setup finishes an interrupted one itself and says so', LONG, async () => {
  let sandbox = filled()
  for (let index = 0; readFileSync(sandbox.path('.claude', 'settings.json'), 'utf8') === SETTINGS; index++) {
    sandbox = filled()
    await setup(sandbox, mortalHost(sandbox, index, 'after').host).catch(() => {})
  }
  expect(await sandbox.host.engine.inspect('demo')).toMatchObject({ interrupted: true })
  const result = await sandbox.host.engine.apply(twoFilesAndAShim(sandbox), { profile: 'default' })
  expect(result.result).toBe('unchanged')
  expect(result.notes.map(({ message }) => message).join()).toContain('interrupted')
  expect((await sandbox.host.engine.inspect('demo')).interrupted).toBeUndefined()
})
