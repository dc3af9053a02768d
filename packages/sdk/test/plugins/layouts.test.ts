import { expect, test } from 'vitest'
import { findPlugins } from '../../src/plugins/find.js'
import { pluginRoots } from '../../src/plugins/roots.js'
import { buildTree, cliPackage, pluginPackage, type Tree } from '../harness/tree.js'

const CLI_NAME = '@gate/cli'

interface Layout {
  readonly name: string
  readonly tree: Tree
  /** The CLI's main file, as Node resolves it. */
  readonly packageFile: string
  /** `process.argv[1]`. */
  readonly invokedAs: string
  readonly found: readonly string[]
}

const CODEX = '@gate/client-codex'
const pair = (): Tree => ({ '@gate': { cli: cliPackage(), 'client-codex': pluginPackage(CODEX) } })
const CLI = '@gate/cli/dist/main.js'
const RUN = '@gate/cli/bin/run.js'

/** Where package managers put things (npm 11 and 12, pnpm 12, yarn 1, bun 1.4), as seen in real installs. */
const LAYOUTS: readonly Layout[] = [
  {
    name: 'npm i -g: siblings below lib/node_modules, the command a link in bin',
    tree: {
      lib: {
        node_modules: {
          '@gate': {
            cli: cliPackage(),
            'client-codex': { ...pluginPackage(CODEX), node_modules: { '@gate': { core: { 'package.json': '{}' } } } },
          },
          'gate-client-foreign': pluginPackage('gate-client-foreign'),
        },
      },
      bin: { gate: { link: `../lib/node_modules/${RUN}` } },
    },
    packageFile: `lib/node_modules/${CLI}`,
    invokedAs: 'bin/gate',
    found: ['codex', 'foreign'],
  },
  {
    name: 'pnpm add -g a b: every package isolated, links into a store',
    tree: {
      pnpm: {
        global: {
          v11: {
            aaaa: { link: '{root}/pnpm/generations/1' },
            bbbb: { link: '{root}/pnpm/generations/2' },
            'old-generation': { node_modules: { 'gate-client-stale': pluginPackage('gate-client-stale') } },
          },
        },
        generations: {
          1: { node_modules: { '@gate': { cli: { link: '{root}/store/v11/links/cli/node_modules/@gate/cli' } } } },
          2: {
            node_modules: {
              '@gate': { 'client-codex': { link: '{root}/store/v11/links/codex/node_modules/@gate/client-codex' } },
            },
          },
        },
      },
      store: {
        v11: {
          links: {
            cli: { node_modules: { '@gate': { cli: cliPackage() } } },
            codex: { node_modules: { '@gate': { 'client-codex': pluginPackage(CODEX) } } },
          },
        },
      },
    },
    packageFile: `store/v11/links/cli/node_modules/${CLI}`,
    invokedAs: `pnpm/global/v11/aaaa/node_modules/${RUN}`,
    found: ['codex'],
  },
  {
    name: 'pnpm add -g a,b: both in one isolated directory, found by the path the command was called by',
    tree: {
      pnpm: {
        global: {
          v11: {
            aaaa: {
              node_modules: {
                '@gate': {
                  cli: { link: '{root}/store/cli/node_modules/@gate/cli' },
                  'client-codex': { link: '{root}/store/codex/node_modules/@gate/client-codex' },
                },
              },
            },
          },
        },
      },
      store: {
        cli: { node_modules: { '@gate': { cli: cliPackage() } } },
        codex: { node_modules: { '@gate': { 'client-codex': pluginPackage(CODEX) } } },
      },
    },
    packageFile: `store/cli/node_modules/${CLI}`,
    invokedAs: `pnpm/global/v11/aaaa/node_modules/${RUN}`,
    found: ['codex'],
  },
  {
    name: 'pnpm dlx --package a --package b',
    tree: { cache: { pnpm: { dlx: { hash: { id: { node_modules: pair() } } } } } },
    packageFile: `cache/pnpm/dlx/hash/id/node_modules/${CLI}`,
    invokedAs: `cache/pnpm/dlx/hash/id/node_modules/${RUN}`,
    found: ['codex'],
  },
  {
    name: 'yarn 1 global',
    tree: {
      'yarn-global': { node_modules: { ...pair(), '.bin': { gate: { link: `../${RUN}` } } } },
      bin: { gate: { link: '../yarn-global/node_modules/.bin/gate' } },
    },
    packageFile: `yarn-global/node_modules/${CLI}`,
    invokedAs: 'bin/gate',
    found: ['codex'],
  },
  {
    name: 'bun add -g',
    tree: {
      bun: {
        install: { global: { node_modules: pair() } },
        bin: { gate: { link: `../install/global/node_modules/${RUN}` } },
      },
    },
    packageFile: `bun/install/global/node_modules/${CLI}`,
    invokedAs: 'bun/bin/gate',
    found: ['codex'],
  },
  {
    name: 'npx -p a -p b',
    tree: { '.npm': { _npx: { hash: { node_modules: { ...pair(), '.bin': { gate: { link: `../${RUN}` } } } } } } },
    packageFile: `.npm/_npx/hash/node_modules/${CLI}`,
    invokedAs: '.npm/_npx/hash/node_modules/.bin/gate',
    found: ['codex'],
  },
  {
    name: 'local devDependency of npm, yarn or bun',
    tree: { project: { node_modules: { ...pair(), '.bin': { gate: { link: `../${RUN}` } } } } },
    packageFile: `project/node_modules/${CLI}`,
    invokedAs: 'project/node_modules/.bin/gate',
    found: ['codex'],
  },
  {
    name: 'local devDependency of pnpm: links into .pnpm',
    tree: {
      project: {
        node_modules: {
          '@gate': {
            cli: { link: '../.pnpm/@gate+cli@1.0.0/node_modules/@gate/cli' },
            'client-codex': { link: '../.pnpm/@gate+client-codex@1.0.0/node_modules/@gate/client-codex' },
          },
          '.pnpm': {
            '@gate+cli@1.0.0': { node_modules: { '@gate': { cli: cliPackage() } } },
            '@gate+client-codex@1.0.0': { node_modules: { '@gate': { 'client-codex': pluginPackage(CODEX) } } },
          },
        },
      },
    },
    packageFile: `project/node_modules/.pnpm/@gate+cli@1.0.0/node_modules/${CLI}`,
    invokedAs: `project/node_modules/${RUN}`,
    found: ['codex'],
  },
  {
    name: 'a workspace: the plugin a devDependency of the CLI',
    tree: {
      packages: {
        cli: { ...cliPackage(), node_modules: { '@gate': { 'client-codex': { link: '../../../client-codex' } } } },
        'client-codex': pluginPackage(CODEX),
      },
    },
    packageFile: 'packages/cli/dist/main.js',
    invokedAs: 'packages/cli/bin/run.js',
    found: ['codex'],
  },
]

