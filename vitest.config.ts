import { defineConfig } from 'vitest/config'
import { reporters } from './vitest.reporters.ts'

// Most tests wait for processes that they start, so `pnpm test` gives every core a worker, by an option of the command
// line: projects do not take that from here.
export default defineConfig({ test: { projects: ['packages/*'], ...reporters } })
