// Preloaded with --import: names every module that is loaded afterwards on stderr.
import { writeSync } from 'node:fs'
import { registerHooks } from 'node:module'

registerHooks({
  load(url, context, next) {
    process.stderr.write(`LOAD ${url}\n`)
    return next(url, context)
  },
})

// Built-in modules that are fetched without an import are not seen by a hook.
const before = new Set(process.moduleLoadList)
process.on('exit', () => {
  for (const name of process.moduleLoadList) {
    const builtin = /^NativeModule (?!internal\/)(.+)$/.exec(name)?.[1]
    if (builtin !== undefined && !before.has(name)) writeSync(2, `LOAD node:${builtin}\n`)
  }
})
