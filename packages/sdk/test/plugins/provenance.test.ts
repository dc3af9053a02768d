import { chmod, chown, lchown, mkdir, symlink } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { findPlugins } from '../../src/plugins/find.js'
import { createProvenance } from '../../src/plugins/provenance.js'
import { pluginRoots } from '../../src/plugins/roots.js'
import { type BuiltTree, buildTree, cliPackage, pluginPackage, type Tree } from '../harness/tree.js'

const CLI_NAME = '@gate/cli'

const NAME = 'gate-client-one'
const CODEX = '@gate/client-codex'
/** A user that is neither this one nor root. */
const STRANGER = 54_321

let built: BuiltTree | undefined

afterEach(async () => {
  await built?.remove()
  built = undefined
})

const INSTALLATION: Tree = {
  lib: {
    node_modules: {
      '@gate': { cli: cliPackage(), 'client-codex': pluginPackage(CODEX) },
      [NAME]: pluginPackage(NAME),
    },
  },
}

/** Gives a path to somebody else; without the right to, this process is looked at as somebody else instead. */
async function giveAway(path: string): Promise<number | undefined> {
  if (process.geteuid?.() !== 0) return STRANGER
  await lchown(path, STRANGER, STRANGER)
  return undefined
}

function find(tree: BuiltTree, uid?: number, explicit: readonly string[] = []) {
  const packageFile = tree.path('lib/node_modules/@gate/cli/package.json')
  const roots = pluginRoots({ packageName: CLI_NAME, packageFile })
  return findPlugins(roots, explicit, createProvenance(uid === undefined ? packageFile : undefined, uid))
}

test('what the user or root installed is used', async () => {
  built = await buildTree(INSTALLATION)
  expect(find(built).map(({ id, problem }) => [id, problem])).toEqual([
    ['codex', undefined],
    ['one', undefined],
  ])
})

test.each([
  ['lib/node_modules', [CODEX, NAME]],
  ['lib/node_modules/@gate', [CODEX]],
  [`lib/node_modules/${NAME}`, [NAME]],
  [`lib/node_modules/${NAME}/package.json`, [NAME]],
  [`lib/node_modules/${NAME}/index.js`, [NAME]],
  ['lib', [CODEX, NAME]],
])('anybody may write %s: refused, with the reason and the fix', async (path, refused) => {
  built = await buildTree(INSTALLATION)
  await chmod(built.path(path), 0o777)
  const plugins = find(built)
  expect(plugins.filter(({ problem }) => problem).map(({ packageName }) => packageName)).toEqual(refused)
  for (const { problem, entry } of plugins.filter((plugin) => plugin.problem)) {
    expect(entry).toBeUndefined()
    expect(problem).toMatchObject({
      code: 'plugin-invalid',
      message: expect.stringContaining(`is refused: anybody may write ${built.path(path)}`),
      fix: { action: 'run', command: `chmod o-w ${built.path(path)}` },
    })
  }
})

test.each(['lib/node_modules', `lib/node_modules/${NAME}`, `lib/node_modules/${NAME}/index.js`, 'lib'])(
  '%s belongs to somebody else: refused',
  async (path) => {
    built = await buildTree(INSTALLATION)
    const uid = await giveAway(built.path(path))
    const one = find(built, uid).find(({ packageName }) => packageName === NAME)
    expect(one?.problem?.message).toContain('belongs to another user')
    expect(one?.entry).toBeUndefined()
  },
)

test('whoever owns the running CLI may own plugins, too', async () => {
  built = await buildTree(INSTALLATION)
  const packageFile = built.path('lib/node_modules/@gate/cli/package.json')
  const uid = await giveAway(packageFile)
  if (uid === undefined) await chown(built.path(`lib/node_modules/${NAME}`), STRANGER, STRANGER)
  const plugins = findPlugins(
    [built.path('lib/node_modules')],
    [],
    createProvenance(packageFile, uid ?? process.geteuid?.()),
  )
  expect(plugins.find(({ packageName }) => packageName === NAME)?.problem).toBeUndefined()
})

test('a group may write: that is how some systems install', async () => {
  built = await buildTree(INSTALLATION)
  await chmod(built.path('lib/node_modules'), 0o2775)
  expect(find(built).every(({ problem }) => problem === undefined)).toBe(true)
})

test('others may add to the directory that an installation stands in, but not take its place', async () => {
  built = await buildTree(INSTALLATION)
  await chmod(built.path('lib'), 0o1777)
  expect(find(built).every(({ problem }) => problem === undefined)).toBe(true)
})

test('a link that leads to what anybody may write is refused', async () => {
  built = await buildTree({ ...INSTALLATION, elsewhere: { plugin: pluginPackage('gate-client-two') } })
  await symlink(built.path('elsewhere/plugin'), built.path('lib/node_modules/gate-client-two'))
  expect(find(built).find(({ packageName }) => packageName === 'gate-client-two')?.problem).toBeUndefined()
  await chmod(built.path('elsewhere/plugin'), 0o777)
  expect(find(built).find(({ packageName }) => packageName === 'gate-client-two')?.problem?.message).toContain(
    'refused',
  )
})

