import { readFileSync, writeFileSync } from 'node:fs'
import type { Plan } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { json, planOf } from '../support/plans.js'
import { createSandbox, removeSandboxesAfterEach, type Sandbox } from '../support/sandbox.js'

removeSandboxesAfterEach()

const apply = (sandbox: Sandbox, plan: Plan, force = false) =>
  sandbox.host.engine.apply(plan, { profile: 'p' }, { force })
const revert = (sandbox: Sandbox) => sandbox.host.engine.revert('demo')

/** What the user had, then gate's plan, then the user's change. */
async function changedByUser(): Promise<{ sandbox: Sandbox; file: string; rest: Plan }> {
  const sandbox = createSandbox()
  const file = sandbox.path('config.toml')
  const provider = { kind: 'toml', file, path: ['provider'], value: 'gate' } as const
  writeFileSync(file, 'model = "before-gate"\n')
  await apply(sandbox, planOf('demo', { kind: 'toml', file, path: ['model'], value: 'gpt-a' }, provider))
  writeFileSync(file, readFileSync(file, 'utf8').replace('gpt-a', 'picked-by-user'))
  return { sandbox, file, rest: planOf('demo', provider) }
}

describe('law 3: a value that the user changed and that the next plan does not name any more', () => {
  it('stays, is named, and stays on teardown, too', async () => {
    const { sandbox, file, rest } = await changedByUser()
    const { notes } = await apply(sandbox, rest)
    expect(notes).toMatchObject([{ code: 'file', message: expect.stringMatching(/`model` in .*config\.toml/) }])
    expect(readFileSync(file, 'utf8')).toContain('model = "picked-by-user"')
    expect(await apply(sandbox, rest)).toMatchObject({ result: 'unchanged', notes: [] })
    await revert(sandbox)
    expect(readFileSync(file, 'utf8')).toBe('model = "picked-by-user"\n')
  })

  it('goes back to what it was before gate by force', async () => {
    const { sandbox, file, rest } = await changedByUser()
    expect(await apply(sandbox, rest, true)).toMatchObject({ notes: [] })
    expect(readFileSync(file, 'utf8')).toContain('model = "before-gate"')
  })

  it('goes back when it is changed as a part of what the next plan owns', async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('s.json')
    writeFileSync(file, '{ "env": { "A": "mine" } }')
    await apply(sandbox, planOf('demo', json(file, ['env', 'A'], 'gate')))
    writeFileSync(file, '{ "env": { "A": "for a while" } }')
    expect(await apply(sandbox, planOf('demo', json(file, ['env'], 'all of it')))).toMatchObject({ notes: [] })
    await revert(sandbox)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ env: { A: 'mine' } })
  })

  it('stays alone: the objects that were made for it and others go with the others', async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('s.json')
    await apply(sandbox, planOf('demo', json(file, ['a', 'one'], '1'), json(file, ['b', 'two'], '2')))
    writeFileSync(file, '{ "a": { "one": "mine" }, "b": { "two": "2" } }')
    await apply(sandbox, planOf('demo', json(file, ['c'], '3')))
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ a: { one: 'mine' }, c: '3' })
    await revert(sandbox)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ a: { one: 'mine' } })
  })

  it('is named when its whole file is not in the plan any more', async () => {
    const { sandbox, file } = await changedByUser()
    const { notes } = await apply(sandbox, planOf('demo', json(sandbox.path('other.json'), ['k'], 'v')))
    expect(notes).toMatchObject([{ code: 'file', message: expect.stringMatching(/`model` in .*config\.toml/) }])
    expect(readFileSync(file, 'utf8')).toBe('model = "picked-by-user"\n')
  })
})
