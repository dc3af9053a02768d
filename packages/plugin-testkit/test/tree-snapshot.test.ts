import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectSameTree, treeDifferences, treeSnapshot, treeWithout } from '../src/index.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tree-'))
  mkdirSync(join(root, 'dir'))
  chmodSync(join(root, 'dir'), 0o750)
  writeFileSync(join(root, 'dir', 'file'), 'one\ntwo\n')
  chmodSync(join(root, 'dir', 'file'), 0o640)
  symlinkSync('dir/file', join(root, 'link'))
  symlinkSync('nowhere', join(root, 'dangling'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('a snapshot', () => {
  it('holds bytes, modes and targets', async () => {
    expect([...(await treeSnapshot(root))]).toEqual([
      ['dangling', { kind: 'link', target: 'nowhere' }],
      ['dir', { kind: 'directory', mode: 0o750 }],
      ['dir/file', { kind: 'file', mode: 0o640, bytes: Buffer.from('one\ntwo\n') }],
      ['link', { kind: 'link', target: 'dir/file' }],
    ])
  })

  it('of nothing is empty', async () => expect((await treeSnapshot(join(root, 'absent'))).size).toBe(0))

  it('equals itself', async () => {
    const before = await treeSnapshot(root)
    writeFileSync(join(root, 'dir', 'file'), 'one\ntwo\n')
    expectSameTree(await treeSnapshot(root), before)
  })

  it.each<[string, (path: (name: string) => string) => void, string]>([
    ['a byte', (path) => writeFileSync(path('dir/file'), 'one\ntwO\n'), 'dir/file holds'],
    ['a line ending', (path) => writeFileSync(path('dir/file'), 'one\r\ntwo\n'), 'dir/file holds'],
    ['a mode', (path) => chmodSync(path('dir/file'), 0o600), 'dir/file has mode 600, but should have 640'],
    ["a directory's mode", (path) => chmodSync(path('dir'), 0o700), 'dir has mode 700, but should have 750'],
    ['something new', (path) => writeFileSync(path('new'), ''), 'new is there, but should not be'],
    ['something gone', (path) => rmSync(path('dir/file')), 'dir/file is gone'],
    [
      'a link that leads elsewhere',
      (path) => {
        rmSync(path('link'))
        symlinkSync('dir', path('link'))
      },
      'link leads to dir, but should lead to dir/file',
    ],
    [
      'a link that became a file',
      (path) => {
        rmSync(path('link'))
        writeFileSync(path('link'), 'one\ntwo\n')
      },
      'link is a file, but should be a link',
    ],
  ])('shows %s', async (_, change, difference) => {
    const before = await treeSnapshot(root)
    change((name) => join(root, name))
    const after = await treeSnapshot(root)
    expect(treeDifferences(after, before)).toEqual([expect.stringContaining(difference)])
    expect(() => expectSameTree(after, before)).toThrow(difference)
  })

  it('can leave entries out', async () => {
    const before = treeWithout(await treeSnapshot(root), (path) => path.startsWith('dir'))
    rmSync(join(root, 'dir'), { recursive: true })
    expectSameTree(await treeSnapshot(root), before)
  })
})
