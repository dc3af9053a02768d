import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, it } from 'vitest'
import { json, planOf } from '../support/plans.js'
import { createSandbox, removeSandboxesAfterEach, type Sandbox, treeOf } from '../support/sandbox.js'

removeSandboxesAfterEach()

// Debian's acl and attr; a machine without them has no such lists in its tests.
const SETFACL = ['setfacl', 'setfattr'].every((name) => spawnSync(name, ['--version']).status === 0)

const TEXT = '{ "mine": 1 } // end'

function setup(sandbox: Sandbox, file: string, host = sandbox.host) {
  return host.engine.apply(planOf('demo', json(file, ['env', 'BASE'], 'gw')), { profile: 'p' })
}

/** Setup works, the tree is as before but for the content of `real`, and teardown restores everything. */
async function worksOn(sandbox: Sandbox, file: string, real: string): Promise<void> {
  const before = treeOf(sandbox.home)
  await setup(sandbox, file)
  expect(readFileSync(real, 'utf8')).toContain('"BASE"')
  const during = treeOf(sandbox.home)
  expect(Object.keys(during)).toEqual(Object.keys(before))
  await sandbox.host.engine.revert('demo')
  expect(treeOf(sandbox.home)).toEqual(before)
}

async function refuses(sandbox: Sandbox, file: string, code: string, host = sandbox.host): Promise<void> {
  const before = treeOf(sandbox.root)
  await expect(setup(sandbox, file, host)).rejects.toMatchObject({
    code,
    exitCode: 5,
    file,
    fix: { action: expect.any(String) },
  })
  await expect(
    host.engine.apply(planOf('demo', json(file, ['a'], 'b')), { profile: 'p' }, { dryRun: true }),
  ).rejects.toMatchObject({ code })
  const after = Object.entries(treeOf(sandbox.root)).filter(([name]) => !name.startsWith('gate'))
  expect(after).toEqual(Object.entries(before).filter(([name]) => !name.startsWith('gate')))
}

describe('F6 links', () => {
  it('to a file: the link stays, the target is edited', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('dotfiles'))
    writeFileSync(sandbox.path('dotfiles', 's.json'), TEXT)
    symlinkSync('dotfiles/s.json', sandbox.path('s.json'))
    await worksOn(sandbox, sandbox.path('s.json'), sandbox.path('dotfiles', 's.json'))
  })

  it('over two hops, the first one in a read-only directory, leaving the home', async () => {
    const sandbox = createSandbox()
    const outside = `${sandbox.root}/elsewhere.json`
    writeFileSync(outside, TEXT)
    mkdirSync(sandbox.path('store'))
    symlinkSync(outside, sandbox.path('store', 'hop'))
    chmodSync(sandbox.path('store'), 0o555)
    symlinkSync('store/hop', sandbox.path('s.json'))
    await worksOn(sandbox, sandbox.path('s.json'), outside)
    expect(readlinkSync(sandbox.path('s.json'))).toBe('store/hop')
    expect(readFileSync(outside, 'utf8')).toBe(TEXT)
    chmodSync(sandbox.path('store'), 0o755)
  })

  it('to a directory on the way, to a file that does not exist in there yet', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('dotfiles'))
    symlinkSync('dotfiles', sandbox.path('.claude'))
    const before = treeOf(sandbox.home)
    await setup(sandbox, sandbox.path('.claude', 'deep', 's.json'))
    expect(readFileSync(sandbox.path('dotfiles', 'deep', 's.json'), 'utf8')).toContain('"BASE"')
    await sandbox.host.engine.revert('demo')
    expect(treeOf(sandbox.home)).toEqual(before)
  })

  it('dangling: refused', async () => {
    const sandbox = createSandbox()
    symlinkSync('nowhere.json', sandbox.path('s.json'))
    await refuses(sandbox, sandbox.path('s.json'), 'file-dangling-link')
  })

  it('dangling directory on the way: refused', async () => {
    const sandbox = createSandbox()
    symlinkSync('nowhere', sandbox.path('.claude'))
    await refuses(sandbox, sandbox.path('.claude', 's.json'), 'file-dangling-link')
  })

  it('in a loop: refused', async () => {
    const sandbox = createSandbox()
    symlinkSync('b.json', sandbox.path('a.json'))
    symlinkSync('a.json', sandbox.path('b.json'))
    await refuses(sandbox, sandbox.path('a.json'), 'file-dangling-link')
  })

  it('replaced after setup by a copy of the file: the copy is reverted', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('dotfiles'))
    writeFileSync(sandbox.path('dotfiles', 's.json'), TEXT)
    symlinkSync('dotfiles/s.json', sandbox.path('s.json'))
    await setup(sandbox, sandbox.path('s.json'))
    execFileSync('sh', ['-c', 'cp s.json copy && rm -r s.json dotfiles && mv copy s.json'], { cwd: sandbox.home })
    await sandbox.host.engine.revert('demo')
    expect(readFileSync(sandbox.path('s.json'), 'utf8')).toBe(TEXT)
  })

  it('made after setup (the file moved into a repository): the file is reverted where it is', async () => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), TEXT)
    await setup(sandbox, sandbox.path('s.json'))
    execFileSync('sh', ['-c', 'mkdir repo && mv s.json repo/ && ln -s repo/s.json s.json'], { cwd: sandbox.home })
    await sandbox.host.engine.revert('demo')
    expect(readFileSync(sandbox.path('repo', 's.json'), 'utf8')).toBe(TEXT)
    expect(lstatSync(sandbox.path('s.json')).isSymbolicLink()).toBe(true)
  })
})

