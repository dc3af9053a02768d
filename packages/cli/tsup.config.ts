import { defineConfig, type Options } from 'tsup'
import { lazyOclif } from './lazy-oclif.ts'

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
  minify: true,
  noExternal: [/^(?!node:|\.|(?:typescript|keytar)$)/],
  plugins: [
    {
      name: 'cjs-globals',
      renderChunk: (code: string) => (USES_CJS_GLOBALS.test(code) ? { code: CJS_GLOBALS + code } : undefined),
    },
  ],
} as const satisfies Options

/**
 * A minified bundle in few files, because at start-up a file costs more than its bytes: an installed gate is one package
 * without dependencies. What few commands need (sign-in, the codecs of the engine) are chunks of their own. keytar is
 * native and optional, typescript an optional require of oclif; both must stay outside, and tsup's `noExternal` wins
 * over `external`, hence the pattern.
 *
 * `start` and `token` are what a process begins with. Each is one file that shares nothing, and names the files of the
 * other build that it goes on with.
 */
export default defineConfig([
  {
    ...common,
    entry: { index: 'src/index.ts', main: 'src/main.ts', 'run-token': 'src/run-token.ts' },
    splitting: true,
    external: ['typescript', 'keytar'],
    esbuildPlugins: [lazyOclif()],
    esbuildOptions(options) {
      // jsonc-parser's `main` is UMD and cannot be bundled.
      options.mainFields = ['module', 'main']
    },
  },
  {
    ...common,
    entry: { start: 'src/start.ts', token: 'src/token.ts' },
    splitting: false,
    external: ['./main.js', './run-token.js'],
  },
])
