import { defineConfig } from 'tsup'
import { lazyOclif } from './lazy-oclif.ts'

// CommonJS dependencies expect these in an ES module bundle.
const CJS_GLOBALS = `import { createRequire as __gateRequire } from 'node:module'
import { fileURLToPath as __gatePath } from 'node:url'
const require = __gateRequire(import.meta.url)
const __filename = __gatePath(import.meta.url)
const __dirname = __gatePath(new URL('.', import.meta.url))`

/**
 * One minified bundle in few files, because at start-up a file costs more than its bytes: an installed gate is one
 * package without dependencies. What few commands need (sign-in, the codecs of the engine) are chunks of their own.
 * keytar is native and optional, typescript an optional require of oclif; both must stay outside, and tsup's
 * `noExternal` wins over `external`, hence the pattern.
 */
export default defineConfig({
  entry: { index: 'src/index.ts', main: 'src/main.ts', start: 'src/start.ts', token: 'src/token.ts' },
  format: 'esm',
  target: 'node22',
  platform: 'node',
  clean: true,
  dts: false,
  splitting: true,
  minify: true,
  noExternal: [/^(?!node:|(?:typescript|keytar)$)/],
  external: ['typescript', 'keytar'],
  banner: { js: CJS_GLOBALS },
  esbuildPlugins: [lazyOclif()],
  esbuildOptions(options) {
    // jsonc-parser's `main` is UMD and cannot be bundled.
    options.mainFields = ['module', 'main']
  },
})
