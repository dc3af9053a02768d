import { advice } from '@gate/core'
import { afterEach, expect, test } from 'vitest'
import { findPlugins } from '../../src/plugins/find.js'
import { type BuiltTree, buildTree, pluginPackage, type Tree } from '../harness/tree.js'

let built: BuiltTree | undefined

afterEach(async () => {
  await built?.remove()
  built = undefined
})

async function find(tree: Tree, explicit: readonly string[] = []) {
  built = await buildTree({ node_modules: tree })
  const { root } = built
  return findPlugins(
    [built.path('node_modules')],
    explicit.map((entry) => entry.replace('{root}', root)),
  )
}

test('ids come from the gate field, else from the package name', async () => {
  const plugins = await find({
    'gate-client-one': pluginPackage('gate-client-one'),
    'gate-client-two': pluginPackage('gate-client-two', { id: 'deux' }),
    '@gate': { 'client-three': pluginPackage('@gate/client-three') },
    '@acme': {
      'gate-client': pluginPackage('@acme/gate-client'),
      'gate-client-four': pluginPackage('@acme/gate-client-four'),
    },
  })
  expect(plugins.map(({ packageName, id }) => [packageName, id])).toEqual([
    ['@acme/gate-client', 'acme'],
    ['@acme/gate-client-four', 'four'],
    ['@gate/client-three', 'three'],
    ['gate-client-one', 'one'],
    ['gate-client-two', 'deux'],
  ])
})

test.each([
  ['a plugin API of the future', { apiVersion: 2 }, /plugin API 2, this gate supports 1/],
  ['no plugin API', { apiVersion: undefined }, /no plugin API version/],
  ['a module that is not there', { client: './gone.js' }, /gone\.js does not exist/],
  ['a module outside of the package', { client: '../../../etc/passwd' }, /leads out of the package/],
  ['an absolute module', { client: '/etc/passwd' }, /leads out of the package/],
  ['a module of the wrong type', { client: 7 }, /names no module/],
  ['an id that is a path', { id: '../../x' }, /no valid client id/],
])('%s is a problem that is named, and nothing is imported', async (_name, gate, message) => {
  const [plugin] = await find({ 'gate-client-odd': pluginPackage('gate-client-odd', gate) })
  expect(plugin?.problem).toMatchObject({ code: 'plugin-invalid', message: expect.stringMatching(message) })
  expect(plugin?.entry).toBeUndefined()
})

test('a package.json that is no JSON is named with its path', async () => {
  const [plugin] = await find({ 'gate-client-odd': { 'package.json': '{' } })
  expect(plugin).toMatchObject({ id: 'odd', packageName: 'gate-client-odd' })
  expect(plugin?.problem?.message).toContain('gate-client-odd/package.json')
})

test('what plugins share is not one of them, wherever it lies', async () => {
  const tree = { node_modules: { '@gate': { 'client-kit': { 'package.json': '{' } } } }
  built = await buildTree(tree)
  const open = {
    ofRoot: () => ({ reason: 'anybody may write there', fix: advice('Close it.') }),
    ofPackage: () => undefined,
  }
  expect(findPlugins([built.path('node_modules')], [], open)).toEqual([])
})

test('a package with a fitting name and no gate field is none of ours', async () => {
  expect(
    await find({
      'gate-client-library': { 'package.json': '{"name":"gate-client-library"}' },
      'gate-client-empty': {},
    }),
  ).toEqual([])
})

test('the client of an official package is served by no other one', async () => {
  const plugins = await find({
    '@gate': { 'client-codex': pluginPackage('@gate/client-codex') },
    'gate-client-codex': pluginPackage('gate-client-codex'),
  })
  expect(plugins.map(({ packageName, problem }) => [packageName, problem?.message ?? null])).toEqual([
    ['@gate/client-codex', null],
    ['gate-client-codex', expect.stringContaining('reserved for @gate/client-codex')],
  ])
})

test('the configuration may name packages of any name, and directories', async () => {
  const tree = {
    'unusual-name': pluginPackage('unusual-name', { id: 'unusual' }),
    elsewhere: { plugin: pluginPackage('my-plugin', { id: 'mine' }) },
  }
  const plugins = await find(tree, ['unusual-name', '{root}/node_modules/elsewhere/plugin', 'not-there', '../escape'])
  expect(plugins.map(({ id, source, problem }) => [id, source, problem?.code ?? null])).toEqual([
    ['unusual', 'config', null],
    ['mine', 'config', null],
    ['not-there', 'config', 'plugin-invalid'],
    ['../escape', 'config', 'plugin-invalid'],
  ])
})
