import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { Edit } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { mortalHost } from '../support/kill.js'
import { json, planOf } from '../support/plans.js'
import { createSandbox, leftoversIn, removeSandboxesAfterEach, type Sandbox, treeOf } from '../support/sandbox.js'

removeSandboxesAfterEach()

const LONG = { timeout: 180_000 }
const BINARY = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x00, 0xff, 0xfe, 0x0a])
const CONTENT = '#!/bin/sh\necho token\n'

const shim = (sandbox: Sandbox) => sandbox.path('shim')
const fileEdit = (sandbox: Sandbox, mode?: number): Edit => ({
  kind: 'file',
  file: shim(sandbox),
  content: CONTENT,
  ...(mode === undefined ? {} : { mode }),
})
const apply = (sandbox: Sandbox, edits: Edit[], force = false) =>
  sandbox.host.engine.apply(planOf('demo', ...edits), { profile: 'p' }, { force })
const modeOf = (path: string) => statSync(path).mode & 0o777

describe('F9 a whole file that the user replaced by something that is no text', () => {
  async function replaced(): Promise<{ sandbox: Sandbox; edits: Edit[] }> {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), '{"k":"user"}')
    const edits = [json(sandbox.path('s.json'), ['k'], 'v'), fileEdit(sandbox, 0o755)]
    await apply(sandbox, edits)
    writeFileSync(shim(sandbox), BINARY)
    return { sandbox, edits }
  }

  it('stays on teardown, named, and the rest is undone', async () => {
    const { sandbox } = await replaced()
    const { edits, changes } = await sandbox.host.engine.revert('demo')
    expect(edits.map(({ outcome }) => outcome)).toEqual(['restored', 'kept-user-change'])
    expect(changes.map(({ path }) => path)).toEqual([sandbox.path('s.json')])
    expect(readFileSync(sandbox.path('s.json'), 'utf8')).toBe('{"k":"user"}')
    expect(readFileSync(shim(sandbox))).toEqual(BINARY)
  })

  it('goes by force', async () => {
    const { sandbox } = await replaced()
    const { edits } = await sandbox.host.engine.revert('demo', { force: true })
    expect(edits.map(({ outcome }) => outcome)).toEqual(['restored', 'removed'])
    expect(existsSync(shim(sandbox))).toBe(false)
  })

  it('is refused by setup as every change of such a file is, replaced by force, and a drift for a status', async () => {
    const { sandbox, edits } = await replaced()
    expect(await sandbox.host.engine.inspect('demo')).toMatchObject({
      drifts: [{ kind: 'file', reason: 'changed' }],
    })
    await expect(apply(sandbox, edits)).rejects.toMatchObject({ code: 'file-foreign-value', file: shim(sandbox) })
    expect(await apply(sandbox, edits, true)).toMatchObject({ result: 'configured' })
    expect(readFileSync(shim(sandbox), 'utf8')).toBe(CONTENT)
  })

  it('stays when a setup does not name it any more, and a note says so', async () => {
    const { sandbox, edits } = await replaced()
    const { notes } = await apply(sandbox, edits.slice(0, 1))
    expect(notes).toMatchObject([{ code: 'file', message: expect.stringContaining(shim(sandbox)) }])
    expect(readFileSync(shim(sandbox))).toEqual(BINARY)
  })

  it('F1 killed at every file-system call of a teardown by force: there, to the last byte, or gone', LONG, async () => {
    const seen = { old: 0, new: 0 }
    for (let index = 0, survived = false; !survived; index++) {
      const { sandbox } = await replaced()
      const during = treeOf(sandbox.home)
      const { host, died } = mortalHost(sandbox, index, 'after')
      await host.engine.revert('demo', { force: true }).catch(() => {})
      survived = !died()
      // Somebody changes the other file meanwhile, so that what was decided cannot be finished.
      const settings = sandbox.path('s.json')
      const isHalf = !survived && !existsSync(shim(sandbox)) && readFileSync(settings, 'utf8') === '{"k":"v"}'
      if (isHalf) writeFileSync(settings, '{"k":"v","more":1}')
      await sandbox.host.engine.recover()
      const isOld = existsSync(shim(sandbox))
      if (isHalf) expect(readFileSync(shim(sandbox)), `call ${index}`).toEqual(BINARY)
      else if (isOld) expect(treeOf(sandbox.home), `call ${index}`).toEqual(during)
      else expect(treeOf(sandbox.home), `call ${index}`).toEqual({ 's.json': expect.stringContaining('{"k":"user"}') })
      expect(leftoversIn(sandbox.home)).toEqual([])
      seen[isOld ? 'old' : 'new']++
      rmSync(sandbox.root, { recursive: true })
    }
    expect(Math.min(seen.old, seen.new)).toBeGreaterThan(3)
  })
})

