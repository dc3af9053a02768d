import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Options } from 'tsup'

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number]

/**
 * Packages that @oclif/core 5.1 loads at every start and needs only for help, errors, colours, debugging or building a
 * manifest. Each costs 1 to 8 ms of the start-up of every command.
 */
const LAZY_PACKAGES = [
  'ansis',
  'clean-stack',
  'cli-spinners',
  'ejs',
  'indent-string',
  'lilconfig',
  'minimatch',
  'node:child_process',
  'node:fs/promises',
  'node:readline',
  'string-width',
  'supports-color',
  'tinyglobby',
  'widest-line',
  'wrap-ansi',
]

/** The same for files of oclif itself: importer below `lib`, and what it requires. */
const LAZY_FILES: readonly (readonly [string, string])[] = [
  ['command.js', './config'],
  ['command.js', './ux'],
  ['errors/index.js', './handle'],
  ['flags.js', './help'],
  ['config/config.js', '../ux/theme'],
]

/** Replaced where the real thing would be loaded at every start although its answer never matters here. */
const REPLACED: Readonly<Record<string, string>> = {
  // oclif marks its own steps even when nobody measures; the global object does the same without loading the module.
  'node:perf_hooks': `module.exports = {
    performance: globalThis.performance,
    get PerformanceObserver() { return require('node:perf_hooks').PerformanceObserver },
  }`,
  debug: `module.exports = process.env.DEBUG ? require('debug') : () => Object.assign(() => {}, { enabled: false })`,
  // Whether this is WSL only shapes a user agent that gate never sends.
  'wsl-utils': `module.exports = { isWsl: false, powerShellPath: async () => 'powershell.exe' }`,
}

/** Makes oclif load what it needs when it is first used. Fails the build when oclif is no longer what this was made for. */
export function lazyOclif(): EsbuildPlugin {
  return {
    name: 'lazy-oclif',
    setup(build) {
      const names = [...LAZY_PACKAGES, ...Object.keys(REPLACED)]
      build.onResolve({ filter: new RegExp(`^(?:${names.join('|')})$`) }, ({ path, importer, namespace }) =>
        fileOf(importer) === undefined || namespace === 'lazy'
          ? undefined
          : { path, namespace: 'lazy', pluginData: { importer, target: path } },
      )
      build.onResolve({ filter: /^\.{1,2}\// }, ({ path, importer }) => {
        const file = fileOf(importer)
        if (!LAZY_FILES.some(([from, request]) => from === file && request === path)) return undefined
        const target = createRequire(importer).resolve(path)
        return { path: target, namespace: 'lazy', pluginData: { importer, target } }
      })
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData }) => {
        const { importer, target } = pluginData as { importer: string; target: string }
        const contents = REPLACED[path] ?? proxyOf(target, createRequire(importer))
        return { contents, loader: 'js', resolveDir: dirname(importer) }
      })
      build.onLoad({ filter: /[\\/]@oclif[\\/]core[\\/]lib[\\/](?:main|config[\\/]plugin)\.js$/ }, ({ path }) => ({
        contents: edited(path),
        loader: 'js',
        resolveDir: dirname(path),
      }))
    },
  }
}

/** The path below oclif's `lib`; undefined for files that are not of oclif. */
function fileOf(path: string): string | undefined {
  return /[\\/]@oclif[\\/]core[\\/]lib[\\/](.+)$/.exec(path)?.[1]?.replaceAll('\\', '/')
}

function edited(path: string): string {
  const text = readFileSync(path, 'utf8')
  const replace = (from: string, to: string): string => {
    if (!text.includes(from)) throw new Error(`${path} no longer holds ${from}; look at the start-up time again`)
    return text.replace(from, to)
  }
  if (fileOf(path) === 'main.js') {
    // Help is a quarter of oclif; its two functions that read arguments are in a file of their own.
    const help = join(dirname(path), 'help')
    return replace(
      'require("./help")',
      `{ ...require(${JSON.stringify(join(help, 'util.js'))}), get loadHelpClass() { return require(${JSON.stringify(join(help, 'index.js'))}).loadHelpClass } }`,
    )
  }
  // The first comparison by locale loads the collation tables of ICU: 10 ms to sort thirteen ids.
  return replace('a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)')
}

function proxyOf(name: string, require: NodeJS.Require): string {
  // Asked by TypeScript's interop code at import time, so it has to be known without loading the module.
  const isEsModule = Boolean((require(name) as { __esModule?: unknown }).__esModule)
  return `let real
const load = () => (real ??= require(${JSON.stringify(name)}))
module.exports = new Proxy(function () {}, {
  get: (_, key) => (key === '__esModule' ? ${isEsModule} : load()[key]),
  has: (_, key) => key in load(),
  ownKeys: () => Reflect.ownKeys(load()),
  getOwnPropertyDescriptor: (_, key) => {
    const found = Object.getOwnPropertyDescriptor(load(), key)
    return found && { ...found, configurable: true }
  },
  apply: (_, self, args) => load().apply(self, args),
})`
}
