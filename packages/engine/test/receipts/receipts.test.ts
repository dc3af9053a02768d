import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Plan } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { createNodeHost } from '../../src/host/index.js'
import { json, planOf, twoFilesAndAShim } from '../support/plans.js'
import { createSandbox, removeSandboxesAfterEach, type Sandbox, treeOf } from '../support/sandbox.js'

removeSandboxesAfterEach()

const apply = (sandbox: Sandbox, plan: Plan) => sandbox.host.engine.apply(plan, { profile: 'p' })
const revert = (sandbox: Sandbox, id = 'demo') => sandbox.host.engine.revert(id)
const ledgerOf = (sandbox: Sandbox) => `${sandbox.host.directories.state}/ledger.json`

/** A plan with a value that names gate's own directory, as every helper does. */
function withHelper(sandbox: Sandbox): Plan {
  const file = sandbox.path('s.json')
  return planOf(
    'demo',
    json(file, ['helper'], `'${sandbox.host.directories.state}/bin/gate-token-default' --client demo`),
    json(file, ['env', 'BASE'], 'https://gw.example.com'),
  )
}

describe('F14 the ledger', () => {
  it('lost: a setup recognises what gate wrote, never remembers it as the user’s, and teardown removes it', async () => {
    const sandbox = createSandbox()
    const text = '{ "mine": true }\n'
    writeFileSync(sandbox.path('s.json'), text)
    await apply(sandbox, withHelper(sandbox))
    rmSync(ledgerOf(sandbox))
    expect(await revert(sandbox)).toMatchObject({
      result: 'nothing-to-do',
      notes: [{ message: expect.stringContaining('no record') }],
    })
    expect(await sandbox.host.engine.inspect('demo', withHelper(sandbox))).toMatchObject({
      receipt: undefined,
      drifts: [],
    })
    const { notes } = await apply(sandbox, withHelper(sandbox))
    expect(notes).toMatchObject([{ code: 'file', message: expect.stringContaining('recognised') }])
    await revert(sandbox)
    expect(JSON.parse(readFileSync(sandbox.path('s.json'), 'utf8'))).toEqual({ mine: true })
  })

  it('lost, with a file that held nothing else: the file goes with teardown', async () => {
    const sandbox = createSandbox()
    await apply(sandbox, withHelper(sandbox))
    rmSync(ledgerOf(sandbox))
    await apply(sandbox, withHelper(sandbox))
    await revert(sandbox)
    expect(existsSync(sandbox.path('s.json'))).toBe(false)
  })

  it('lost: values that the user had set to the same before are not taken for gate’s', async () => {
    const sandbox = createSandbox()
    const text = '{"env": {"BASE": "https://gw.example.com"}, "helper": "my-own"}'
    writeFileSync(sandbox.path('s.json'), text)
    await apply(sandbox, withHelper(sandbox))
    await revert(sandbox)
    expect(readFileSync(sandbox.path('s.json'), 'utf8')).toBe(text)
  })

  it.each([
    ['corrupt', (text: string) => text.slice(0, text.length / 2), 'ledger-corrupt'],
    ['empty', () => '', 'ledger-corrupt'],
    ['of another shape', () => '{"version":1,"receipts":{"demo":{"files":"all"}}}', 'ledger-corrupt'],
    ['from a newer version', (text: string) => text.replace('"version": 1', '"version": 2'), 'ledger-newer'],
  ])('%s: everything refuses, naming it, and changes nothing', async (_name, damage, code) => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), '{}')
    await apply(sandbox, withHelper(sandbox))
    writeFileSync(ledgerOf(sandbox), damage(readFileSync(ledgerOf(sandbox), 'utf8')))
    const before = treeOf(sandbox.root)
    const error = { code, file: ledgerOf(sandbox), fix: { action: expect.any(String) } }
    await expect(apply(sandbox, withHelper(sandbox))).rejects.toMatchObject(error)
    await expect(revert(sandbox)).rejects.toMatchObject(error)
    await expect(sandbox.host.engine.inspect('demo')).rejects.toMatchObject(error)
    await expect(sandbox.host.engine.receipts()).rejects.toMatchObject(error)
    expect(treeOf(sandbox.root)).toEqual(before)
  })

  it('corrupt: what its message advises leads out of it', async () => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), '{ "mine": 1 }')
    await apply(sandbox, withHelper(sandbox))
    rmSync(ledgerOf(sandbox))
    await apply(sandbox, withHelper(sandbox))
    await revert(sandbox)
    expect(JSON.parse(readFileSync(sandbox.path('s.json'), 'utf8'))).toEqual({ mine: 1 })
  })

  it('from another machine: files that are not here are gone already, files with other values stay', async () => {
    const there = createSandbox()
    await apply(there, withHelper(there))
    const here = createSandbox()
    mkdirSync(here.host.directories.state, { recursive: true })
    const mine = '{ "helper": "mine", "env": { "BASE": "mine" } }'
    writeFileSync(here.path('s.json'), mine)
    const receipt = readFileSync(ledgerOf(there), 'utf8').replaceAll(there.root, here.root)
    writeFileSync(ledgerOf(here), receipt)
    const { edits } = await revert(here)
    expect(edits.map(({ outcome }) => outcome)).toEqual(['kept-user-change', 'kept-user-change'])
    expect(readFileSync(here.path('s.json'), 'utf8')).toBe(mine)
  })

  it('holds no copy of the user’s files: a secret in one is not in there', async () => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), '{ "env": { "MY_SECRET": "canary-1" }, "other": "canary-2" }')
    await apply(sandbox, withHelper(sandbox))
    const state = JSON.stringify(treeOf(sandbox.host.directories.state))
    expect(state).toContain('helper')
    expect(state).not.toContain('canary')
  })
})

