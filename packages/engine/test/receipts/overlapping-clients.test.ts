import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { Edit, EditValue } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { json, planOf } from '../support/plans.js'
import { createSandbox, removeSandboxesAfterEach, type Sandbox, treeOf } from '../support/sandbox.js'

removeSandboxesAfterEach()

const apply = (sandbox: Sandbox, clientId: string, ...edits: Edit[]) =>
  sandbox.host.engine.apply(planOf(clientId, ...edits), { profile: 'p' })
const revert = (sandbox: Sandbox, clientId: string) => sandbox.host.engine.revert(clientId)

const toml = (file: string, path: [string, ...string[]], value: EditValue) =>
  ({ kind: 'toml', file, path, value }) as const

/** `b` is refused, by a dry run, too, with nothing changed; then teardown of `a` leads out and leaves everything as it was. */
async function refused(sandbox: Sandbox, a: Edit, b: Edit): Promise<void> {
  const before = treeOf(sandbox.home)
  await apply(sandbox, 'a', a)
  const during = treeOf(sandbox.home)
  const error = {
    code: 'file-other-client',
    exitCode: 5,
    file: b.file,
    message: expect.stringMatching(/\ba\b/),
    fix: { action: 'advice', actions: [{ action: 'teardown', client: 'a' }] },
  }
  await expect(apply(sandbox, 'b', b)).rejects.toMatchObject(error)
  const dry = sandbox.host.engine.apply(planOf('b', b), { profile: 'p' }, { dryRun: true, force: true })
  await expect(dry).rejects.toMatchObject(error)
  expect(treeOf(sandbox.home)).toEqual(during)
  await revert(sandbox, 'a')
  expect(treeOf(sandbox.home)).toEqual(before)
  await apply(sandbox, 'b', b)
  await revert(sandbox, 'b')
  expect(treeOf(sandbox.home)).toEqual(before)
}

describe('law 3: what one client’s setup owns is not for another client', () => {
  it('the same key', async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('s.json')
    writeFileSync(file, '{"m":"user"}')
    await refused(sandbox, json(file, ['m'], 'A'), json(file, ['m'], 'B'))
  })

  it('the same key with values that name gate’s own directory, in a file that gate made', async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('s.json')
    const helper = (name: string) => json(file, ['helper'], `${sandbox.host.directories.state}/bin/${name}`)
    await refused(sandbox, helper('a'), helper('b'))
  })

  it('a table around a key, and a key in a table', async () => {
    for (const turned of [false, true]) {
      const sandbox = createSandbox()
      const file = sandbox.path('c.toml')
      writeFileSync(file, '[g]\nu = 1\n')
      const edits = [toml(file, ['g', 'k'], 'A'), toml(file, ['g'], { k: 'B' })] as const
      await refused(sandbox, edits[turned ? 1 : 0], edits[turned ? 0 : 1])
    }
  })

  it('the same whole file, also with the same content', async () => {
    const sandbox = createSandbox()
    const shim = { kind: 'file', file: sandbox.path('shim'), content: '#!/bin/sh\n', mode: 0o755 } as const
    await refused(sandbox, shim, shim)
  })

  it('the same key in a file that is reached by another path', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('dotfiles'))
    writeFileSync(sandbox.path('dotfiles', 's.json'), '{"m":"user"}')
    symlinkSync('dotfiles/s.json', sandbox.path('s.json'))
    symlinkSync('dotfiles', sandbox.path('linked'))
    const [a, b] = [sandbox.path('s.json'), sandbox.path('linked', 's.json')]
    await refused(sandbox, json(a, ['m'], 'A'), json(b, ['m'], 'B'))
  })

  it('a file that the user deleted is still the other client’s', async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('s.json')
    await apply(sandbox, 'a', json(file, ['m'], 'A'))
    rmSync(file)
    await expect(apply(sandbox, 'b', json(file, ['m'], 'B'))).rejects.toMatchObject({ code: 'file-other-client' })
  })

  it('a file of the other client that cannot be looked at is no obstacle for other files', async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('s.json')
    await apply(sandbox, 'a', json(file, ['m'], 'A'))
    rmSync(file)
    mkdirSync(file)
    expect(await apply(sandbox, 'b', json(sandbox.path('t.json'), ['m'], 'B'))).toMatchObject({ result: 'configured' })
  })

  it('keys beside each other work, one of them naming gate’s own directory', async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('s.json')
    writeFileSync(file, '{ "m": "user" }\n')
    const before = treeOf(sandbox.home)
    await apply(sandbox, 'a', json(file, ['env', 'helper'], `${sandbox.host.directories.state}/bin/a`))
    expect(await apply(sandbox, 'b', json(file, ['env', 'm'], 'B'))).toMatchObject({ notes: [] })
    expect(await apply(sandbox, 'a', json(file, ['env', 'helper'], 'elsewhere'))).toMatchObject({ notes: [] })
    await revert(sandbox, 'a')
    await revert(sandbox, 'b')
    expect(treeOf(sandbox.home)).toEqual(before)
  })
})
