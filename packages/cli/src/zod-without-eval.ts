import { config } from 'zod/mini'

/*
 * What the bundle has in the place of `zod/mini`. A command validates each document once; compiling validators for that
 * costs more than it saves. Evaluated before any schema is built, because schemas import it.
 */
config({ jitless: true })

export * from 'zod/mini'
