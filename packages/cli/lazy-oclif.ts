import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { Options } from 'tsup'

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number]

/**
 * What @oclif/core 5.1 loads at every start and needs only for help, errors, colours, debugging or building a manifest.
 * Each costs 1 to 8 ms of the start-up of every command.
 */
const LAZY = [
  'ansis',
  'clean-stack',
  'cli-spinners',
  'debug',
  'ejs',
  'indent-string',
  'lilconfig',
  'minimatch',
  'node:child_process',
  'node:perf_hooks',
  'node:readline',
  'string-width',
  'supports-color',
  'tinyglobby',
  'widest-line',
  'wrap-ansi',
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

/** Makes oclif load its dependencies when they are first used. */
export function lazyOclif(): EsbuildPlugin {
  return {
    name: 'lazy-oclif',
    setup(build) {
      const names = [...new Set([...LAZY, ...Object.keys(REPLACED)])]
      build.onResolve({ filter: new RegExp(`^(?:${names.join('|')})$`) }, (args) => {
        if (!/[\\/]@oclif[\\/]core[\\/]/.test(args.importer) || args.namespace === 'lazy') return undefined
        return { path: args.path, namespace: 'lazy', pluginData: args.importer }
      })
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, (args) => {
        const importer = String(args.pluginData)
        return {
          contents: REPLACED[args.path] ?? proxyOf(args.path, createRequire(importer)),
          loader: 'js',
          resolveDir: dirname(importer),
        }
      })
    },
  }
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
