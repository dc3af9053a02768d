// Preloaded with --import: names every module that is loaded afterwards on stderr.
import { registerHooks } from 'node:module'

registerHooks({
  load(url, context, next) {
    process.stderr.write(`LOAD ${url}\n`)
    return next(url, context)
  },
})
