import { fileURLToPath } from 'node:url'
import { defineConfig, type Options } from 'tsup'
import { lazyBuiltins } from './lazy-builtins.ts'
import { thirdPartyNotices } from './third-party-notices.ts'

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number]

// CommonJS dependencies expect these in an ES module; a file that holds none of them is spared the cost.
const CJS_GLOBALS = `import { createRequire as __gateRequire } from 'node:module'
import { fileURLToPath as __gatePath } from 'node:url'
const require = __gateRequire(import.meta.url)
const __filename = __gatePath(import.meta.url)
const __dirname = __gatePath(new URL('.', import.meta.url))
`
const USES_CJS_GLOBALS = /\b(?:require|__filename|__dirname)\b/

const common = {
  format: 'esm',
  target: 'node22',
  platform: 'node',
  dts: false,
  removeNodeProtocol: false,
  minify: true,
  noExternal: [/^(?!node:|\.|(?:typescript|keytar)$)/],
  plugins: [
    {
      name: 'cjs-globals',
      renderChunk: (code: string) => (USES_CJS_GLOBALS.test(code) ? { code: CJS_GLOBALS + code } : undefined),
    },
  ],
} as const satisfies Options

// jsonc-parser's `main` is UMD and cannot be bundled.
const mainFields = ['module', 'main']

/**
 * Everything is bundled: an installed gate is one package without dependencies. keytar is native and optional,
 * typescript an optional require of oclif; both must stay outside, and tsup's `noExternal` wins over `external`, hence
 * the pattern.
 *
 * At start-up a file costs more than its bytes (Node resolves, reads and links each), so what is run often is one file
 * that shares nothing: `token` for the helper, `start` and then `status` or `setup`. In these, what is imported
 * dynamically is initialised when it is first used. The others are split in the usual way.
 */
export default defineConfig([
  {
    ...common,
    entry: { start: 'src/start.ts', token: 'src/token.ts' },
    splitting: false,
    external: ['./main.js', './run-token.js'],
    esbuildPlugins: [lazyBuiltins(), thirdPartyNotices()],
  },
  {
    ...common,
    entry: { setup: 'src/setup.ts', status: 'src/status.ts' },
    format: 'cjs',
    // A script imports nothing by itself.
    plugins: [
      {
        name: 'given-import',
        renderChunk: (code: string) => ({ code: code.replaceAll(/\bimport\(/g, '__gateImport(') }),
      },
    ],
    splitting: false,
    external: ['keytar'],
    // One function, which `load-script.ts` runs.
    banner: { js: '(function(exports,require,__gateUrl,__gateImport){var module={};' },
    footer: { js: 'Object.assign(exports,module.exports)})' },
    define: { 'import.meta.url': '__gateUrl' },
    esbuildPlugins: [sibling('framework'), zodWithoutEval(), lazyBuiltins(), thirdPartyNotices()],
    esbuildOptions: (options) => {
      options.mainFields = mainFields
    },
  },
  {
    ...common,
    entry: {
      main: 'src/main.ts',
      framework: 'src/framework/index.ts',
      'run-token': 'src/run-token.ts',
      // What the code of the SDK starts in processes of their own, from the package that it is shipped in.
      'own-core': '../sdk/dist/own-core.js',
      'plugin-child': '../sdk/dist/plugin-child.js',
    },
    splitting: true,
    external: ['typescript', 'keytar'],
    esbuildPlugins: [zodWithoutEval(), lazyBuiltins(), thirdPartyNotices()],
    esbuildOptions: (options) => {
      options.mainFields = mainFields
    },
  },
])

/** Gives whoever imports `zod/mini` the one that compiles no validators, see `src/zod-without-eval.ts`. */
function zodWithoutEval(): EsbuildPlugin {
  const file = fileURLToPath(new URL('src/zod-without-eval.ts', import.meta.url))
  return {
    name: 'zod-without-eval',
    setup(build) {
      build.onResolve({ filter: /^zod\/mini$/ }, ({ importer }) => (importer === file ? undefined : { path: file }))
    },
  }
}

/** Leaves the import of a directory of ours to the file of that name beside the bundle. */
function sibling(name: string): EsbuildPlugin {
  return {
    name: 'sibling',
    setup(build) {
      build.onResolve({ filter: new RegExp(`/${name}/index\\.js$`) }, () => ({ path: `./${name}.js`, external: true }))
    },
  }
}