describe('F6 things that are no files', () => {
  it('a directory in the place of the file', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('s.json'))
    await refuses(sandbox, sandbox.path('s.json'), 'file-not-regular')
  })

  it('a file in the place of a directory', async () => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('.claude'), 'x')
    await refuses(sandbox, sandbox.path('.claude', 's.json'), 'file-not-regular')
  })

  it('a FIFO, without waiting for somebody to write into it', async () => {
    const sandbox = createSandbox()
    execFileSync('sh', ['-c', 'mkfifo s.json'], { cwd: sandbox.home })
    await refuses(sandbox, sandbox.path('s.json'), 'file-not-regular')
    expect(await sandbox.host.engine.readDocument(sandbox.path('s.json'), 'json')).toMatchObject({
      state: 'unreadable',
      error: { code: 'file-not-regular' },
    })
  })

  it('a device, behind a link', async () => {
    const sandbox = createSandbox()
    symlinkSync('/dev/null', sandbox.path('s.json'))
    await refuses(sandbox, sandbox.path('s.json'), 'file-not-regular')
  })
})

it('F7 hard link: the edited name gets the content, the other name keeps the old one, and a note says so', async () => {
  const sandbox = createSandbox()
  writeFileSync(sandbox.path('s.json'), TEXT)
  linkSync(sandbox.path('s.json'), sandbox.path('other.json'))
  const { notes } = await setup(sandbox, sandbox.path('s.json'))
  expect(notes).toMatchObject([{ code: 'file', message: expect.stringContaining('hard links') }])
  expect(readFileSync(sandbox.path('s.json'), 'utf8')).toContain('"BASE"')
  expect(readFileSync(sandbox.path('other.json'), 'utf8')).toBe(TEXT)
  await sandbox.host.engine.revert('demo')
  expect(readFileSync(sandbox.path('s.json'), 'utf8')).toBe(TEXT)
})

