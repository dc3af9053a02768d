import { createRequire, isBuiltin } from 'node:module'
import type { Options } from 'tsup'

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number]

const require = createRequire(import.meta.url)

/**
 * Loads Node's own modules when something of them is first used. esbuild would hoist their import statements to the top
 * of the file, out of modules that are initialised lazily, and a look at the status would load TLS, HTTP, crypto and
 * child processes: 30 ms of start-up. The import of `node:fs` alone loads `node:fs/promises`, because Node reads every
 * property of a module that is imported; `getBuiltinModule` does not.
 */
export function lazyBuiltins(): EsbuildPlugin {
  return {
    name: 'lazy-builtins',
    setup(build) {
      build.onResolve({ filter: /^[a-z]/ }, (args) => {
        if (args.kind !== 'import-statement' || !isBuiltin(args.path)) return undefined
        return { path: args.path, namespace: 'builtin' }
      })
      build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
        contents: LOADED.has(path.replace('node:', '')) ? namesOf(path) : gettersOf(path),
        loader: 'js',
      }))
    },
  }
}

/** Node has loaded these before the first line of a program. */
const LOADED = new Set(['buffer', 'events', 'fs', 'path', 'timers', 'util'])

/** The bundle leaves out its unused parts. */
function namesOf(name: string): string {
  const names = Object.keys(require(name) as object).filter((key) => /^[a-z]\w*$/i.test(key) && key !== 'promises')
  return `const real = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(name)})
const get = (key) => real[key]
${names.map((key) => `export const ${key} = /* @__PURE__ */ get(${JSON.stringify(key)})`).join('\n')}
export default real`
}

/** esbuild asks a module for its names at once and for a value when it is used; so the names are those of this Node. */
function gettersOf(name: string): string {
  const getters = Object.keys(require(name) as object).map(
    (key) => `get ${JSON.stringify(key)}() { return load()[${JSON.stringify(key)}] },`,
  )
  return `let real
const load = () => (real ??= process.getBuiltinModule(${JSON.stringify(name)}))
module.exports = { ${getters.join(' ')} }`
}
