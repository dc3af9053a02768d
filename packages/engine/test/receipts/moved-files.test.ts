import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mortalHost } from '../support/kill.js'
import { json, planOf } from '../support/plans.js'
import { createSandbox, leftoversIn, removeSandboxesAfterEach, type Sandbox, treeOf } from '../support/sandbox.js'
import { systemError, watchedFs } from '../support/watched-fs.js'

removeSandboxesAfterEach()

const LONG = { timeout: 180_000 }

const setup = (sandbox: Sandbox, host = sandbox.host) =>
  host.engine.apply(planOf('demo', json(sandbox.path('.tool', 's.json'), ['k'], 'v')), { profile: 'p' })
const revert = (sandbox: Sandbox, host = sandbox.host) => host.engine.revert('demo')

/** gate made the file; then the user took it into a repository and linked it. */
async function madeThenMoved(): Promise<{ sandbox: Sandbox; before: Record<string, string>; link: string }> {
  const sandbox = createSandbox()
  mkdirSync(sandbox.path('dotfiles'))
  const before = treeOf(sandbox.home)
  await setup(sandbox)
  const link = sandbox.path('.tool', 's.json')
  renameSync(link, sandbox.path('dotfiles', 's.json'))
  symlinkSync('../dotfiles/s.json', link)
  return { sandbox, before, link }
}

describe('F6 a file that gate made, moved into a repository and linked by the user', () => {
  it('goes on teardown together with the link, and a note says so', async () => {
    const { sandbox, before, link } = await madeThenMoved()
    const dry = await sandbox.host.engine.revert('demo', { dryRun: true })
    const undone = await revert(sandbox)
    expect(undone).toEqual(dry)
    expect(undone).toMatchObject({
      edits: [{ outcome: 'removed' }],
      notes: [{ message: expect.stringContaining(link) }],
    })
    expect(treeOf(sandbox.home)).toEqual(before)
    expect(await setup(sandbox)).toMatchObject({ result: 'configured' })
  })

  it('the same after a further setup, which saw the link already', async () => {
    const { sandbox, before } = await madeThenMoved()
    await setup(sandbox)
    await sandbox.host.engine.apply(planOf('demo', json(sandbox.path('.tool', 's.json'), ['k'], 'other')), {
      profile: 'p',
    })
    await revert(sandbox)
    expect(treeOf(sandbox.home)).toEqual(before)
  })

  it('the same when a setup does not name the file any more', async () => {
    const { sandbox, link } = await madeThenMoved()
    const plan = planOf('demo', json(sandbox.path('other.json'), ['k'], 'v'))
    const { notes } = await sandbox.host.engine.apply(plan, { profile: 'p' })
    expect(notes).toMatchObject([{ code: 'file', message: expect.stringContaining(link) }])
    expect(Object.keys(treeOf(sandbox.home))).toEqual(['dotfiles', 'other.json'])
  })

  it('stays with its link when it holds something of the user', async () => {
    const { sandbox, link } = await madeThenMoved()
    writeFileSync(link, '{ "k": "v", "mine": 1 }')
    expect(await revert(sandbox)).toMatchObject({ notes: [] })
    expect(JSON.parse(readFileSync(link, 'utf8'))).toEqual({ mine: 1 })
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
  })

  it('F1 killed at every file-system call of teardown: both are there, or both are gone', LONG, async () => {
    let survived = false
    const seen = { old: 0, new: 0 }
    for (let index = 0; !survived; index++) {
      for (const moment of ['before', 'after'] as const) {
        const { sandbox, before } = await madeThenMoved()
        const during = treeOf(sandbox.home)
        const { host, died } = mortalHost(sandbox, index, moment)
        await revert(sandbox, host).catch(() => {})
        survived ||= !died()
        await sandbox.host.engine.recover()
        const tree = treeOf(sandbox.home)
        const isOld = JSON.stringify(tree) === JSON.stringify(during)
        expect(tree, `${moment} call ${index}`).toEqual(isOld ? during : before)
        seen[isOld ? 'old' : 'new']++
        await revert(sandbox)
        expect(treeOf(sandbox.home), `${moment} call ${index}`).toEqual(before)
        expect(leftoversIn(sandbox.root)).toEqual([])
        rmSync(sandbox.root, { recursive: true })
      }
    }
    expect(Math.min(seen.old, seen.new)).toBeGreaterThan(5)
  })

  it.each(['s.json', 'dotfiles'])('F4 a fault at the removal in %s: both are there again', async (where) => {
    const { sandbox } = await madeThenMoved()
    const during = treeOf(sandbox.home)
    const place = sandbox.path(where === 'dotfiles' ? 'dotfiles/s.json' : '.tool/s.json')
    const fs = watchedFs((call, make) =>
      call.name === 'unlink' && call.path === place ? Promise.reject(systemError('EROFS', place)) : make(),
    )
    await expect(revert(sandbox, sandbox.hostWith({ fs }))).rejects.toMatchObject({ code: 'file-read-only' })
    expect(treeOf(sandbox.home)).toEqual(during)
  })

  it('F1 a later file that somebody changed after a kill: the removed file and its link come back', LONG, async () => {
    let conflicts = 0
    for (let index = 0, survived = false; !survived; index++) {
      const { sandbox, link } = await madeThenMoved()
      const first = sandbox.path('a.json')
      writeFileSync(first, '{}')
      const plan = planOf('demo', json(first, ['k'], 'v'), json(link, ['k'], 'v'))
      await sandbox.host.engine.apply(plan, { profile: 'p' })
      const { host, died } = mortalHost(sandbox, index, 'after')
      await revert(sandbox, host).catch(() => {})
      survived = !died()
      const linkGone = !existsSync(link)
      if (!survived && linkGone && readFileSync(first, 'utf8') !== '{}') {
        conflicts++
        writeFileSync(first, '{ "other": 1 }')
        await sandbox.host.engine.recover()
        expect(readlinkSync(link), `call ${index}`).toBe('../dotfiles/s.json')
        expect(JSON.parse(readFileSync(link, 'utf8'))).toEqual({ k: 'v' })
      }
      rmSync(sandbox.root, { recursive: true })
    }
    expect(conflicts).toBeGreaterThan(1)
  })
})
