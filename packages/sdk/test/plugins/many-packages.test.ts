import type * as fs from 'node:fs'
import { expect, test, vi } from 'vitest'
import { findPlugins } from '../../src/plugins/find.js'
import { buildTree, pluginPackage, type Tree } from '../harness/tree.js'

const calls: string[] = []

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>()
  const counted = Object.fromEntries(
    (
      ['readdirSync', 'readFileSync', 'statSync', 'realpathSync', 'readlinkSync', 'existsSync', 'lstatSync'] as const
    ).map((name) => [
      name,
      (...args: unknown[]) => {
        calls.push(`${name} ${String(args[0])}`)
        return (real[name] as (...given: unknown[]) => unknown)(...args)
      },
    ]),
  )
  return { ...real, ...counted }
})

test('a folder of 500 packages costs one listing, one per scope, and seven calls per plugin', async () => {
  const tree: Record<string, Tree> = {}
  for (let index = 0; index < 400; index++) tree[`package-${index}`] = { 'package.json': '{}' }
  for (let scope = 0; scope < 10; scope++) {
    tree[`@scope-${scope}`] = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`package-${index}`, { 'package.json': '{}' }]),
    )
  }
  tree['gate-client-one'] = pluginPackage('gate-client-one')
  tree['@acme'] = { 'gate-client-two': pluginPackage('@acme/gate-client-two') }
  const built = await buildTree({ node_modules: tree })
  calls.length = 0
  const found = findPlugins([built.path('node_modules')])
  const seen = calls.map((call) => call.replace(built.path('node_modules'), '')).sort()
  await built.remove()
  expect(found.map(({ id }) => id)).toEqual(['two', 'one'])
  expect(seen).toEqual(
    [
      'readdirSync ',
      'readdirSync /@acme',
      ...Array.from({ length: 10 }, (_, scope) => `readdirSync /@scope-${scope}`),
      'realpathSync ',
      // The root, as such and as a parent of what lies in it, then the end of the installation.
      'lstatSync ',
      'lstatSync ',
      `lstatSync ${built.root}`,
      'lstatSync /@acme',
      ...['/gate-client-one', '/@acme/gate-client-two'].flatMap((directory) => [
        `realpathSync ${directory}`,
        `lstatSync ${directory}`,
        `lstatSync ${directory}/package.json`,
        `lstatSync ${directory}/index.js`,
        `readFileSync ${directory}/package.json`,
        `statSync ${directory}/index.js`,
        `realpathSync ${directory}/index.js`,
      ]),
    ].sort(),
  )
})
