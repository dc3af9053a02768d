import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { json, planOf, twoFilesAndAShim } from '../support/plans.js'
import { createSandbox, leftoversIn, removeSandboxesAfterEach, type Sandbox, treeOf } from '../support/sandbox.js'
import { type Call, watchedFs } from '../support/watched-fs.js'

removeSandboxesAfterEach()

const SETTINGS = '{\n  "theme": "dark"\n}\n'

function prepared(): Sandbox {
  const sandbox = createSandbox()
  mkdirSync(sandbox.path('.claude'))
  writeFileSync(sandbox.path('.claude', 'settings.json'), SETTINGS)
  return sandbox
}

const settingsOf = (sandbox: Sandbox) => sandbox.path('.claude', 'settings.json')

/** What a client does that knows nothing of gate: reads the file, adds its own key, writes all of it. */
function clientWrites(sandbox: Sandbox, key: string): void {
  const file = settingsOf(sandbox)
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), [key]: true }))
}

/** A host whose file-system calls let `before` act first. */
function hostWhere(sandbox: Sandbox, before: (call: Call) => void): Sandbox['host'] {
  return sandbox.hostWith({
    fs: watchedFs((call, make) => {
      before(call)
      return make()
    }),
  })
}

const isDecision = (call: Call) => call.name === 'rename' && /journal\/[^/]+\.json$/.test(String(call.args[1]))
const setup = (sandbox: Sandbox, host = sandbox.host) => host.engine.apply(twoFilesAndAShim(sandbox), { profile: 'p' })

it('law 7: F11 a client that writes at any moment of a setup loses nothing, nor does gate', {
  timeout: 120_000,
}, async () => {
  let moments = 0
  for (let index = 0; ; index++) {
    const sandbox = prepared()
    let wrote = false
    let replaces = false
    const host = hostWhere(sandbox, (call) => {
      if (call.index !== index) return
      wrote = true
      // Between the last look and the rename no program can notice anything; that call is the one exception.
      replaces = call.name === 'rename' && call.args[1] === settingsOf(sandbox)
      if (!replaces) clientWrites(sandbox, 'client')
    })
    await setup(sandbox, host)
    if (!wrote) break
    const at = `call ${index}`
    const { drifts } = await sandbox.host.engine.inspect('demo', twoFilesAndAShim(sandbox))
    expect(drifts, at).toEqual([])
    expect(JSON.parse(readFileSync(settingsOf(sandbox), 'utf8')).client, at).toBe(replaces ? undefined : true)
    await sandbox.host.engine.revert('demo')
    const rest = replaces ? { theme: 'dark' } : { theme: 'dark', client: true }
    expect(JSON.parse(readFileSync(settingsOf(sandbox), 'utf8')), at).toEqual(rest)
    expect(leftoversIn(sandbox.root), at).toEqual([])
    rmSync(sandbox.root, { recursive: true })
    moments++
  }
  expect(moments).toBeGreaterThan(100)
})

it('law 7: F11 a client that writes at any moment of a teardown keeps what it wrote', {
  timeout: 120_000,
}, async () => {
  let moments = 0
  for (let index = 0; ; index++) {
    const sandbox = prepared()
    await setup(sandbox)
    let wrote = false
    const host = hostWhere(sandbox, (call) => {
      if (call.index !== index) return
      const replaces = call.name === 'rename' && call.args[1] === settingsOf(sandbox)
      wrote = true
      if (!replaces) clientWrites(sandbox, 'client')
    })
    await host.engine.revert('demo')
    if (!wrote) break
    const { client, ...rest } = JSON.parse(readFileSync(settingsOf(sandbox), 'utf8')) as Record<string, unknown>
    expect(rest, `call ${index}`).toEqual({ theme: 'dark' })
    if (client === true) moments++
    expect(leftoversIn(sandbox.root)).toEqual([])
    rmSync(sandbox.root, { recursive: true })
  }
  expect(moments).toBeGreaterThan(60)
})

