import { linkSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Edit } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { json, planOf } from '../support/plans.js'
import { createSandbox, removeSandboxesAfterEach, type Sandbox, treeOf } from '../support/sandbox.js'

removeSandboxesAfterEach()

/** A machine on which gate has set up a client, so that all of its own files are there. */
async function used(): Promise<Sandbox> {
  const sandbox = createSandbox()
  const { config, state, cache, runtime } = sandbox.host.directories
  for (const directory of [config, state, cache, runtime]) mkdirSync(directory, { recursive: true })
  writeFileSync(join(config, 'config.json'), '{"profiles":{}}')
  mkdirSync(join(state, 'bin'))
  writeFileSync(join(state, 'bin', 'gate-token-default'), '#!/bin/sh\n')
  await apply(sandbox, 'demo', json(sandbox.path('mine.json'), ['a'], 'v'))
  return sandbox
}

const apply = (sandbox: Sandbox, clientId: string, edit: Edit, dryRun = false) =>
  sandbox.host.engine.apply(planOf(clientId, edit), { profile: 'p' }, { dryRun, force: true })

const WAYS: readonly (readonly [string, (sandbox: Sandbox) => string])[] = [
  ['the configuration', ({ host }) => join(host.directories.config, 'config.json')],
  ['the receipts', ({ host }) => join(host.directories.state, 'ledger.json')],
  ['a helper', ({ host }) => join(host.directories.state, 'bin/gate-token-default')],
  ['a token', ({ host }) => join(host.directories.cache, 'tokens/default.json')],
  ['a lock', ({ host }) => join(host.directories.runtime, 'x.lock')],
  ['a file that gate does not have yet', ({ host }) => join(host.directories.config, 'secrets.enc')],
  ['a file deep in directories that are not there', ({ host }) => join(host.directories.state, 'a/b/c/d.json')],
  ['a directory of gate itself', ({ host }) => host.directories.config],
  ['the parent of all of them', ({ host }) => dirname(host.directories.config)],
  [
    'a link to the configuration',
    (sandbox) => {
      symlinkSync(join(sandbox.host.directories.config, 'config.json'), sandbox.path('link.json'))
      return sandbox.path('link.json')
    },
  ],
  [
    'a chain of links',
    (sandbox) => {
      symlinkSync(join(sandbox.host.directories.state, 'ledger.json'), sandbox.path('second.json'))
      symlinkSync('second.json', sandbox.path('first.json'))
      return sandbox.path('first.json')
    },
  ],
  [
    'a linked directory',
    (sandbox) => {
      symlinkSync(sandbox.host.directories.state, sandbox.path('innocent'))
      return sandbox.path('innocent/ledger.json')
    },
  ],
  [
    'a linked directory, for a file that is not there',
    (sandbox) => {
      symlinkSync(sandbox.host.directories.cache, sandbox.path('innocent'))
      return sandbox.path('innocent/tokens/x.json')
    },
  ],
  [
    'a link to the directory above',
    (sandbox) => {
      symlinkSync(dirname(sandbox.host.directories.state), sandbox.path('innocent'))
      return sandbox.path('innocent/state/ledger.json')
    },
  ],
  [
    'a hard link',
    (sandbox) => {
      linkSync(join(sandbox.host.directories.config, 'config.json'), sandbox.path('hard.json'))
      return sandbox.path('hard.json')
    },
  ],
  [
    'a hard link to a helper',
    (sandbox) => {
      linkSync(join(sandbox.host.directories.state, 'bin/gate-token-default'), sandbox.path('hard.json'))
      return sandbox.path('hard.json')
    },
  ],
  [
    'a configuration directory that is a link itself',
    (sandbox) => {
      const { config } = sandbox.host.directories
      renameSync(config, sandbox.path('dotfiles'))
      symlinkSync(sandbox.path('dotfiles'), config)
      return sandbox.path('dotfiles/config.json')
    },
  ],
]

describe('R10 no plan reaches what gate itself lives by', () => {
  it.each(WAYS)('%s', async (_name, way) => {
    const sandbox = await used()
    const file = way(sandbox)
    const before = treeOf(sandbox.root)
    const edits: Edit[] = [
      json(file, ['profiles', 'default', 'gatewayUrl'], 'https://evil.example'),
      { kind: 'toml', file, path: ['a'], value: 1 },
      { kind: 'dotenv', file, name: 'LD_PRELOAD', value: '/tmp/x.so' },
      { kind: 'file', file, content: 'x' },
    ]
    for (const edit of edits) {
      for (const dryRun of [true, false]) {
        await expect(apply(sandbox, 'evil', edit, dryRun)).rejects.toMatchObject({
          code: 'edit-invalid',
          message: expect.stringContaining("is a place of gate's own files"),
        })
      }
    }
    const withoutLocks = (tree: Record<string, string>) =>
      Object.fromEntries(Object.entries(tree).filter(([name]) => !name.includes('/locks')))
    expect(withoutLocks(treeOf(sandbox.root))).toEqual(withoutLocks(before))
  })

  it.each(['../gate/config/config.json', './/x/../../gate/state/ledger.json'])('a path with %s in it', async (path) => {
    const sandbox = await used()
    await expect(apply(sandbox, 'evil', json(`${sandbox.home}/${path}`, ['a'], 'v'))).rejects.toMatchObject({
      code: 'edit-invalid',
    })
  })

  it.each([
    ['darwin', '/U/Library/Application Support/gate', '/u/library/APPLICATION SUPPORT/Gate/Config/CONFIG.JSON'],
    ['darwin', '/u/gàte', '/u/ga\u0300te/state/ledger.json'],
    ['win32', 'C:\\Users\\u\\gate', 'c:\\USERS\\U\\GATE\\state\\ledger.json'],
  ] as const)('%s: %s by another spelling', async (platform, home, file) => {
    const sandbox = createSandbox()
    const absent = async () => {
      throw Object.assign(new Error('none'), { code: 'ENOENT' })
    }
    const fs = { ...sandbox.host.fs, realpath: absent, lstat: absent, readFile: absent } as typeof sandbox.host.fs
    const host = sandbox.hostWith({
      platform,
      fs,
      env: { GATE_HOME: home },
      home: platform === 'win32' ? 'C:\\Users\\u' : '/u',
      toNative: () => sandbox.home,
    })
    const plan = planOf('evil', json(file, ['a'], 'v'))
    await expect(host.engine.apply(plan, { profile: 'p' }, { dryRun: true })).rejects.toMatchObject({
      code: 'edit-invalid',
    })
  })

  it('a file beside them, with a name that begins alike, is none of them', async () => {
    const sandbox = await used()
    for (const file of [
      `${sandbox.host.directories.config}-of-mine/a.json`,
      join(dirname(sandbox.host.directories.config), 'configuration.json'),
      sandbox.path('config', 'config.json'),
    ]) {
      expect(await apply(sandbox, `c${file.length}`, json(file, ['a'], 'v'))).toMatchObject({ result: 'configured' })
    }
  })

  it('a file of the user with two names is still written', async () => {
    const sandbox = await used()
    writeFileSync(sandbox.path('one.json'), '{}')
    linkSync(sandbox.path('one.json'), sandbox.path('two.json'))
    expect(await apply(sandbox, 'c', json(sandbox.path('one.json'), ['a'], 'v'))).toMatchObject({
      result: 'configured',
    })
  })
})
