import { LOADERS } from './commands/index.js'
import { mainOf } from './main-of.js'

/** Runs any command, see {@link mainOf}. */
export const main = mainOf(LOADERS)