describe('F11 a client that does not stop', () => {
  it('is given up on after a bounded number of attempts, and every file is as gate found it', async () => {
    const sandbox = prepared()
    const files = twoFilesAndAShim(sandbox)
    let writes = 0
    // The settings are the second file, so the first one has been replaced when this starts.
    const plan = { ...files, edits: files.edits.toSorted((a, b) => b.kind.localeCompare(a.kind)) }
    const host = hostWhere(sandbox, (call) => {
      if (isDecision(call)) clientWrites(sandbox, `key${writes++}`)
    })
    await expect(host.engine.apply(plan, { profile: 'p' })).rejects.toMatchObject({
      code: 'file-changed',
      file: settingsOf(sandbox),
      exitCode: 5,
    })
    expect(writes).toBeLessThan(60)
    const { theme, ...others } = JSON.parse(readFileSync(settingsOf(sandbox), 'utf8'))
    expect(theme).toBe('dark')
    expect(Object.keys(others).every((key) => key.startsWith('key'))).toBe(true)
    expect(Object.keys(treeOf(sandbox.home))).toEqual(['.claude', '.claude/settings.json'])
    expect(await sandbox.host.engine.receipts()).toEqual([])
  })

  it('or leaves a file that cannot be parsed: the other files go back', async () => {
    const sandbox = prepared()
    const files = twoFilesAndAShim(sandbox)
    const plan = { ...files, edits: files.edits.toSorted((a, b) => b.kind.localeCompare(a.kind)) }
    let decisions = 0
    const host = hostWhere(sandbox, (call) => {
      if (isDecision(call) && ++decisions === 2) writeFileSync(settingsOf(sandbox), '{ "theme": ')
    })
    await expect(host.engine.apply(plan, { profile: 'p' })).rejects.toMatchObject({ code: 'file-unparsable' })
    expect(Object.keys(treeOf(sandbox.home))).toEqual(['.claude', '.claude/settings.json'])
    expect(readFileSync(settingsOf(sandbox), 'utf8')).toBe('{ "theme": ')
  })
})

describe('F12 a client that rewrote its file after setup', () => {
  const mine = (file: string) => planOf('demo', json(file, ['env', 'BASE'], 'gw'), json(file, ['helper'], 'h'))

  it('with other spacing and order: connected, and teardown takes only our keys', async () => {
    const sandbox = prepared()
    const file = settingsOf(sandbox)
    await sandbox.host.engine.apply(mine(file), { profile: 'p' })
    writeFileSync(file, '{"helper":"h","model":"opus","env":{"BASE":"gw"},"theme":"dark"}')
    expect(await sandbox.host.engine.inspect('demo', mine(file))).toMatchObject({ drifts: [] })
    const again = await sandbox.host.engine.apply(mine(file), { profile: 'p' })
    expect(again).toMatchObject({ result: 'unchanged', changes: [] })
    const { edits } = await sandbox.host.engine.revert('demo')
    expect(edits.map(({ outcome }) => outcome)).toEqual(['removed', 'removed'])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ theme: 'dark', model: 'opus' })
  })

  it('F13 and dropped one of our keys: drifted, then already gone', async () => {
    const sandbox = prepared()
    const file = settingsOf(sandbox)
    await sandbox.host.engine.apply(mine(file), { profile: 'p' })
    writeFileSync(file, '{"helper":"h"}')
    expect(await sandbox.host.engine.inspect('demo', mine(file))).toMatchObject({
      drifts: [{ path: 'env.BASE', reason: 'missing' }],
    })
    const { edits } = await sandbox.host.engine.revert('demo')
    expect(edits.map(({ outcome }) => outcome)).toEqual(['already-gone', 'removed'])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({})
  })

  it('F10 and broke it: teardown refuses, the receipt stays, and a retry works once it is mended', async () => {
    const sandbox = prepared()
    const file = settingsOf(sandbox)
    await sandbox.host.engine.apply(mine(file), { profile: 'p' })
    const good = readFileSync(file, 'utf8')
    writeFileSync(file, good.replace('}', ''))
    const broken = treeOf(sandbox.home)
    await expect(sandbox.host.engine.revert('demo')).rejects.toMatchObject({
      code: 'file-unparsable',
      file,
      line: expect.any(Number),
      fix: { action: expect.any(String) },
    })
    expect(treeOf(sandbox.home)).toEqual(broken)
    const drifts = (await sandbox.host.engine.inspect('demo')).drifts
    expect(drifts.map(({ reason }) => reason)).toEqual(['file-unreadable', 'file-unreadable'])
    expect(await sandbox.host.engine.receipts()).toMatchObject([{ clientId: 'demo' }])
    writeFileSync(file, good)
    await sandbox.host.engine.revert('demo')
    expect(readFileSync(file, 'utf8')).toBe(SETTINGS)
  })
})
