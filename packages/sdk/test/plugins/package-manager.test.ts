import { expect, test } from 'vitest'
import { addCall, managedPlace, removeCall } from '../../src/plugins/package-manager.js'
import { buildTree, type Tree } from '../harness/tree.js'

const SPEC = 'gate-client-example@1.2.3'
const NAME = 'gate-client-example'

/** Where each package manager puts things, and what it is started with; `{root}` is the directory of the tree. */
const PLACES: readonly {
  readonly name: string
  readonly nodeModules: string
  readonly tree?: Tree
  readonly add?: string
  readonly remove?: string
  readonly cwd?: string
}[] = [
  {
    name: 'npm, for the user',
    nodeModules: 'prefix/lib/node_modules',
    add: 'install --ignore-scripts --no-audit --no-fund --loglevel=error gate-client-example@1.2.3 --global --prefix {root}/prefix',
    remove:
      'uninstall --ignore-scripts --no-audit --no-fund --loglevel=error gate-client-example --global --prefix {root}/prefix',
  },
  {
    name: 'npm on Windows, for the user',
    nodeModules: 'npm/node_modules',
    tree: { npm: { 'gate.cmd': '' } },
    add: 'install --ignore-scripts --no-audit --no-fund --loglevel=error gate-client-example@1.2.3 --global --prefix {root}/npm',
  },
  {
    name: 'pnpm 12, for the user',
    nodeModules: 'pnpm/global/v11/0a1b/node_modules',
    tree: { pnpm: { global: { v11: { '0a1b': { 'package.json': '{}' } } } } },
    add: 'add --ignore-scripts gate-client-example@1.2.3 --global',
    remove: 'remove --ignore-scripts gate-client-example --global',
  },
  {
    name: 'pnpm 10, for the user',
    nodeModules: 'pnpm/global/5/node_modules',
    tree: { pnpm: { global: { 5: { 'package.json': '{}' } } } },
    add: 'add --ignore-scripts gate-client-example@1.2.3 --global',
  },
  {
    name: 'yarn 1, for the user',
    nodeModules: '.config/yarn/global/node_modules',
    tree: { '.config': { yarn: { global: { 'package.json': '{}', 'yarn.lock': '' } } } },
    add: 'global add --ignore-scripts --non-interactive gate-client-example@1.2.3 --global-folder {root}/.config/yarn/global',
    remove:
      'global remove --ignore-scripts --non-interactive gate-client-example --global-folder {root}/.config/yarn/global',
  },
  {
    name: 'bun, for the user',
    nodeModules: '.bun/install/global/node_modules',
    tree: { '.bun': { install: { global: { 'package.json': '{}' } } } },
    add: 'add --ignore-scripts gate-client-example@1.2.3 --global',
    remove: 'remove gate-client-example --global',
  },
  {
    name: 'a project without a lock file',
    nodeModules: 'project/node_modules',
    tree: { project: { 'package.json': '{}' } },
    add: 'install --save-dev --ignore-scripts --no-audit --no-fund --loglevel=error gate-client-example@1.2.3',
    cwd: 'project',
  },
  {
    name: 'a project of pnpm, in a workspace',
    nodeModules: 'workspace/project/node_modules',
    tree: { workspace: { 'pnpm-lock.yaml': '', project: { 'package.json': '{}' } } },
    add: 'add --save-dev --ignore-scripts gate-client-example@1.2.3',
    cwd: 'workspace/project',
  },
  {
    name: 'a project of yarn 4',
    nodeModules: 'project/node_modules',
    tree: { project: { 'package.json': '{}', 'yarn.lock': '', '.yarnrc.yml': '' } },
    add: 'add --dev --mode=skip-build gate-client-example@1.2.3',
    cwd: 'project',
  },
]

test.each(PLACES)('$name', async ({ nodeModules, tree = {}, add, remove, cwd }) => {
  const built = await buildTree(tree)
  const place = managedPlace(built.path(nodeModules))
  if (place === undefined || place === 'temporary') throw new Error(`${nodeModules} was not recognised`)
  const filled = (text: string) => text.replaceAll('{root}', built.root).split(' ')
  if (add !== undefined) expect(addCall(place, SPEC).args).toEqual(filled(add))
  if (remove !== undefined) expect(removeCall(place, NAME).args).toEqual(filled(remove))
  expect(addCall(place, SPEC).cwd).toBe(cwd === undefined ? undefined : built.path(cwd))
  await built.remove()
})

test('pnpm and bun are told by their variable where the place is', () => {
  const pnpm = managedPlace('/home/me/.local/share/pnpm/global/v11/0a1b/node_modules')
  const bun = managedPlace('/home/me/.bun/install/global/node_modules')
  if (typeof pnpm !== 'object' || typeof bun !== 'object') throw new Error('not recognised')
  expect(addCall(pnpm, SPEC)).toMatchObject({
    env: { PNPM_HOME: '/home/me/.local/share/pnpm' },
    path: ['/home/me/.local/share/pnpm/bin', '/home/me/.local/share/pnpm'],
  })
  expect(addCall(bun, SPEC).env).toEqual({ BUN_INSTALL: '/home/me/.bun' })
})

test.each([
  '/home/me/.npm/_npx/0123456789abcdef/node_modules',
  '/home/me/.cache/pnpm/dlx/0a1b/0c2d/node_modules',
  '/tmp/bunx-1000-gate/node_modules',
])('%s is temporary', (nodeModules) => {
  expect(managedPlace(nodeModules)).toBe('temporary')
})

test.each([
  '/home/me/.local/share/pnpm/store/v11/links/@gate/cli/1.0.0/0a1b/node_modules',
  '/work/project/node_modules/.pnpm/@gate+cli@1.0.0/node_modules',
  '/somewhere/node_modules',
])('%s is no place of a package manager', (nodeModules) => {
  expect(managedPlace(nodeModules)).toBeUndefined()
})
