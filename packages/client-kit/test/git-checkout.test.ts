import { createTestHost, type TestFiles } from '@gate/plugin-testkit'
import { expect, it } from 'vitest'
import { mainCheckout } from '../src/files/git-checkout.js'

/** Writes files below the home directory, then asks for a directory there. */
async function ask(directory: string, files: Readonly<Record<string, string>>, more: TestFiles = {}) {
  await using host = await createTestHost()
  const texts = Object.entries(files).map(([name, text]) => [`~/${name}`, text.replaceAll('{home}', host.home)])
  await host.write({ ...Object.fromEntries(texts), ...more })
  const start = host.path.join(host.home, directory)
  await host.fs.mkdir(start, { recursive: true })
  return (await mainCheckout(host, start))?.replace(host.home, '~')
}

const worktree = (git: string): Record<string, string> => ({
  'tree/.git': `gitdir: {home}/${git}/worktrees/tree\n`,
  [`${git}/worktrees/tree/commondir`]: '../..\n',
  [`${git}/worktrees/tree/gitdir`]: '{home}/tree/.git\n',
})

it('is the nearest directory with a .git of any content', async () => {
  expect(await ask('a/b/c', { 'a/.git/x': '' })).toBe('~/a')
  expect(await ask('a', { 'a/.git/x': '', '.git/x': '' })).toBe('~/a')
  expect(await ask('a/b', { 'a/.git': 'anything' })).toBe('~/a')
  expect(await ask('a', {})).toBeUndefined()
})

it('is the main checkout for a worktree, whether its paths are absolute or not', async () => {
  expect(await ask('tree/a', worktree('main/.git'))).toBe('~/main')
  const relative = { ...worktree('main/.git'), 'tree/.git': 'gitdir: ../main/.git/worktrees/tree' }
  expect(await ask('tree', relative)).toBe('~/main')
})

it('is the worktree itself where git does not point back, and nothing where the repository is bare', async () => {
  const files = worktree('main/.git')
  expect(await ask('tree', { ...files, 'main/.git/worktrees/tree/gitdir': '{home}/other/.git' })).toBe('~/tree')
  expect(await ask('tree', { ...files, 'main/.git/worktrees/tree/commondir': '../../..' })).toBe('~/tree')
  expect(await ask('tree', { 'tree/.git': 'gitdir: ../main/.git/modules/tree' })).toBe('~/tree')
  expect(await ask('tree', worktree('bare.git'))).toBeUndefined()
})

it('takes a link for the directory that it leads to', async () => {
  expect(await ask('a', { 'git/x': '' }, { '~/a/.git': { link: '~/git' } })).toBe('~/a')
})