it('law 2: a whole file with a NUL that an earlier gate wrote is still readable in the record and removed', async () => {
  const sandbox = createSandbox()
  await apply(sandbox, [fileEdit(sandbox)])
  const ledger = `${sandbox.host.directories.state}/ledger.json`
  const { createHash } = await import('node:crypto')
  const sha = (text: string) => createHash('sha256').update(text).digest('hex')
  const text = readFileSync(ledger, 'utf8').replaceAll(sha(CONTENT), sha('a\0b'))
  writeFileSync(ledger, text.replace(JSON.stringify(CONTENT), JSON.stringify('a\0b')))
  writeFileSync(shim(sandbox), 'a\0b')
  expect(await sandbox.host.engine.revert('demo')).toMatchObject({ edits: [{ outcome: 'removed' }] })
  expect(existsSync(shim(sandbox))).toBe(false)
})

describe('F8 the mode of a whole file that was there with the same content', () => {
  function present(mode: number): Sandbox {
    const sandbox = createSandbox()
    writeFileSync(shim(sandbox), CONTENT)
    chmodSync(shim(sandbox), mode)
    return sandbox
  }
  const drifts = async (sandbox: Sandbox) => (await sandbox.host.engine.inspect('demo')).drifts

  it('becomes the edit’s on setup and the old one on teardown', async () => {
    const sandbox = present(0o644)
    const before = treeOf(sandbox.home)
    expect(await apply(sandbox, [fileEdit(sandbox, 0o755)])).toMatchObject({ result: 'configured' })
    expect(modeOf(shim(sandbox))).toBe(0o755)
    expect(await drifts(sandbox)).toEqual([])
    expect(await apply(sandbox, [fileEdit(sandbox, 0o755)])).toMatchObject({ result: 'unchanged' })
    await apply(sandbox, [fileEdit(sandbox, 0o700)])
    await sandbox.host.engine.revert('demo')
    expect(treeOf(sandbox.home)).toEqual(before)
  })

  it('comes back when the next plan names none', async () => {
    const sandbox = present(0o644)
    await apply(sandbox, [fileEdit(sandbox, 0o755)])
    await apply(sandbox, [fileEdit(sandbox)])
    expect(modeOf(shim(sandbox))).toBe(0o644)
    expect(await drifts(sandbox)).toEqual([])
  })

  it('is not touched by an edit that names none, and is no drift', async () => {
    const sandbox = present(0o644)
    await apply(sandbox, [fileEdit(sandbox)])
    expect(await drifts(sandbox)).toEqual([])
    expect(modeOf(shim(sandbox))).toBe(0o644)
  })

  it('stays on teardown when the user changed it after setup', async () => {
    const sandbox = present(0o644)
    await apply(sandbox, [fileEdit(sandbox, 0o755)])
    chmodSync(shim(sandbox), 0o600)
    expect(await drifts(sandbox)).toMatchObject([{ reason: 'changed' }])
    await sandbox.host.engine.revert('demo')
    expect(modeOf(shim(sandbox))).toBe(0o600)
  })

  it('comes back on teardown for a file with another content, also one that is no text', async () => {
    const sandbox = present(0o644)
    await apply(sandbox, [fileEdit(sandbox, 0o755)])
    writeFileSync(shim(sandbox), BINARY)
    await sandbox.host.engine.revert('demo')
    expect(modeOf(shim(sandbox))).toBe(0o644)
    expect(readFileSync(shim(sandbox))).toEqual(BINARY)
  })

  it('F1 killed at every file-system call of setup and of teardown: old or new', LONG, async () => {
    for (const operation of ['setup', 'teardown'] as const) {
      for (let index = 0, survived = false; !survived; index++) {
        const sandbox = present(0o644)
        const before = treeOf(sandbox.home)
        const edits = [fileEdit(sandbox, 0o755)]
        if (operation === 'teardown') await apply(sandbox, edits)
        const { host, died } = mortalHost(sandbox, index, 'after')
        const run =
          operation === 'setup'
            ? host.engine.apply(planOf('demo', ...edits), { profile: 'p' })
            : host.engine.revert('demo')
        await run.catch(() => {})
        survived = !died()
        await sandbox.host.engine.recover()
        expect([0o644, 0o755], `${operation} ${index}`).toContain(modeOf(shim(sandbox)))
        await sandbox.host.engine.revert('demo')
        expect(treeOf(sandbox.home), `${operation} ${index}`).toEqual(before)
        rmSync(sandbox.root, { recursive: true })
      }
    }
  })
})
