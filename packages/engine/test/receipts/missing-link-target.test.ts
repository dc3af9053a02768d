import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { json, planOf } from '../support/plans.js'
import { createSandbox, removeSandboxesAfterEach, type Sandbox } from '../support/sandbox.js'

removeSandboxesAfterEach()

const setup = (sandbox: Sandbox) =>
  sandbox.host.engine.apply(planOf('demo', json(sandbox.path('.tool', 's.json'), ['k'], 'v')), {
    profile: 'p',
  })
const revert = (sandbox: Sandbox) => sandbox.host.engine.revert('demo')

describe('F6 a link whose target is not there at teardown', () => {
  async function linkedInto(directory: string): Promise<{ sandbox: Sandbox; link: string; text: string }> {
    const sandbox = createSandbox()
    const text = '{"k":"user"}'
    mkdirSync(sandbox.path('.tool'))
    mkdirSync(sandbox.path(directory))
    writeFileSync(sandbox.path(directory, 'c.json'), text)
    const link = sandbox.path('.tool', 's.json')
    symlinkSync(sandbox.path(directory, 'c.json'), link)
    await setup(sandbox)
    return { sandbox, link, text }
  }

  it('together with its directory (a disk that is not mounted): refused, the record stays, later it works', async () => {
    const { sandbox, link, text } = await linkedInto('vol')
    renameSync(sandbox.path('vol'), sandbox.path('vol2'))
    await expect(revert(sandbox)).rejects.toMatchObject({
      code: 'file-dangling-link',
      file: link,
      fix: { action: expect.any(String) },
    })
    renameSync(sandbox.path('vol2'), sandbox.path('vol'))
    await revert(sandbox)
    expect(readFileSync(link, 'utf8')).toBe(text)
  })

  it('the same over three links', async () => {
    const { sandbox, link, text } = await linkedInto('vol')
    rmSync(link)
    symlinkSync('hop', link)
    symlinkSync(sandbox.path('vol', 'c.json'), sandbox.path('.tool', 'hop'))
    mkdirSync(sandbox.path('mount'))
    renameSync(sandbox.path('vol'), sandbox.path('mount', 'vol'))
    symlinkSync('mount/vol', sandbox.path('vol'))
    await setup(sandbox)
    renameSync(sandbox.path('mount'), sandbox.path('away'))
    await expect(revert(sandbox)).rejects.toMatchObject({ code: 'file-dangling-link' })
    renameSync(sandbox.path('away'), sandbox.path('mount'))
    await revert(sandbox)
    expect(readFileSync(link, 'utf8')).toBe(text)
  })

  it('in a directory that is there: somebody removed it, and it is gone already', async () => {
    const { sandbox } = await linkedInto('vol')
    rmSync(sandbox.path('vol', 'c.json'))
    expect(await revert(sandbox)).toMatchObject({ edits: [{ outcome: 'already-gone' }] })
    expect(await sandbox.host.engine.receipts()).toEqual([])
  })

  it('a link to a directory: the file is away with it, however much of the way is missing', async () => {
    for (const [gone, code] of [
      ['vol/tool', 'file-away'],
      ['vol', 'file-dangling-link'],
    ] as const) {
      const sandbox = createSandbox()
      mkdirSync(sandbox.path('vol', 'tool'), { recursive: true })
      writeFileSync(sandbox.path('vol', 'tool', 's.json'), '{}')
      symlinkSync('vol/tool', sandbox.path('.tool'))
      await setup(sandbox)
      rmSync(sandbox.path(gone), { recursive: true })
      await expect(revert(sandbox)).rejects.toMatchObject({ code })
      expect(await sandbox.host.engine.receipts()).toHaveLength(1)
    }
  })

  it('is no obstacle for the setup of another client', async () => {
    const { sandbox } = await linkedInto('vol')
    renameSync(sandbox.path('vol'), sandbox.path('vol2'))
    const plan = planOf('other', json(sandbox.path('other.json'), ['k'], 'v'))
    expect(await sandbox.host.engine.apply(plan, { profile: 'p' })).toMatchObject({
      result: 'configured',
    })
  })
})
