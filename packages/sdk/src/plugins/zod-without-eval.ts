import { config } from 'zod/mini'

// A command validates each document once; compiling validators for that costs more than it saves. Must be evaluated
// before any schema is built, so it is the first import of every entry.
config({ jitless: true })
