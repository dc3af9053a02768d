import * as fs from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createNodeHost } from '@gate/engine/host'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { asGateComes, createOwnDirectories, readCreated } from '../../src/directories/own-directories.js'
import { removeOwnDirectories } from '../../src/teardown/remove-own-directories.js'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gate-purge-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** What gate leaves below `GATE_HOME`, as it writes it. */
const GATES: Readonly<Record<string, string>> = {
  'config/config.json': '{"version":1,"activeProfile":"default","profiles":{}}',
  'config/secrets.enc': '{"version":1,"kdf":{}}',
  'config/.config.json.gate-12-0123456789abcdef.tmp': '',
  'config/locks/grant-default.lock/owner.json': '{"pid":1,"token":"x"}',
  'state/ledger.json': '{"version":1,"receipts":{}}',
  'state/journal/12-0123456789abcdef.json': '{"phase":"commit","clientId":"codex"}',
  'state/locks/engine.lock.12-01234567-0123456789abcdef/owner.json': '{"pid":1,"token":"x"}',
  'state/bin/gate-token-default-01234567': '#!/bin/sh\n# Written by gate: …',
  'state/clients/codex/plugin.json': '{"package":"@gate/client-codex"}',
  'state/clients/claude-desktop/undo.json': '{"version":1}',
  'state/login/default.json': '{"version":1,"state":"done"}',
  'state/sign-in/default.json': '{"version":1}',
  'cache/tokens/default.json': '{"version":1,"issuedAt":1,"expiresAt":2,\n"token":"x"}',
  'cache/tokens/default@codex': '',
  'cache/plugins/0123456789abcdef0123456789abcdef.json': '{"stamp":"1"}',
  'cache/compile/v24.21.0-x64-964aae3f-0/04bb48ad': 'code',
}

function write(path: string, content: string): void {
  fs.mkdirSync(dirname(join(root, path)), { recursive: true })
  fs.writeFileSync(join(root, path), content, { flag: 'wx' })
}

const host = () => createNodeHost({ env: { HOME: root, GATE_HOME: root } })

/** gate comes, does everything that it ever does, and goes. */
async function comeAndGo(): Promise<readonly string[]> {
  await createOwnDirectories(host())
  for (const [path, content] of Object.entries(GATES)) if (!fs.existsSync(join(root, path))) write(path, content)
  const left = await removeOwnDirectories(host(), (await readCreated(host())) ?? (await asGateComes(host())))
  return left.map(({ path }) => path)
}

const tree = () =>
  fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return `${path} ${entry.isFile() ? fs.readFileSync(path, 'utf8') : entry.isSymbolicLink() ? 'link' : 'directory'}`
    })
    .sort()

test('of gate alone, nothing is left', async () => {
  expect(await comeAndGo()).toEqual([])
  expect(tree()).toEqual([])
})

describe('what was there before gate stays and is named', () => {
  test('R12 files in a directory of the user’s that have places of gate’s', async () => {
    const files = [
      'state/bin/mytool',
      'state/clients/customers.csv',
      'state/journal/2026.md',
      'state/login/page.html',
      'cache/plugins/wp.php',
      'config/locks/door.txt',
      'state/other.txt',
    ]
    for (const file of files) write(file, 'mine')
    const before = tree()
    expect((await comeAndGo()).toSorted()).toEqual(files.map((file) => join(root, file)).toSorted())
    expect(tree()).toEqual(before)
  })

  test('R12 a state directory that is a link to the user’s documents', async () => {
    for (const file of ['Documents/journal/mine.txt', 'Documents/clients/mine.txt', 'Documents/thesis.md']) {
      write(file, 'mine')
    }
    fs.symlinkSync('Documents', join(root, 'state'))
    const before = tree()
    const left = await comeAndGo()
    expect(tree()).toEqual(before)
    expect(left.toSorted()).toEqual(
      ['clients/mine.txt', 'journal/mine.txt', 'thesis.md'].map((file) => join(root, 'state', file)),
    )
  })

  test('links in the places of gate’s files and directories are not followed', async () => {
    write('mine/gate-token-default-01234567', '# Written by gate')
    fs.mkdirSync(join(root, 'state'))
    fs.symlinkSync('../mine', join(root, 'state/sign-in'))
    fs.symlinkSync('../mine', join(root, 'state/clients'))
    const created = await asGateComes(host())
    await removeOwnDirectories(host(), created)
    expect(fs.readdirSync(join(root, 'mine'))).toEqual(['gate-token-default-01234567'])
    expect(fs.readdirSync(join(root, 'state')).toSorted()).toEqual(['clients', 'sign-in'])
  })

  test('what came later into a directory that gate made stays, too', async () => {
    await createOwnDirectories(host())
    write('state/bin/mytool', 'mine')
    write('cache/notes.txt', 'mine')
    const left = await removeOwnDirectories(host(), (await readCreated(host())) ?? (await asGateComes(host())))
    expect(left.map(({ path }) => path).toSorted()).toEqual([
      join(root, 'cache/notes.txt'),
      join(root, 'state/bin/mytool'),
    ])
    expect(fs.existsSync(join(root, 'config'))).toBe(false)
  })

  test('whatever lies there, under names like gate’s as well', async () => {
    const place = fc.constantFrom('config', 'state', 'cache')
    const folder = fc.constantFrom(
      ...[
        'bin',
        'journal',
        'locks',
        'clients',
        'clients/codex',
        'login',
        'sign-in',
        'tokens',
        'plugins',
        'compile',
        '',
      ],
      ...['locks/engine.lock', 'compile/v24.21.0-x64-964aae3f-0', 'mine', 'Bin'],
    )
    const name = fc.oneof(
      fc.constantFrom(
        ...['gate-token-mine', 'gate-token-mine-01234567', 'mine.json', 'default.json', '1-bb.json', 'door.lock'],
        ...['12-0123456789abcdee.json', 'owner.json', 'plugin.json', 'undo.json', 'organization', 'ledger.json.bak'],
        ...[
          'config.json~',
          'created.json.old',
          '0123abcd.txt',
          '.hidden',
          'mine.tmp',
          'secrets.enc.old',
          'default@codex',
          'mine@home',
        ],
      ),
      fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,8}$/),
    )
    const item = fc.record({ place, folder, name, isDirectory: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 12 }), async (items) => {
        for (const entry of fs.readdirSync(root)) fs.rmSync(join(root, entry), { recursive: true })
        for (const { place, folder, name, isDirectory } of items) {
          const path = join(place, folder, name)
          try {
            if (isDirectory) fs.mkdirSync(join(root, path), { recursive: true })
            else write(path, 'mine')
          } catch {
            // Two of them want the same place.
          }
        }
        const before = tree()
        await comeAndGo().catch((error: NodeJS.ErrnoException) => {
          // A file of the user's stands where gate needs a directory: then gate does nothing at all there.
          if (!['EEXIST', 'ENOTDIR', 'EISDIR'].includes(error.code ?? '')) throw error
        })
        expect(tree()).toEqual(expect.arrayContaining(before))
      }),
      { numRuns: 150 },
    )
  })
})
