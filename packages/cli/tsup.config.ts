import { defineConfig } from 'tsup'

// CommonJS dependencies expect these in an ES module bundle.
const CJS_GLOBALS = `import { createRequire as __gateRequire } from 'node:module'
import { fileURLToPath as __gatePath } from 'node:url'
const require = __gateRequire(import.meta.url)
const __filename = __gatePath(import.meta.url)
const __dirname = __gatePath(new URL('.', import.meta.url))`

/**
 * One split, minified bundle: an installed gate is one package without dependencies, and a command loads only its own
 * chunks. keytar is native and optional, typescript an optional require of oclif; both must stay outside, and tsup's
 * `noExternal` wins over `external`, hence the pattern.
 */
export default defineConfig({
  entry: {
    index: 'src/index.ts',
    main: 'src/main.ts',
    start: 'src/start.ts',
    token: 'src/token.ts',
    'commands/config/get': 'src/commands/config/get.ts',
    'commands/config/reset': 'src/commands/config/reset.ts',
    'commands/config/set': 'src/commands/config/set.ts',
    'commands/config/show': 'src/commands/config/show.ts',
    'commands/config/unset': 'src/commands/config/unset.ts',
    'commands/doctor': 'src/commands/doctor.ts',
    'commands/list': 'src/commands/list.ts',
    'commands/login': 'src/commands/login.ts',
    'commands/logout': 'src/commands/logout.ts',
    'commands/setup': 'src/commands/setup.ts',
    'commands/status': 'src/commands/status.ts',
    'commands/teardown': 'src/commands/teardown.ts',
    'commands/token': 'src/commands/token.ts',
  },
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
  esbuildOptions(options) {
    // jsonc-parser's `main` is UMD and cannot be bundled.
    options.mainFields = ['module', 'main']
  },
})