describe('F15 the environment changed between setup and teardown', () => {
  it('teardown reverts the file that was written', async () => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), '{}\n')
    await apply(sandbox, withHelper(sandbox))
    const elsewhere = createSandbox()
    const env = { HOME: elsewhere.home, GATE_HOME: `${sandbox.root}/gate`, CODEX_HOME: '/nowhere' }
    const host = createNodeHost({ env })
    await host.engine.revert('demo')
    expect(readFileSync(sandbox.path('s.json'), 'utf8')).toBe('{}\n')
  })

  it('a setup into another directory takes the first one back in the same transaction', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('a'))
    writeFileSync(sandbox.path('a', 's.json'), '{ "x": 1 }\n')
    const before = treeOf(sandbox.home)
    await apply(sandbox, planOf('demo', json(sandbox.path('a', 's.json'), ['k'], 'v')))
    await apply(sandbox, planOf('demo', json(sandbox.path('b', 'c', 's.json'), ['k'], 'v')))
    expect(readFileSync(sandbox.path('a', 's.json'), 'utf8')).toBe('{ "x": 1 }\n')
    expect(await sandbox.host.engine.receipts()).toMatchObject([{ files: [sandbox.path('b', 'c', 's.json')] }])
    await apply(sandbox, planOf('demo', json(sandbox.path('b', 't.json'), ['k'], 'v')))
    await revert(sandbox)
    expect(treeOf(sandbox.home)).toEqual(before)
  })
})

describe('two clients in one file', () => {
  const one = (sandbox: Sandbox, value = '1') => planOf('one', json(sandbox.path('d', 's.json'), ['env', 'ONE'], value))
  const two = (sandbox: Sandbox, value = '2') => planOf('two', json(sandbox.path('d', 's.json'), ['env', 'TWO'], value))
  const envOf = (sandbox: Sandbox) => JSON.parse(readFileSync(sandbox.path('d', 's.json'), 'utf8')).env

  it.each([
    ['one', 'two'],
    ['two', 'one'],
  ])('teardown of %s leaves the other’s, then teardown of %s leaves nothing', async (first, second) => {
    const sandbox = createSandbox()
    const before = treeOf(sandbox.home)
    await apply(sandbox, one(sandbox))
    await apply(sandbox, two(sandbox))
    await revert(sandbox, first)
    expect(envOf(sandbox)).toEqual(first === 'one' ? { TWO: '2' } : { ONE: '1' })
    expect(await sandbox.host.engine.inspect(second)).toMatchObject({ drifts: [] })
    await revert(sandbox, second)
    expect(treeOf(sandbox.home)).toEqual(before)
  })

  it('setting one up again keeps the other’s, and the file of the user comes back', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('d'))
    writeFileSync(sandbox.path('d', 's.json'), '{\n  "env": {\n    "ONE": "mine"\n  }\n}\n')
    const before = treeOf(sandbox.home)
    await apply(sandbox, one(sandbox))
    await apply(sandbox, two(sandbox))
    await apply(sandbox, one(sandbox, 'other'))
    expect(envOf(sandbox)).toEqual({ ONE: 'other', TWO: '2' })
    await revert(sandbox, 'two')
    await revert(sandbox, 'one')
    expect(treeOf(sandbox.home)).toEqual(before)
  })

  it('setting one up again keeps in mind what its first setup made around both', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('d'))
    writeFileSync(sandbox.path('d', 's.json'), '{ "m": "mine" }\n')
    const before = treeOf(sandbox.home)
    await apply(sandbox, one(sandbox))
    await apply(sandbox, two(sandbox))
    await apply(sandbox, one(sandbox, 'other'))
    await revert(sandbox, 'one')
    await revert(sandbox, 'two')
    expect(treeOf(sandbox.home)).toEqual(before)
  })
})

