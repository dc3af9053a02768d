import { defineConfig } from 'vitest/config'
import { reporters } from './vitest.reporters.ts'

// Most tests wait for processes that they start, so every core may have a worker.
export default defineConfig({ test: { projects: ['packages/*'], maxWorkers: '100%', ...reporters } })
