import { config } from 'zod/mini'

/*
 * Stands for `zod/mini` in the bundle. A command validates each document once; compiling validators for that
 * costs more than it saves. Evaluated before any schema is built, because schemas import it.
 */
config({ jitless: true })

export * from 'zod/mini'