describe('F13 whole files', () => {
  const shim = (sandbox: Sandbox) => sandbox.path('.demo', 'bin', 'shim')

  it('one of somebody else at that place is refused, also by force, and stays', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('.demo', 'bin'), { recursive: true })
    writeFileSync(shim(sandbox), 'theirs')
    const before = treeOf(sandbox.home)
    for (const force of [false, true]) {
      const result = sandbox.host.engine.apply(twoFilesAndAShim(sandbox), { profile: 'p' }, { force })
      await expect(result).rejects.toMatchObject({ code: 'file-foreign-value', file: shim(sandbox) })
    }
    expect(treeOf(sandbox.home)).toEqual(before)
  })

  it('one that the user changed is kept on teardown, named, and removed by force', async () => {
    const sandbox = createSandbox()
    for (const force of [false, true]) {
      await apply(sandbox, twoFilesAndAShim(sandbox))
      writeFileSync(shim(sandbox), '#!/bin/sh\nmine\n')
      await expect(apply(sandbox, twoFilesAndAShim(sandbox, 'https://b.example.com'))).rejects.toMatchObject({
        code: 'file-foreign-value',
      })
      const { edits } = await sandbox.host.engine.revert('demo', { force })
      expect(edits.at(-1)).toMatchObject({ kind: 'file', outcome: force ? 'removed' : 'kept-user-change' })
      expect(existsSync(shim(sandbox))).toBe(!force)
      rmSync(shim(sandbox), { force: true })
    }
  })

  it('one that the user deleted is made again by setup, and is already gone for teardown', async () => {
    const sandbox = createSandbox()
    const before = treeOf(sandbox.home)
    await apply(sandbox, twoFilesAndAShim(sandbox))
    rmSync(shim(sandbox))
    expect(await apply(sandbox, twoFilesAndAShim(sandbox))).toMatchObject({ result: 'configured' })
    rmSync(shim(sandbox))
    const { edits } = await revert(sandbox)
    expect(edits.at(-1)).toMatchObject({ outcome: 'already-gone' })
    expect(treeOf(sandbox.home)).toEqual(before)
  })
})

it('law 5: a dry run of setup and teardown tells the change and writes nothing at all', async () => {
  const sandbox = createSandbox()
  writeFileSync(sandbox.path('s.json'), '{}\n')
  const before = treeOf(sandbox.root)
  const dry = await sandbox.host.engine.apply(withHelper(sandbox), { profile: 'p' }, { dryRun: true })
  expect(dry).toMatchObject({ result: 'configured', changes: [{ path: sandbox.path('s.json'), before: '{}\n' }] })
  expect(treeOf(sandbox.root)).toEqual(before)
  const real = await apply(sandbox, withHelper(sandbox))
  expect(real).toEqual(dry)
  const during = treeOf(sandbox.root)
  const dryRevert = await sandbox.host.engine.revert('demo', { dryRun: true })
  expect(treeOf(sandbox.root)).toEqual(during)
  expect(await revert(sandbox)).toEqual(dryRevert)
})

it('S119 a setup that fails leaves what an earlier one had set up, and its record', async () => {
  const sandbox = createSandbox()
  const before = treeOf(sandbox.home)
  await apply(sandbox, withHelper(sandbox))
  const during = treeOf(sandbox.home)
  writeFileSync(sandbox.path('broken.json'), '{')
  const plan = withHelper(sandbox)
  const broken = { ...plan, edits: [...plan.edits.slice(1), json(sandbox.path('broken.json'), ['a'], 'b')] }
  await expect(apply(sandbox, broken)).rejects.toMatchObject({ code: 'file-unparsable' })
  rmSync(sandbox.path('broken.json'))
  expect(treeOf(sandbox.home)).toEqual(during)
  await revert(sandbox)
  expect(treeOf(sandbox.home)).toEqual(before)
})

it('an interrupted setup (SIGINT) writes nothing', async () => {
  const sandbox = createSandbox()
  const before = treeOf(sandbox.home)
  const signal = AbortSignal.abort()
  const result = sandbox.host.engine.apply(withHelper(sandbox), { profile: 'p' }, { signal })
  await expect(result).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 })
  expect(treeOf(sandbox.home)).toEqual(before)
})