describe('F8 modes', () => {
  it.each([0o600, 0o640, 0o644, 0o664, 0o755])('%o stays, whatever the umask', async (mode) => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), TEXT)
    chmodSync(sandbox.path('s.json'), mode)
    const umask = process.umask(0o077)
    try {
      await worksOn(sandbox, sandbox.path('s.json'), sandbox.path('s.json'))
    } finally {
      process.umask(umask)
    }
  })

  it.skipIf(!SETFACL)('an access control list stays, and nobody else may read the file meanwhile', async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('s.json')
    writeFileSync(file, TEXT)
    chmodSync(file, 0o600)
    execFileSync('setfacl', ['-m', 'u:1234:r', file])
    const before = execFileSync('getfacl', ['-cnp', file], { encoding: 'utf8' })
    expect(before).toContain('user:1234:r--\ngroup::---\nmask::r--')
    await setup(sandbox, file)
    expect(readFileSync(file, 'utf8')).toContain('"BASE"')
    expect(execFileSync('getfacl', ['-cnp', file], { encoding: 'utf8' })).toBe(before)
    await sandbox.host.engine.revert('demo')
    expect(readFileSync(file, 'utf8')).toBe(TEXT)
    expect(execFileSync('getfacl', ['-cnp', file], { encoding: 'utf8' })).toBe(before)
  })

  it.skipIf(!SETFACL)('the default list of a directory is not put upon a file that has none', async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('s.json')
    writeFileSync(file, TEXT, { mode: 0o640 })
    execFileSync('setfacl', ['-d', '-m', 'u:1234:rw', sandbox.home])
    const before = execFileSync('getfacl', ['-cnp', file], { encoding: 'utf8' })
    await setup(sandbox, file)
    expect(execFileSync('getfacl', ['-cnp', file], { encoding: 'utf8' })).toBe(before)
  })

  it.skipIf(!SETFACL)('extended attributes stay', async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('s.json')
    writeFileSync(file, TEXT)
    execFileSync('setfattr', ['-n', 'user.origin', '-v', 'mine', file])
    await worksOn(sandbox, file, file)
    expect(execFileSync('getfattr', ['--only-values', '-n', 'user.origin', file], { encoding: 'utf8' })).toBe('mine')
  })

  it('a mode that the user changed after setup stays on teardown', async () => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), TEXT, { mode: 0o644 })
    await setup(sandbox, sandbox.path('s.json'))
    chmodSync(sandbox.path('s.json'), 0o600)
    await sandbox.host.engine.revert('demo')
    expect(statSync(sandbox.path('s.json')).mode & 0o777).toBe(0o600)
  })

  it('a new file is 0600 in directories of 0700, a whole file has its own mode, whatever the umask', async () => {
    const sandbox = createSandbox()
    const umask = process.umask(0)
    try {
      await setup(sandbox, sandbox.path('.new', 's.json'))
      const shim = { kind: 'file', file: sandbox.path('bin', 'shim'), content: '#!/bin/sh\n', mode: 0o755 } as const
      await sandbox.host.engine.apply(planOf('other', shim), { profile: 'p' })
    } finally {
      process.umask(umask)
    }
    const mode = (...parts: string[]) => statSync(sandbox.path(...parts)).mode & 0o777
    expect([mode('.new'), mode('.new', 's.json'), mode('bin', 'shim')]).toEqual([0o700, 0o600, 0o755])
    chmodSync(sandbox.path('bin', 'shim'), 0o600)
    expect((await sandbox.host.engine.inspect('other')).drifts).toMatchObject([{ reason: 'changed' }])
  })

  it.runIf(process.getuid?.() === 0)('the group stays', async () => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), TEXT)
    execFileSync('chgrp', ['12', sandbox.path('s.json')])
    await worksOn(sandbox, sandbox.path('s.json'), sandbox.path('s.json'))
    expect(statSync(sandbox.path('s.json')).gid).toBe(12)
  })
})