test.each(LAYOUTS)('$name', async ({ tree, packageFile, invokedAs, found }) => {
  const built = await buildTree(tree)
  const roots = pluginRoots({
    packageName: CLI_NAME,
    packageFile: built.path(packageFile),
    invokedAs: built.path(invokedAs),
  })
  const plugins = findPlugins(roots.filter((root) => root.startsWith(built.root)))
  expect(plugins.map(({ id }) => id)).toEqual(found)
  expect(plugins.filter(({ problem }) => problem !== undefined)).toEqual([])
  for (const { entry } of plugins) expect(entry?.startsWith(built.root)).toBe(true)
  await built.remove()
})

test('the working directory is no place for plugins: a checked-out repository must not run code', async () => {
  const built = await buildTree({
    installed: { node_modules: { '@gate': { cli: cliPackage() } } },
    repository: { node_modules: { 'gate-client-evil': pluginPackage('gate-client-evil') } },
  })
  const before = process.cwd()
  process.chdir(built.path('repository'))
  try {
    const roots = pluginRoots({
      packageName: CLI_NAME,
      packageFile: built.path('installed/node_modules', CLI),
      invokedAs: built.path('installed/node_modules', RUN),
    })
    expect(roots.some((root) => root.includes('repository'))).toBe(false)
  } finally {
    process.chdir(before)
    await built.remove()
  }
})

test('the nearest root wins for a package name', async () => {
  const built = await buildTree({
    node_modules: { '@gate': { 'client-codex': pluginPackage(CODEX, {}, '1.0.0') } },
    app: { node_modules: { '@gate': { cli: cliPackage(), 'client-codex': pluginPackage(CODEX, {}, '2.0.0') } } },
  })
  const roots = pluginRoots({ packageName: CLI_NAME, packageFile: built.path('app/node_modules', CLI) })
  const plugins = findPlugins(roots.filter((root) => root.startsWith(built.root)))
  expect(plugins.map(({ version }) => version)).toEqual(['2.0.0'])
  await built.remove()
})

test('a loop of links in the path of the command ends', async () => {
  const built = await buildTree({
    a: { link: 'b' },
    b: { link: 'a' },
    node_modules: { '@gate': { cli: cliPackage() } },
  })
  const roots = pluginRoots({
    packageName: CLI_NAME,
    packageFile: built.path('node_modules', CLI),
    invokedAs: built.path('a'),
  })
  expect(roots).toContain(built.path('node_modules'))
  await built.remove()
})