test('a directory of the configuration is looked at up to the root', async () => {
  built = await buildTree({ ...INSTALLATION, a: { b: { c: pluginPackage('gate-client-two') } } })
  const directory = built.path('a/b/c')
  expect(find(built, undefined, [directory])[0]?.problem).toBeUndefined()
  await chmod(built.path('a'), 0o777)
  expect(find(built, undefined, [directory])[0]?.problem).toMatchObject({
    message: expect.stringContaining(`anybody may write ${built.path('a')}`),
  })
})

test('R2 a node_modules beside or above the installation is none of its places', async () => {
  built = await buildTree({
    shared: {
      node_modules: { 'gate-client-evil': pluginPackage('gate-client-evil') },
      bin: { node_modules: { 'gate-client-evil': pluginPackage('gate-client-evil') } },
      app: INSTALLATION,
      checkout: { packages: { cli: { ...cliPackage(), node_modules: { [NAME]: pluginPackage(NAME) } } } },
    },
  })
  await symlink('../app/lib/node_modules/@gate/cli/bin/run.js', built.path('shared/bin/gate'))
  const installed = built.path('shared/app/lib/node_modules')
  const packageFile = `${installed}/@gate/cli/package.json`
  expect(pluginRoots({ packageName: CLI_NAME, packageFile, invokedAs: built.path('shared/bin/gate') })).toEqual([
    installed,
  ])
  const checkout = built.path('shared/checkout/packages/cli')
  expect(
    pluginRoots({
      packageName: CLI_NAME,
      packageFile: `${checkout}/package.json`,
      invokedAs: `${checkout}/bin/run.js`,
    }),
  ).toEqual([`${checkout}/node_modules`])
})

test('R2 a node_modules of somebody else with a link to the CLI is found by that path, and refused', async () => {
  built = await buildTree({
    ...INSTALLATION,
    shared: { node_modules: { 'gate-client-evil': pluginPackage('gate-client-evil') } },
  })
  await mkdir(built.path('shared/node_modules/@gate'))
  await symlink(built.path('lib/node_modules/@gate/cli'), built.path('shared/node_modules/@gate/cli'))
  await chmod(built.path('shared'), 0o777)
  const packageFile = built.path('lib/node_modules/@gate/cli/package.json')
  const roots = pluginRoots({
    packageName: CLI_NAME,
    packageFile,
    invokedAs: built.path('shared/node_modules/@gate/cli/bin/run.js'),
  })
  const evil = findPlugins(roots, [], createProvenance(packageFile)).find(({ id }) => id === 'evil')
  expect(evil).toMatchObject({ problem: { message: expect.stringContaining('is refused') } })
  expect(evil?.entry).toBeUndefined()
})

test('R8 the client of an official package is reserved for it, wherever another one lies', async () => {
  const ids = ['claude-code', 'claude-desktop', 'codex', 'opencode', 'pi']
  const helpers = ids.map((id) => [`gate-client-helper-${id}`, pluginPackage(`@acme/gate-client-helper-${id}`, { id })])
  built = await buildTree({
    lib: { node_modules: { '@gate': { cli: cliPackage() }, '@acme': Object.fromEntries(helpers) } },
    mine: pluginPackage('my-codex', { id: 'codex' }),
  })
  const plugins = find(built, undefined, [built.path('mine')])
  expect(plugins).toHaveLength(6)
  for (const { id, problem, entry } of plugins) {
    expect(entry).toBeUndefined()
    expect(problem?.message).toContain(`the client "${id}" is reserved for @gate/client-${id}`)
  }
})

test('R8 a package is what its place in node_modules says, not what it says of itself', async () => {
  built = await buildTree({
    lib: {
      node_modules: {
        '@gate': { cli: cliPackage() },
        'gate-client-zz': pluginPackage('@gate/client-zz'),
        'gate-client-codex': pluginPackage(CODEX),
        'gate-client-none': { 'package.json': JSON.stringify({ gate: { client: './index.js', apiVersion: 1 } }) },
      },
    },
  })
  const plugins = find(built)
  expect(plugins.map(({ packageName }) => packageName)).toEqual([
    'gate-client-codex',
    'gate-client-none',
    'gate-client-zz',
  ])
  for (const { problem } of plugins) expect(problem?.message).toContain('its package.json calls it')
})

test('R8 a directory that calls itself an official package does not take the place of the installed one', async () => {
  built = await buildTree({ ...INSTALLATION, mine: pluginPackage(CODEX, {}, '99.0.0') })
  const plugins = find(built, undefined, [built.path('mine')])
  const served = plugins.filter(({ id, problem }) => id === 'codex' && problem === undefined)
  expect(served.map(({ directory }) => directory)).toEqual([built.path('lib/node_modules', CODEX)])
  expect(plugins.find(({ directory }) => directory === built?.path('mine'))?.problem?.message).toContain(
    'already served by',
  )
})

test('a directory of the configuration for a third-party client is used before the installed package, which is named', async () => {
  built = await buildTree({ ...INSTALLATION, mine: pluginPackage(NAME, {}, '99.0.0') })
  const plugins = find(built, undefined, [built.path('mine')]).filter(({ id }) => id === 'one')
  expect(plugins.map(({ version, problem }) => [version, problem?.message ?? null])).toEqual([
    ['99.0.0', null],
    ['1.2.3', expect.stringContaining('already served by')],
  ])
})