describe('F4 F5 files that gate may not write', () => {
  it.each([0o444, 0o400])('a read-only file (%o), also for root', async (mode) => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), TEXT)
    chmodSync(sandbox.path('s.json'), mode)
    await refuses(sandbox, sandbox.path('s.json'), 'file-read-only')
  })

  it('a file in a read-only directory, also for root; and one that would have to be made in there', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('.claude'))
    writeFileSync(sandbox.path('.claude', 's.json'), TEXT)
    chmodSync(sandbox.path('.claude'), 0o555)
    await refuses(sandbox, sandbox.path('.claude', 's.json'), 'file-read-only')
    await refuses(sandbox, sandbox.path('.claude', 'new', 's.json'), 'file-read-only')
    chmodSync(sandbox.path('.claude'), 0o755)
  })

  it('F5 a file of somebody else', async () => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), TEXT)
    const stranger = sandbox.hostWith({ process: { ...sandbox.host.process, uid: 4242 } })
    await refuses(sandbox, sandbox.path('s.json'), 'file-foreign-owner', stranger)
  })

  it.runIf(process.getuid?.() === 0)(
    'F5 root neither changes files of others nor leaves its own in their directories',
    async () => {
      const sandbox = createSandbox()
      mkdirSync(sandbox.path('.claude'))
      writeFileSync(sandbox.path('.claude', 's.json'), TEXT)
      execFileSync('chown', ['-R', '4242', sandbox.path('.claude')])
      await refuses(sandbox, sandbox.path('.claude', 's.json'), 'file-foreign-owner')
      await refuses(sandbox, sandbox.path('.claude', 'new.json'), 'file-foreign-owner')
    },
  )

  it('on teardown: the receipt stays, and a retry works', async () => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), TEXT)
    await setup(sandbox, sandbox.path('s.json'))
    chmodSync(sandbox.path('s.json'), 0o444)
    await expect(sandbox.host.engine.revert('demo')).rejects.toMatchObject({ code: 'file-read-only' })
    expect(await sandbox.host.engine.receipts()).toHaveLength(1)
    chmodSync(sandbox.path('s.json'), 0o644)
    await sandbox.host.engine.revert('demo')
    expect(readFileSync(sandbox.path('s.json'), 'utf8')).toBe(TEXT)
  })
})

describe('F9 bytes that are no text', () => {
  it.each([
    ['a NUL byte', Buffer.from('{\n  "a": "\0" }'), 2, 9],
    ['invalid UTF-8', Buffer.from([0x7b, 0x0a, 0x0a, 0x20, 0xff, 0x7d]), 3, 2],
    ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), 1, 1],
  ])('%s: refused with its position', async (_name, bytes, line, column) => {
    const sandbox = createSandbox()
    writeFileSync(sandbox.path('s.json'), bytes)
    await refuses(sandbox, sandbox.path('s.json'), 'file-unparsable')
    await expect(setup(sandbox, sandbox.path('s.json'))).rejects.toMatchObject({ line, column })
    expect(readFileSync(sandbox.path('s.json'))).toEqual(bytes)
  })

  it('5 MB: kept to the last byte', { timeout: 60_000 }, async () => {
    const sandbox = createSandbox()
    const projects = Object.fromEntries(
      Array.from({ length: 40_000 }, (_, n) => [`/p/${n}`, { history: ['x'.repeat(90)] }]),
    )
    writeFileSync(sandbox.path('s.json'), JSON.stringify({ projects }, null, 2))
    expect(statSync(sandbox.path('s.json')).size).toBeGreaterThan(5_000_000)
    await worksOn(sandbox, sandbox.path('s.json'), sandbox.path('s.json'))
  })
})

it.each(["it's here", 'a "b"', 'sp ace', 'new\nline', 'ünï→', '$HOME;`x`', `${'n'.repeat(250)}.json`])(
  'F20 the name %j is as good as any',
  async (name) => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.path('dir'))
    const file = sandbox.path('dir', name)
    writeFileSync(file, TEXT)
    await worksOn(sandbox, file, file)
  },
)

it('F22 two names of one file in one plan are refused, because neither edit would know of the other', async () => {
  const sandbox = createSandbox()
  writeFileSync(sandbox.path('s.json'), TEXT)
  symlinkSync('s.json', sandbox.path('t.json'))
  const plan = planOf('demo', json(sandbox.path('s.json'), ['a'], '1'), json(sandbox.path('t.json'), ['b'], '2'))
  await expect(sandbox.host.engine.apply(plan, { profile: 'p' })).rejects.toMatchObject({
    code: 'edit-invalid',
  })
  expect(readFileSync(sandbox.path('s.json'), 'utf8')).toBe(TEXT)
})
