import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Edit, Plan } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { planOf } from '../support/plans.js'
import { createSandbox, removeSandboxesAfterEach, type Sandbox, treeOf } from '../support/sandbox.js'

removeSandboxesAfterEach()

const BEFORE = 'model_provider = "mine" # mine\n'

const planIn = (sandbox: Sandbox, directory: string): Plan => {
  const file = sandbox.path(directory, 'config.toml')
  const edit: Edit = { kind: 'toml', file, path: ['model_provider'], value: 'gate' }
  return planOf('demo', edit)
}
const setup = (sandbox: Sandbox, directory: string, force = false) =>
  sandbox.host.engine.apply(planIn(sandbox, directory), { profile: 'p' }, { force })
const revert = (sandbox: Sandbox, force = false) => sandbox.host.engine.revert('demo', { force })

/** A directory of the user's with a file of theirs, set up by gate. */
async function inVolume(): Promise<{ sandbox: Sandbox; file: string; written: string }> {
  const sandbox = createSandbox()
  mkdirSync(sandbox.path('vol', 'codex'), { recursive: true })
  const file = sandbox.path('vol', 'codex', 'config.toml')
  writeFileSync(file, BEFORE)
  await setup(sandbox, 'vol/codex')
  return { sandbox, file, written: readFileSync(file, 'utf8') }
}

/** Ways to be away, and the way back. */
const AWAY: Record<string, (sandbox: Sandbox) => () => void> = {
  'the directory is not there': (sandbox) => {
    renameSync(sandbox.path('vol', 'codex'), sandbox.path('elsewhere'))
    return () => renameSync(sandbox.path('elsewhere'), sandbox.path('vol', 'codex'))
  },
  'a directory above it is not there': (sandbox) => {
    renameSync(sandbox.path('vol'), sandbox.path('elsewhere'))
    return () => renameSync(sandbox.path('elsewhere'), sandbox.path('vol'))
  },
  'an empty directory is in its place, as a mount point is': (sandbox) => {
    renameSync(sandbox.path('vol', 'codex'), sandbox.path('elsewhere'))
    mkdirSync(sandbox.path('vol', 'codex'))
    return () => {
      rmSync(sandbox.path('vol', 'codex'), { recursive: true })
      renameSync(sandbox.path('elsewhere'), sandbox.path('vol', 'codex'))
    }
  },
  'an empty mount point is in the place of one above it': (sandbox) => {
    renameSync(sandbox.path('vol'), sandbox.path('elsewhere'))
    mkdirSync(sandbox.path('vol', 'codex'), { recursive: true })
    return () => {
      rmSync(sandbox.path('vol'), { recursive: true })
      renameSync(sandbox.path('elsewhere'), sandbox.path('vol'))
    }
  },
  'a file is in the place of the directory': (sandbox) => {
    renameSync(sandbox.path('vol', 'codex'), sandbox.path('elsewhere'))
    writeFileSync(sandbox.path('vol', 'codex'), '')
    return () => {
      rmSync(sandbox.path('vol', 'codex'))
      renameSync(sandbox.path('elsewhere'), sandbox.path('vol', 'codex'))
    }
  },
}

describe.each(Object.entries(AWAY))('a file that is away: %s', (_, away) => {
  it('is refused on teardown and stays recorded, until it is back', async () => {
    const { sandbox, file } = await inVolume()
    const back = away(sandbox)
    await expect(revert(sandbox)).rejects.toMatchObject({ exitCode: 5, file })
    expect(await sandbox.host.engine.receipts()).toHaveLength(1)
    back()
    await revert(sandbox)
    expect(readFileSync(file, 'utf8')).toBe(BEFORE)
  })

  it('is told by an inspection, or cannot be looked at', async () => {
    const { sandbox, file } = await inVolume()
    away(sandbox)
    const { away: files, drifts } = await sandbox.host.engine.inspect('demo', planIn(sandbox, 'vol/codex'))
    expect(files?.includes(file) === true || drifts[0]?.reason === 'file-unreadable').toBe(true)
  })
})

describe.each(Object.entries(AWAY).filter(([name]) => !name.startsWith('a file')))('%s', (_, away) => {
  it('is given up by force, and said so', async () => {
    const { sandbox, file, written } = await inVolume()
    const back = away(sandbox)
    expect((await revert(sandbox, true)).notes.map(({ message }) => message).join()).toContain(file)
    expect(await sandbox.host.engine.receipts()).toEqual([])
    back()
    expect(readFileSync(file, 'utf8')).toBe(written)
  })

  it('a setup meanwhile forgets nothing: neither in the same place', async () => {
    const { sandbox, file } = await inVolume()
    const back = away(sandbox)
    await setup(sandbox, 'vol/codex')
    await setup(sandbox, 'vol/codex')
    rmSync(sandbox.path('vol'), { recursive: true })
    if (existsSync(sandbox.path('elsewhere', 'config.toml')))
      mkdirSync(sandbox.path('vol', 'codex'), { recursive: true })
    else mkdirSync(sandbox.path('vol'))
    back()
    await revert(sandbox)
    expect(readFileSync(file, 'utf8')).toBe(BEFORE)
  })

  it('nor in another one', async () => {
    const { sandbox, file } = await inVolume()
    const back = away(sandbox)
    await setup(sandbox, 'other')
    await setup(sandbox, 'other')
    expect(readFileSync(sandbox.path('other', 'config.toml'), 'utf8')).toContain('gate')
    await expect(revert(sandbox)).rejects.toMatchObject({ code: 'file-away', file })
    back()
    await revert(sandbox)
    expect(readFileSync(file, 'utf8')).toBe(BEFORE)
    expect(existsSync(sandbox.path('other'))).toBe(false)
  })

  it('a setup meanwhile, and then no way back: teardown takes away what that one made', async () => {
    const { sandbox } = await inVolume()
    away(sandbox)
    const before = treeOf(sandbox.home)
    await setup(sandbox, 'vol/codex')
    await revert(sandbox)
    expect(treeOf(sandbox.home)).toEqual(before)
  })
})

describe('a file that is gone and not away', () => {
  it('the user deleted it: undone', async () => {
    const { sandbox, file } = await inVolume()
    rmSync(file)
    expect(await revert(sandbox)).toMatchObject({ edits: [{ outcome: 'already-gone' }], notes: [] })
    expect(await sandbox.host.engine.receipts()).toEqual([])
  })

  it('the user deleted the directories that gate had made for it: undone', async () => {
    const sandbox = createSandbox()
    await setup(sandbox, '.codex/deep')
    rmSync(sandbox.path('.codex'), { recursive: true })
    expect(await revert(sandbox)).toMatchObject({ edits: [{ outcome: 'already-gone' }] })
  })

  it('but not where the directory above those is away', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('vol'))
    await setup(sandbox, 'vol/codex')
    renameSync(sandbox.path('vol'), sandbox.path('vol2'))
    mkdirSync(sandbox.path('vol'))
    await expect(revert(sandbox)).rejects.toMatchObject({ code: 'file-away' })
  })
})
